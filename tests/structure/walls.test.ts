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
  // The machine's CUDA, for commands that provision and examine.
  "lib/compile/engine/cuda/mod.ts": ["bench", "tasks"],
};

/** Walls that are still to be mended, as "floor -> module". This list only shrinks. */
const STANDING: readonly string[] = [
  "bench -> lib/models/rugged.ts",
  "bench -> lib/tensor/random/streams.ts",
  "lib/results -> lib/plot/table.ts",
  "tasks -> bench/shared/measurement.ts",
  "tasks -> lib/distributions/transforms/mod.ts",
  "tasks -> lib/infer/optim/adagrad.ts",
  "tasks -> lib/infer/optim/adagrad_rmsprop.ts",
  "tasks -> lib/infer/optim/adam.ts",
  "tasks -> lib/infer/optim/adamw.ts",
  "tasks -> lib/infer/optim/clipped_adam.ts",
  "tasks -> lib/infer/optim/optimiser.ts",
  "tasks -> lib/infer/optim/rmsprop.ts",
  "tasks -> lib/infer/optim/sgd.ts",
  "tasks -> lib/plot/table.ts",
];

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

const broken = imports.flatMap((found) => {
  const why = wall(found);
  return why
    ? [{
      key: `${floorOf(found.from)} -> ${found.to}`,
      text: `${found.from}:${found.line} imports ${found.to}; ${why}`,
    }]
    : [];
});

Deno.test("modules import from the floors below, by their contents pages", () => {
  const added = broken.filter(({ key }) => !STANDING.includes(key));
  assert.equal(added.length, 0, `walls are broken:\n${added.map(({ text }) => text).join("\n")}`);
});

Deno.test("the list of walls to be mended has no wall that stands", () => {
  const mended = STANDING.filter((entry) => !broken.some(({ key }) => key === entry));
  assert.deepEqual(mended, [], "delete these entries of STANDING: nothing goes through there any more");
});
