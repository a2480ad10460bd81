import assert from "node:assert/strict";
import { compile, type CompileOptions } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import type { Tensor } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";
import {
  argument,
  type Batch,
  type Case,
  distributionOf,
  families,
  type Numbers,
  type Scored,
  scored,
} from "./batches.ts";

/** The least number of extreme arguments of a family. */
const LEAST = 8;

/** The two names of a probability. */
const forms = ["probs", "logits"], gates = ["gate", "gate_logits"];

/** Classes that are no families, and families without a density of their own. */
const exempt: Readonly<Record<string, string>> = {
  ParametricDistribution: "families extend it",
  RelaxedCategorical: "families extend it",
  SuccessProbability: "families extend it",
  Wrapper: "wrappers extend it",
  Expanded: "the density of its base, repeated",
  Independent: "the density of its base, summed",
  Masked: "the density of its base, or 0",
  Delta: "the density that it is given",
  Unit: "the density that it is given",
  ImproperUniform: "the density 1",
  Stable: "no density in closed form",
};

const entries = (x: Numbers | null): (number | null)[] => [x].flat(Infinity as 1) as (number | null)[];

/** Settings for all families: the digits of formulas, and each float32 rounded. */
const always: readonly CompileOptions[] = [
  { engine: "js", dtype: "float64" },
  { engine: "wasm", dtype: "float32" },
  { engine: "tfjs", dtype: "float32" },
];
/** The most batches of a family that one of the others runs: sessions of large programs take long. */
const SOME = 4;
/** The others, which families take in turn. */
const others = present.flatMap((engine) =>
  (["float32", "float64"] as const).map((dtype): CompileOptions => ({ engine, dtype }))
).filter((one) => !always.some(({ engine, dtype }) => engine === one.engine && dtype === one.dtype));

/** Runs the batches of a family in one program. */
async function run(batches: readonly Batch[], options: CompileOptions): Promise<readonly Scored[]> {
  const tensors = batches.flatMap((batch) => batch.tensors);
  const program = compile((...given: Tensor[]) => {
    let from = 0;
    return batches.map((batch) => scored(batch, given.slice(from, from += batch.tensors.length)));
  }, options);
  const found = await program.arrays(...tensors) as unknown as readonly Scored[];
  await program.release();
  return found;
}

/** Holds one case of a batch, the i-th, against what was found. */
function assertCase(c: Case, i: number, names: readonly string[], found: Scored, dtype: string): void {
  const relative = dtype === "float64" ? 1e-9 : 1e-5, label = JSON.stringify(c), [densities, slopes] = found;
  const off = Math.abs(densities.data[i] - c.log_prob);
  assert.ok(off <= relative * Math.max(1, Math.abs(c.log_prob)), `${densities.data[i]}, not ${label}`);
  const all = ["value", ...Object.keys(c.params)],
    args = names.map((name) => entries(argument(c, name)) as number[]);
  const known = names.map((name) => entries(c.slopes[all.indexOf(name)]));
  // Slopes meet zeros: to the digits of the largest elasticity, and of the density itself.
  const largest = Math.max(
    2e-3 * Math.max(1, Math.abs(c.log_prob)),
    ...known.flatMap((slope, k) => slope.map((s, m) => Math.abs((s ?? 0) * args[k][m]))),
  );
  known.forEach((slope, k) =>
    slope.forEach((s, m) => {
      if (s === null) return;
      // Beyond the range of float32 a slope is infinite, next to its end a zero.
      if (Math.abs(s) > 3e38 && dtype === "float32") return;
      const count = args[k].length,
        n = Math.round(Math.sqrt(count)),
        at = (m: number) => slopes[k].data[i * count + m];
      const row = Math.floor(m / n), column = m % n;
      const isPair = c.symmetric?.includes(names[k]) && row !== column;
      const slot = isPair ? at(m) + at(column * n + row) : at(m);
      // What an argument that is 0 is measured by is around it.
      const size = [args[k][m], ...args[k], ...args[0]].map(Math.abs).find((x) => x > 0) ?? Infinity;
      const slack = 10 * relative * Math.max(Math.abs(s), largest / size) + 1e-35;
      assert.ok(Math.abs(slot - s) <= slack, `slope by ${names[k]}[${m}]: ${slot}, not ${s}: ${label}`);
    })
  );
}

Object.entries(families).forEach(([family, whole], place) => {
  const turn = others[place % others.length], some = whole.slice(0, SOME);
  for (const [options, batches] of [...always.map((one) => [one, whole] as const), [turn, some] as const]) {
    Deno.test(`${family}: log densities and slopes are right far out (${options.engine}, ${options.dtype})`, async () => {
      const found = await run(batches, options);
      batches.forEach((batch, k) =>
        batch.cases.forEach((c, i) => assertCase(c, i, batch.names, found[k], options.dtype!))
      );
    });
  }
});

Deno.test("every family has eight extreme arguments, by probabilities and by logits each", () => {
  const counts = new Map<string, number>();
  const add = (key: string, count: number) => counts.set(key, (counts.get(key) ?? 0) + count);
  for (const batch of Object.values(families).flat()) {
    const { name } = dist.withoutValidation(() => distributionOf(batch, batch.tensors)).constructor;
    const isMade = "base" in batch.cases[0].params, [own, other] = isMade ? gates : forms;
    add(name, batch.cases.length);
    if (batch.names.includes(own)) add(`${name} by ${own}`, batch.cases.length);
    if (batch.names.includes(other)) add(`${name} by ${other}`, batch.cases.length);
  }
  const all = Object.entries(dist).filter(([, x]) =>
    typeof x === "function" && x.prototype instanceof dist.Distribution
  ).map(([name]) => name);
  assert.deepEqual(Object.keys(exempt).filter((name) => !all.includes(name) || counts.has(name)), []);
  const either = [...counts.keys()].flatMap((key) => {
    const [name, form] = key.split(" by ");
    return form ? (gates.includes(form) ? gates : forms).map((one) => `${name} by ${one}`) : [];
  });
  const wanted = [...all.filter((name) => !(name in exempt)), ...either];
  const few = wanted.filter((key) => (counts.get(key) ?? 0) < LEAST);
  assert.deepEqual(few, [], `add rows of ${few} to extreme_families`);
});
