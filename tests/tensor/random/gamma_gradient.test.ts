import assert from "node:assert/strict";
import { type Primitive, type Tensor, tf, withTracer } from "../../../lib/tensor/mod.ts";
import { gamma, gammaLogGradient, key, loggamma } from "../../../lib/tensor/random/mod.ts";
import { gammaLogSlope } from "./reference.ts";

const slopes = (logs: ArrayLike<number>, alpha: number): Tensor =>
  gammaLogGradient(tf.tensor1d(Float32Array.from(logs)), tf.scalar(alpha));

for (const alpha of [0.05, 0.1, 0.3, 0.7, 1, 1.5, 3, 8, 20, 100, 500, 999, 1001, 5000]) {
  Deno.test(`gammaLogGradient() is the numerical derivative at alpha ${alpha}`, () => {
    const logs = [...loggamma(key(2), alpha, [300]).dataSync()].filter((log) => log > -200);
    slopes(logs, alpha).dataSync().forEach((slope, i) => {
      const expected = gammaLogSlope(alpha, Math.exp(logs[i]));
      assert.ok(
        Math.abs(slope / expected - 1) < 1e-3,
        `at log z = ${logs[i]}: ${slope} instead of ${expected}`,
      );
    });
  });
}

Deno.test("gammaLogGradient() in the far tails is the numerical derivative", () => {
  for (
    const [alpha, zs] of [[0.05, [1.4, 1.6, 5, 15]], [2, [1e-4, 0.01, 20, 30]], [50, [15, 20, 100, 130]], [
      900,
      [720, 1100],
    ]] as [number, number[]][]
  ) {
    const logs = zs.map(Math.log);
    slopes(logs, alpha).dataSync().forEach((slope, i) => {
      const expected = gammaLogSlope(alpha, zs[i]);
      assert.ok(
        Math.abs(slope / expected - 1) < 1e-3,
        `alpha ${alpha}, z ${zs[i]}: ${slope} instead of ${expected}`,
      );
    });
  }
});

Deno.test("gammaLogGradient() for the tiniest draws is (digamma(alpha + 1) - log z) / alpha", () => {
  const digammaNear1 = -0.5772156649 + 0.001 * Math.PI ** 2 / 6;
  const [slope] = slopes([-5000], 0.001).dataSync();
  assert.ok(Math.abs(slope / ((digammaNear1 + 5000) / 0.001) - 1) < 1e-4);
});

Deno.test("the derivative of gamma() has the mean of the derivative: d E z / d alpha = 1, d E z^2 / d alpha = 2 alpha + 1", () => {
  const n = 20000;
  for (const alpha of [0.4, 2, 30]) {
    const z = gamma(key(8), alpha, [n]), dz = slopes(z.log().dataSync(), alpha).mul(z);
    const first = dz.mean().dataSync()[0], second = z.mul(dz).mul(2).mean().dataSync()[0];
    assert.ok(Math.abs(first - 1) < 0.05, `${first}`);
    assert.ok(Math.abs(second / (2 * alpha + 1) - 1) < 0.05, `${second}`);
  }
});

Deno.test("gamma() and loggamma() give a tracer one primitive, whose vjp has the concentration's shape", () => {
  for (const draw of [gamma, loggamma]) {
    const applied: [Primitive, Tensor[]][] = [];
    let depth = 0;
    const tracer = {
      constant: (value: number) => tf.scalar(value),
      isTraced: () => false,
      known: () => undefined,
      constantValues: () => undefined,
      apply: (primitive: Primitive, inputs: Tensor[]) => {
        if (depth++ === 0) applied.push([primitive, inputs]);
        const output = primitive.forward(...inputs);
        depth--;
        return output;
      },
    };
    const alpha = tf.tensor2d([[0.5], [3]]);
    const output = withTracer(tracer, () => draw(key(1), alpha, [5, 2, 4]));
    assert.equal(applied.length, 1);
    const [primitive, inputs] = applied[0];
    const cotangents = primitive.vjp(tf.onesLike(output), output, ...inputs);
    const logs = draw === gamma ? output.log() : output;
    const each = gammaLogGradient(logs, alpha).mul(draw === gamma ? output : 1);
    assert.deepEqual(cotangents[0]!.shape, [2, 1]);
    assert.deepEqual([...cotangents[0]!.dataSync()], [...each.sum([0, 2]).dataSync()]);
    assert.deepEqual(cotangents.slice(1), [undefined, undefined, undefined]);
  }
});
