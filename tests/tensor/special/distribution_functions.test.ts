import assert from "node:assert/strict";
import { compile, type CompileOptions } from "../../../lib/compile/mod.ts";
import { type HostArray, special, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";
import { checkVjp } from "./derivatives.ts";
import { f64, inFloat64, read } from "./float64.ts";

interface Case {
  readonly fn: string;
  readonly arguments: readonly number[];
  readonly value: number;
}
type Function = (...all: Tensor[]) => Tensor;

const golden: Record<"functions" | "quantiles" | "digits", Case[]> = JSON.parse(
  Deno.readTextFileSync(new URL("distribution_functions.json", import.meta.url)),
);
const named = special as unknown as Record<string, Function>;

/** The arguments of cases of one function, each a column. */
const columns = (all: readonly Case[]): Float64Array[] =>
  all[0].arguments.map((_, k) => Float64Array.from(all, (c) => c.arguments[k]));

/** Returns the values of all functions for their cases, by one program. */
async function run(cases: readonly Case[], options: CompileOptions): Promise<[Case, number][]> {
  const groups = Object.entries(Object.groupBy(cases, ({ fn }) => fn)) as [string, Case[]][];
  const program = compile(
    (all: Tensor[][]) => groups.map(([fn], i) => named[fn](...all[i])),
    options,
  );
  const arrays = groups.map(([, all]) => columns(all).map((data) => ({ data, shape: [data.length] })));
  const found = await program.arrays(arrays as never) as HostArray[];
  await program.release();
  return groups.flatMap(([, all], i) => all.map((c, k): [Case, number] => [c, found[i].data[k]]));
}

for (const engine of present) {
  for (const dtype of ["float32", "float64"] as const) {
    Deno.test(`distribution functions and quantiles of counts are mpmath's and SciPy's (${engine}, ${dtype})`, async () => {
      const relative = dtype === "float64" ? 1e-9 : 1e-5;
      for (const [c, found] of await run(golden.functions, { engine, dtype })) {
        // A tail has the digits that its logarithm has.
        const digits = relative * Math.max(1, -Math.log(Math.abs(c.value)));
        const slack = digits * Math.abs(c.value) + (c.value > 0.5 ? relative * 1e-2 : 1e-38);
        assert.ok(Math.abs(found - c.value) <= slack, `${found}, not ${JSON.stringify(c)}`);
      }
      // ONNX Runtime and XLA take long to load graphs as large as these.
      if (engine === "onnx" || engine === "xla") return;
      for (const [c, found] of await run(golden.quantiles, { engine, dtype })) {
        // In float32 counts next to each other differ by less than their probabilities' rounding.
        const slack = dtype === "float64" ? 0 : Math.max(1, 2e-6 * c.value);
        assert.ok(Math.abs(found - c.value) <= slack, `${found}, not ${JSON.stringify(c)}`);
      }
    });
  }
}

type Errors = Readonly<Record<string, readonly [ulps: number, relative: number]>>;

/**
 * Units in the last place of float32, and relative errors in float64, by which functions are off at
 * most; next to zeros of digamma, as if it were 1. Those of engines that compose them of others.
 */
const composed: Errors = { erf: [2, 5e-16], erfc: [3, 6e-16], lgamma: [4, 6e-16], digamma: [3, 6e-16] };
/** Those of engines that have the functions; expected values are rounded themselves. */
const own: Errors = { erf: [2, 5e-16], erfc: [2, 5e-16], lgamma: [2, 6e-16], digamma: [2, 6e-16] };

for (const engine of present) {
  Deno.test(`error and gamma functions have their digits with ${engine}`, async () => {
    for (const dtype of ["float32", "float64"] as const) {
      for (const [c, found] of await run(golden.digits, { engine, dtype })) {
        const [ulps, relative] = (engine === "js" || engine === "wasm" ? own : composed)[c.fn],
          size = Math.max(Math.abs(c.value), c.fn === "digamma" ? 1 : 0);
        const slack = dtype === "float64" ? relative * size : ulps * 2 ** (Math.floor(Math.log2(size)) - 23);
        assert.ok(Math.abs(found - c.value) <= slack, `${found}, not ${JSON.stringify(c)} (${dtype})`);
      }
    }
  });
}

Deno.test("quantiles undo the skew normal and von Mises distribution functions", () => {
  const p = [1e-8, 1e-5, 0.03, 0.3, 0.5, 0.8, 0.999];
  for (
    const [a, cdf, icdf] of [
      [[-20, -1, 0, 0.5, 300], special.skewNormalCdf, special.skewNormalQuantile],
      [[1e-3, 0.45, 1, 5, 1e4], special.vonMisesCdf, special.vonMisesQuantile],
    ] as const
  ) {
    for (const x of a) {
      inFloat64(() => {
        const back = read(cdf(f64([x]), icdf(f64([x]), f64(p))));
        back.forEach((q, i) => assert.ok(Math.abs(q / p[i] - 1) < 1e-6, `${q} for ${p[i]} at ${x}`));
      });
    }
  }
  const ends = (x: Tensor) => [...x.dataSync()];
  const p01 = tf.tensor1d([0, 1]);
  assert.deepEqual(ends(special.skewNormalQuantile(tf.scalar(2), p01)), [-Infinity, Infinity]);
  assert.deepEqual(ends(special.vonMisesQuantile(tf.scalar(2), p01)), [-Math.PI, Math.PI].map(Math.fround));
  assert.deepEqual(ends(special.poissonQuantile(tf.scalar(2), p01)), [0, Infinity]);
  assert.deepEqual(ends(special.binomialQuantile(tf.scalar(7), tf.scalar(0.25), p01)), [0, 7]);
});

Deno.test("counts that are sure have quantiles, and quantiles know the far end by 1 - p", () => {
  const at = (x: Tensor) => x.dataSync()[0], half = tf.scalar(0.5), one = tf.scalar(1);
  assert.equal(at(special.poissonQuantile(tf.scalar(0), half)), 0);
  assert.equal(at(special.binomialQuantile(tf.scalar(7), one, half)), 7);
  assert.equal(at(special.binomialQuantile(tf.scalar(7), tf.scalar(0), half)), 0);
  assert.equal(at(special.binomialQuantile(tf.scalar(0), half, half)), 0);
  assert.equal(at(special.poissonQuantile(tf.scalar(2), one, tf.scalar(1e-20))), 26);
});

Deno.test("derivatives of distribution functions and quantiles are those of differences", () => {
  checkVjp("owensT", special.owensT, [[[0.7], [-2]], [0.2, 1.5, -3]]);
  checkVjp("skewNormalCdf", special.skewNormalCdf, [[[0.7], [-4]], [-1, 0.3, 2]]);
  checkVjp("logSkewNormalCdf", special.logSkewNormalCdf, [[[0.7], [-4]], [-1, 0.3, 2]]);
  checkVjp("skewNormalQuantile", special.skewNormalQuantile, [[[0.7], [-4]], [0.1, 0.6]]);
  checkVjp("vonMisesCdf", special.vonMisesCdf, [[[0.7], [9]], [-1, 0.3, 2]]);
  checkVjp("vonMisesQuantile", special.vonMisesQuantile, [[[0.7], [9]], [0.1, 0.6]]);
  checkVjp("scaledExpint", special.scaledExpint, [[0.1, 1.5, 4]]);
});
