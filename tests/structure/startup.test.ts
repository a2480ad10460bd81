import assert from "node:assert/strict";
import { importsIn, importsOf, modulesOf } from "./imports.ts";

const textOf = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));

const values = new Map<string, string[]>();
for (const { from, to, kind } of [...importsIn("mod.ts", textOf("mod.ts")), ...importsOf("lib")]) {
  if (kind === "value") values.set(from, [...values.get(from) ?? [], to]);
}

/** The modules that are loaded before a program that imports one of them begins. */
function loadedWith(page: string): string[] {
  const loaded = new Set([page]);
  for (const path of loaded) for (const to of values.get(path) ?? []) loaded.add(to);
  return [...loaded];
}

const pages = { users: loadedWith("mod.ts"), inference: loadedWith("lib/infer/mod.ts") };

/**
 * The most modules of a page. Each costs a program 0.13 ms of the processor's time before it
 * begins, and 0.01 ms for each of its imports: these are about 0.14 s, of 0.2 s for everything.
 * Where a page reaches its limit, `import()` at first use what only asynchronous functions need, as
 * engine wasm, the runs of chains and plots are; families and transforms, whose
 * classes are there from the start, do not count.
 */
const LIMITS = { users: 686, inference: 660 };

/** True for a family or a transform, of which a program may have as many as there are. */
const isListed = (path: string): boolean => /^lib\/distributions\/(families|transforms)\/\w+\.ts$/.test(path);

for (const page of ["users", "inference"] as const) {
  Deno.test(`the page of ${page} loads at most ${LIMITS[page]} modules before a program begins`, () => {
    const folders = new Map<string, number>(), counted = pages[page].filter((path) => !isListed(path));
    for (const path of counted) {
      const folder = path.split("/").slice(0, 3).join("/");
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
    }
    const most = [...folders].sort(([, a], [, b]) => b - a).slice(0, 12);
    assert.ok(
      counted.length <= LIMITS[page],
      `${counted.length} modules, most of them of ${most.map(([name, n]) => `${name} (${n})`).join(", ")}`,
    );
  });
}

Deno.test("parts that not every program uses are loaded when they are first used", () => {
  const parts = [
    "lib/compile/engine/wasm/executable.ts",
    "lib/compile/engine/xla/runtime.ts",
    "lib/infer/mcmc/runs.ts",
    ...["data", "models", "plot", "results", "serve", "tensorflow", "workers"].map((name) => `lib/${name}/`),
  ];
  const known = modulesOf("lib");
  for (const part of parts) assert.ok(known.some((path) => path.startsWith(part)), `there is no ${part}`);
  const found = pages.users.filter((path) => parts.some((part) => path.startsWith(part)));
  assert.deepEqual(found, []);
});

Deno.test("the page of users loads the modules of Node that are cheap, and no others", () => {
  const found = pages.users.flatMap((path) => {
    return [...textOf(path).matchAll(/^import (?!type\b).*"(node:[\w/]+)";$/gm)].map(([, name]) => name);
  });
  assert.deepEqual([...new Set(found)].sort(), ["node:buffer", "node:path", "node:process", "node:timers"]);
});
