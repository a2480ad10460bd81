import assert from "node:assert/strict";
import { compile, type CompileOptions, grad } from "../../../lib/compile/mod.ts";
import { type HostArray, special, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";
import { checkVjp } from "./derivatives.ts";

interface Case {
  readonly arguments: readonly number[];
  /** Logarithms of both sides, and the derivatives of the lower one. */
  readonly lower: number;
  readonly upper: number;
  readonly slopes: readonly number[];
}
const golden = JSON.parse(Deno.readTextFileSync(new URL("incomplete.json", import.meta.url)));

type Function = (...all: Tensor[]) => Tensor;
const families: [string, Case[], Record<"side" | "rest" | "lower" | "upper", Function>][] = [
  ["gamma", golden.gamma, {
    side: special.gammainc,
    rest: special.gammaincc,
    lower: special.logGammainc,
    upper: special.logGammaincc,
  } as Record<string, Function>],
  ["beta", golden.beta, {
    side: special.betainc,
    rest: special.betaincc,
    lower: special.logBetainc,
    upper: special.logBetaincc,
  } as Record<string, Function>],
];

const settings: CompileOptions[] = present.flatMap((engine) =>
  (["float32", "float64"] as const).map((dtype) => ({ engine, dtype }))
);

for (const [name, cases, functions] of families) {
  const { side, rest, lower, upper } = functions;
  const columns = cases[0].arguments.map((_, k) => cases.map((c) => c.arguments[k]));
  for (const options of settings) {
    Deno.test(`incomplete ${name} functions have all digits in both tails (${options.engine}, ${options.dtype})`, async () => {
      const all = compile((...x: Tensor[]) => ({
        side: side(...x),
        rest: rest(...x),
        lower: lower(...x),
        upper: upper(...x),
        slopes: grad((...x: Tensor[]) => side(...x).sum(), { argnums: x.map((_, i) => i) })(...x) as Tensor[],
      }), options);
      const arrays = columns.map((column) => ({
        data: Float64Array.from(column),
        shape: [column.length],
      }));
      const found = await all.arrays(...arrays as any) as Record<string, HostArray> & { slopes: HostArray[] };
      await all.release();
      const relative = options.dtype === "float64" ? 1e-9 : 2e-5;
      cases.forEach((c, i) => {
        const label = `${name}(${c.arguments})`;
        const near = (what: string, found: number, expected: number, slack: number) =>
          assert.ok(Math.abs(found - expected) <= slack, `${what} ${label}: ${found}, not ${expected}`);
        near("side", found.side.data[i], Math.exp(c.lower), relative);
        near("rest", found.rest.data[i], Math.exp(c.upper), relative);
        // Relative errors of the tails, to the digits that the arguments have.
        const digits = relative * Math.max(1, Math.abs(c.lower), Math.abs(c.upper));
        near("log", found.lower.data[i], c.lower, digits + (c.lower > -1e-4 ? relative * -c.lower : 0));
        if (Math.abs(c.upper) > 1e-5) near("log of the rest", found.upper.data[i], c.upper, digits);
        c.slopes.forEach((slope, k) => {
          const size = Math.max(
            Math.abs(slope),
            1e-2 * c.slopes.at(-1)! * c.arguments.at(-1)! / c.arguments[k],
          );
          near(`slope ${k}`, found.slopes[k].data[i], slope, 20 * relative * size + 1e-30);
        });
      });
    });
  }
}

Deno.test("quantiles undo incomplete gamma and beta functions", async () => {
  const shapes = [0.05, 0.7, 1, 3, 40, 1000], p = [1e-12, 1e-3, 0.2, 0.5, 0.9, 1 - 2 ** -16];
  const both = compile((q: Tensor, a: Tensor) => {
    const b = a.mul(0.6), x = special.gammaincinv(a, q), odds = special.logitBetaincinv(a, b, q);
    return [special.gammainc(a, x), special.betainc(a, b, odds.sigmoid(), odds.neg().sigmoid()), x];
  }, { engine: "js", dtype: "float64" });
  const [gamma, beta, x] = await both.arrays(
    { data: Float64Array.from(p), shape: [p.length] },
    { data: Float64Array.from(shapes), shape: [shapes.length, 1] },
  ) as HostArray[];
  await both.release();
  shapes.forEach((a, i) =>
    p.forEach((q, j) => {
      const at = i * p.length + j;
      // Below a quantile that is no number there is no way back.
      if (x.data[at] > 1e-30) {
        assert.ok(Math.abs(gamma.data[at] / q - 1) < 1e-8, `gamma(${a}): ${gamma.data[at]} for ${q}`);
      }
      assert.ok(Math.abs(beta.data[at] / q - 1) < 1e-8, `beta(${a}): ${beta.data[at]} for ${q}`);
    })
  );
  assert.deepEqual(
    [...special.gammaincinv(tf.scalar(2), tf.tensor1d([0, 1, -0.1])).dataSync()],
    [0, Infinity, NaN],
  );
  assert.deepEqual([...special.betaincinv(tf.scalar(2), tf.scalar(3), tf.tensor1d([0, 1, 2])).dataSync()], [
    0,
    1,
    NaN,
  ]);
});

Deno.test("the derivatives of quantiles are those of differences", () => {
  checkVjp("gammaincinv", special.gammaincinv, [[[0.7], [4]], [0.2, 0.6]]);
  checkVjp("logitBetaincinv", special.logitBetaincinv, [[[0.7], [4]], [2], [0.2, 0.6]]);
});
