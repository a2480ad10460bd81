import assert from "node:assert/strict";
import { compile, grad } from "../../../lib/compile/mod.ts";
import { type HostArray, special, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";

const x = [1e-10, 0.25, 1, 7.5, 8, 8.5, 30, 700, 1e6];
/** By mpmath 1.3.0 with 40 digits: log(I0(x)) - x, 1 - I1(x) / I0(x), and its derivative. */
const right: Record<"logI0e" | "besselRatioComplement" | "slope", readonly number[]> = {
  logI0e: [
    -9.99999999975e-11,
    -0.23443561468661894,
    -0.7640856414928213,
    -1.9084112919247251,
    -1.941895744572186,
    -1.9732680865519574,
    -2.615298566828064,
    -4.194300001556551,
    -7.826693687186747,
  ],
  besselRatioComplement: [
    0.99999999995,
    0.8759664980820753,
    0.5536100341034655,
    0.06927526565087291,
    0.0647645064705614,
    0.06080845961816883,
    0.01681044463466391,
    0.0007145411815739067,
    5.00000125000125e-07,
  ],
  slope: [
    -0.5,
    -0.4884816827302773,
    -0.35434603245035623,
    -0.009654837624196536,
    -0.008430134951567575,
    -0.007426128077340703,
    -0.0005653130416681776,
    -1.0211385927539994e-06,
    -5.00000250000375e-13,
  ],
};

for (const engine of present) {
  for (const [dtype, relative] of [["float32", 1e-5], ["float64", 1e-12]] as const) {
    Deno.test(`Bessel functions are right, with derivatives, from 1e-10 to 1e6 (${engine}, ${dtype})`, async () => {
      const slope = grad((v: Tensor) => special.besselRatioComplement(v).sum());
      const all = compile((v: Tensor) => ({
        logI0e: special.logI0e(v),
        besselRatioComplement: special.besselRatioComplement(v),
        slope: slope(v) as Tensor,
        first: grad((v: Tensor) => special.logI0e(v).sum())(v) as Tensor,
      }), { engine, dtype });
      const found = await all.arrays({ data: Float64Array.from(x), shape: [x.length] }) as Record<
        string,
        HostArray
      >;
      await all.release();
      const hold = (name: string, values: readonly number[], digits: number) =>
        values.forEach((y, i) => {
          const off = Math.abs(found[name].data[i] - y);
          assert.ok(off <= digits * Math.abs(y), `${name}(${x[i]}): ${found[name].data[i]}, not ${y}`);
        });
      hold("logI0e", right.logI0e, relative);
      hold("besselRatioComplement", right.besselRatioComplement, relative);
      hold("first", right.besselRatioComplement.map((y) => -y), relative);
      // The slope is a difference: of 1 - r / x - r^2 little is left for large x.
      x.forEach((at, i) => {
        const off = Math.abs(found.slope.data[i] - right.slope[i]);
        assert.ok(off <= 5 * relative * Math.max(Math.abs(right.slope[i]), 1 / (1 + at)), `slope(${at})`);
      });
    });
  }
}

Deno.test("i0e and i1e are SciPy's, of both signs", () => {
  const near = (found: Tensor, expected: number[]) =>
    found.dataSync().forEach((y, i) =>
      assert.ok(Math.abs(y - expected[i]) < 1e-6, `${y}, not ${expected[i]}`)
    );
  const both = [-2, 0, 2, 20];
  near(special.i0e(tf.tensor1d(both)), [0.30850832255367, 1, 0.30850832255367, 0.08978031188482602]);
  near(special.i1e(tf.tensor1d(both)), [-0.21526928924893764, 0, 0.21526928924893764, 0.08750622218328867]);
});
