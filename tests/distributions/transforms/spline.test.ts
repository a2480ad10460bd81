import assert from "node:assert/strict";
import { compile, type CompileOptions, grad } from "../../../lib/compile/mod.ts";
import { Spline } from "../../../lib/distributions/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";

const settings: CompileOptions[] = [...present, "tfjs" as const].flatMap((engine) =>
  (engine === "tfjs" ? ["float32"] as const : ["float32", "float64"] as const).map((dtype) => ({
    engine,
    dtype,
  }))
);
const labelOf = ({ engine, dtype }: CompileOptions) => `${engine}, ${dtype}`;

/** Two equal bins on [-3, 3]: the identity at the ends, and nearly flat at the knot between them, at 0. */
const flatAtKnot = () =>
  new Spline({ widths: tf.zeros([1, 2]), heights: tf.zeros([1, 2]), derivatives: tf.fill([1, 1], -20) });

for (const options of settings) {
  Deno.test(`the inverse of a spline is right next to a flat knot, on both sides (${labelOf(options)})`, async () => {
    // Computed with mpmath from the forward formula.
    const y = [5e-7, 7e-7, 9e-7, 1.1e-6], x = [4.36483826e-4, 5.85648458e-4, 7.24830040e-4, 8.55798377e-4];
    const both = (list: number[]) => tf.tensor2d([...list.map((v) => -v).reverse(), ...list], [8, 1]);
    const inverse = compile((v: Tensor) => flatAtKnot().inverse(v), options);
    const { data } = await inverse.arrays(both(y));
    await inverse.release();
    both(x).dataSync().forEach((expected, i) => {
      assert.ok(Math.abs(data[i] / expected - 1) < 1e-5, `${data[i]}, not ${expected}`);
    });
  });
}

const D = 40, BINS = 5;

/** Splines of all shapes, by rows: gentle ones and ones with narrow bins, flat and steep knots. */
function parameters(isLinear: boolean): Tensor[] {
  const keys = random.key(7).split(4), strength = tf.linspace(0.1, 8, D).expandDims(-1);
  const draw = (i: number, columns: number) => random.normal(keys[i], [D, columns]).mul(strength) as Tensor;
  const all = [draw(0, BINS), draw(1, BINS), draw(2, BINS - 1)];
  return isLinear ? [...all, draw(3, BINS)] : all;
}
const splineOf = ([widths, heights, derivatives, lambdas]: Tensor[]) =>
  new Spline({ widths, heights, derivatives, lambdas });

for (const kind of ["linear", "quadratic"] as const) {
  const given = parameters(kind === "linear"), rows = 2001;
  const grid = tf.linspace(-3.2, 3.2, rows).expandDims(-1).tile([1, D]) as Tensor;
  for (const options of settings) {
    Deno.test(`${kind} splines and their inverses rise without a gap and undo each other (${labelOf(options)})`, async () => {
      const isDouble = options.dtype === "float64", epsilon = isDouble ? 2 ** -52 : 2 ** -23;
      const there = compile((v: Tensor, ...p: Tensor[]) => {
        // Each from a spline of its own, which remembers nothing.
        const y = splineOf(p).forward(v), x = splineOf(p).inverse(y), again = splineOf(p).forward(x);
        return [y, x, again, splineOf(p).logAbsDetJacobian(v, y), splineOf(p).inverse(v)];
      }, options);
      const found: HostArray[] = await there.arrays(grid, ...given);
      const [y, x, again, logSlope, inverse] = found.map(({ data }) => Array.from(data));
      await there.release();
      const v = grid.dataSync();
      for (const [name, data] of Object.entries({ y, x, again, inverse, logSlope })) {
        data.forEach((value, i) => {
          const place = `${name} at ${v[i]} of spline ${i % D}`;
          assert.ok(Number.isFinite(value), `${place} is ${value}`);
          if (name === "logSlope" || i < D) return;
          const step = value - data[i - D], slack = name === "again" ? 64 : 8;
          assert.ok(step >= -slack * epsilon * Math.max(1e-3, Math.abs(value)), `${place} falls by ${-step}`);
        });
      }
      y.forEach((value, i) => {
        // What one rounding of x moves y by, at the steepest within reach.
        const slopes = [i - D, i, i + D].map((j) => Math.exp(logSlope[j] ?? 0));
        const tolerance = 16 * epsilon * (3 + 3 * Math.max(...slopes));
        assert.ok(
          Math.abs(again[i] - value) <= tolerance,
          `${again[i]} instead of ${value}, spline ${i % D}`,
        );
      });
    });
  }

  Deno.test(`log slopes of ${kind} splines are those of their derivatives, in both directions`, async () => {
    const first = (isInverse: boolean) => (v: Tensor, ...p: Tensor[]) => {
      const map = (w: Tensor) => isInverse ? splineOf(p).inverse(w) : splineOf(p).forward(w);
      const spline = splineOf(p), y = isInverse ? spline.inverse(v) : spline.forward(v);
      const logSlope = isInverse ? spline.logAbsDetJacobian(y, v).neg() : spline.logAbsDetJacobian(v, y);
      return [grad((w: Tensor) => map(w).sum())(v) as Tensor, logSlope.exp()];
    };
    for (const isInverse of [false, true]) {
      const compiled = compile(first(isInverse), { engine: "js", dtype: "float64" });
      const [slope, expected]: HostArray[] = await compiled.arrays(grid, ...given);
      await compiled.release();
      Array.from(expected.data).forEach((e, i) => {
        assert.ok(Math.abs(slope.data[i] / e - 1) < 1e-6, `${slope.data[i]}, not ${e}, at ${i}`);
      });
    }
  });
}
