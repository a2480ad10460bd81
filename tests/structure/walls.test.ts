import assert from "node:assert/strict";
import { type Import, importsOf } from "./imports.ts";

/** The floors of the house, from the ground up: a module imports those of its own floor and of floors below. */
const FLOORS = [
  "lib/system",
  "lib/tensor",
  "lib/tensorflow",
  "lib/backend",
  "lib/workers",
  "lib/statistics",
  "lib/compile",
  "lib/distributions",
  "lib/ppl",
  "lib/infer",
  "lib/nn",
  "lib/models",
  "lib/data",
  "lib/plot",
  "lib/results",
  "lib/serve",
  "lib",
  "experiments",
  "bench",
  "tasks",
];

/** Pages beside the contents pages, and the floors that open them. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  // The compiler's inside, for the languages on top of it and for what examines it.
  "lib/compile/internals.ts": ["lib/ppl", "lib/infer", "lib/serve", "bench", "tasks"],
  // What a Worker of a chain loads: none of it brings in tfjs, so that Workers start at once.
  "lib/compile/engine/js/load.ts": ["lib/infer"],
  "lib/tensor/random/generator/fill.ts": ["lib/infer"],
  // The assembler, for those who write WebAssembly.
  "lib/system/wasm/mod.ts": ["lib/tensor", "lib/compile"],
  "lib/tensor/special/asymptotic.ts": ["lib/compile"],
  "lib/tensor/special/composed.ts": ["lib/compile"],
  "lib/tensor/special/fits.ts": ["lib/compile"],
  // A model alone, for the benchmark of a whole process: a user's file has no others.
  "lib/models/rugged.ts": ["bench"],
  // A chain's potential, for the benchmark that times its gradient.
  "lib/infer/mcmc/model_potential.ts": ["bench"],
  "lib/workers/worker.ts": ["lib/infer", "lib/serve"],
  "lib/workers/pays.ts": ["lib/infer"],
  // What the server and its Workers load: ONNX Runtime, and nothing that brings in tfjs.
  "lib/compile/engine/onnx_runtime.ts": ["lib/serve"],
  "lib/compile/onnx/signature.ts": ["lib/serve"],
  "lib/serve/server.ts": ["tasks"],
  // The machine's CUDA, for commands that provision and examine.
  "lib/compile/engine/cuda/mod.ts": ["bench", "tasks"],
  // The form of a benchmark, for the command that runs them.
  "bench/shared/measurement.ts": ["tasks"],
};

const imports = importsOf("lib", "experiments", "bench", "tasks");

const floorOf = (path: string): string =>
  path === "mod.ts"
    ? "lib"
    : path.startsWith("lib/")
    ? path.split("/").slice(0, 2).join("/")
    : path.split("/")[0];

/** A floor's contents page, and the pages that it passes on as they are: `export * as random from "./random/mod.ts"`. */
const pages = new Set(
  imports.filter(({ from, to, isNamespace }) =>
    isNamespace && to.endsWith("/mod.ts") && from === `${floorOf(to)}/mod.ts`
  )
    .map(({ to }) => to),
);
const isPage = (path: string): boolean =>
  path === "mod.ts" || pages.has(path) || path === `${floorOf(path)}/mod.ts` ||
  path === "experiments/registry.ts" ||
  /^experiments\/\w+\/(mod|notebook)\.ts$/.test(path);

/** The wall an import goes through, if it goes through one, and the way around. */
function wall({ from, to }: Import): string | undefined {
  const own = floorOf(from), other = floorOf(to);
  if (own === other || to === "deno.json") return undefined;
  if (FLOORS.indexOf(other) >= FLOORS.indexOf(own)) {
    return `${other} lies above ${own}: move it down, or the import up`;
  }
  if (!FLOORS.includes(other)) return `${other} is no floor that code stands on`;
  if (isPage(to) || DOORS[to]?.includes(own)) return undefined;
  const doors = [
    `${other}/mod.ts`,
    ...Object.keys(DOORS).filter((d) => floorOf(d) === other && DOORS[d].includes(own)),
  ];
  const door = own === "experiments"
    ? `@pyrosaur/pyrosaur/${other.slice("lib/".length)}`
    : doors.join(" or ");
  return `it lies inside of ${other}: import from ${door}, and export it there where it is not yet`;
}

Deno.test("modules import from the floors below, by their contents pages", () => {
  const broken = imports.flatMap((found) => {
    const why = wall(found);
    return why ? [`${found.from}:${found.line} imports ${found.to}; ${why}`] : [];
  });
  assert.equal(broken.length, 0, `walls are broken:\n${broken.join("\n")}`);
});

Deno.test("the server of models and its Workers load no tfjs", () => {
  const values = imports.filter(({ kind }) => kind === "value"), reached = new Map<string, string>();
  const walk = (path: string): void => {
    for (const { to } of values.filter(({ from }) => from === path)) {
      if (reached.has(to)) continue;
      reached.set(to, path);
      walk(to);
    }
  };
  for (const path of ["lib/serve/server.ts", "lib/serve/pool/model_worker.ts"]) walk(path);
  assert.ok(reached.has("lib/compile/engine/onnx_runtime.ts"));
  const heavy = [...reached].filter(([path]) => path.startsWith("lib/tensor/"));
  assert.deepEqual(heavy.map(([path, from]) => `${from} imports ${path}`), []);
});
