import assert from "node:assert/strict";
import { rules as tfjs } from "../../lib/compile/engine/interpret.ts";
import { rules as js } from "../../lib/compile/engine/js/rules/mod.ts";
import { rules as derivatives } from "../../lib/compile/grad/rules/mod.ts";
import type { Op } from "../../lib/compile/ir/graph.ts";
import { rules as onnx } from "../../lib/compile/onnx/rules/mod.ts";
import { rules as stablehlo } from "../../lib/compile/stablehlo/rules/mod.ts";

const folder = new URL("../../lib/compile/ops/", import.meta.url);
const modules = [...Deno.readDirSync(folder)].map(({ name }) => import(new URL(name, folder).href));

/** All operations: the objects that modules of `ops/` export under the name that they bear. */
const ops: Op[] = (await Promise.all(modules)).flatMap((module) =>
  Object.entries<{ name?: string }>(module).flatMap(([key, value]) =>
    value?.name === key ? [value as Op] : []
  )
).filter((op) => typeof op === "object");

/** What is opened or composed of other operations before a graph is lowered. */
const lowered = "Call Cholesky CholeskyGradient Digamma Erf Erfc Lgamma TriangularSolve";

/** The tables of rules, and the operations that each has no rule for. */
const tables: [string, (op: Op) => unknown, string][] = [
  ["ONNX", (op) => onnx.has(op), lowered],
  ["StableHLO", (op) => stablehlo.has(op), lowered],
  ["JavaScript", (op) => js.has(op), "Call"],
  // The interpreter runs bodies itself.
  ["tfjs", (op) => tfjs.has(op), "Call Scan"],
  // Lifting treats bodies apart; a loop stands around the rest.
  ["lifting", (op) => op.lift, "Call Iota Scan"],
  // Operations without derivative, which are said to be flat, have a rule too.
  ["derivatives", (op) => derivatives.has(op), ""],
];

for (const [what, has, gaps] of tables) {
  Deno.test(`every operation has a rule for ${what}, except for those listed here`, () => {
    assert.ok(ops.length > 70);
    assert.equal(ops.filter((op) => !has(op)).map(({ name }) => name).sort().join(" "), gaps);
  });
}
