import { scan } from "../../compile/mod.ts";
import { linalg, type Tensor, tf } from "../../tensor/mod.ts";

/** A way from standard normal noise `[..., size]` to the deviations of numbers, and back. */
export interface NoiseImage {
  /** The scale of each number, `[size]`, whose product is the determinant. */
  readonly scale: Tensor;
  /** Returns the deviations that noise stands for. */
  forward(noise: Tensor): Tensor;
  /** Returns the noise behind deviations. */
  inverse(deviation: Tensor): Tensor;
}

/** Makes independent numbers. */
export const independent = (scale: Tensor): NoiseImage => ({
  scale,
  forward: (noise) => noise.mul(scale),
  inverse: (deviation) => deviation.div(scale),
});

/** Makes numbers with all correlations: the factor is diag(scale) (1 + lower). */
export const correlated = (scale: Tensor, lower: Tensor): NoiseImage => ({
  scale,
  forward: (noise) => noise.add(times(noise, lower)).mul(scale),
  inverse: (deviation) => {
    const factor = lower.add(tf.eye(scale.size)) as Tensor;
    return linalg.triangularSolve(factor, deviation.div(scale).expandDims(-1)).squeeze([-1]);
  },
});

/**
 * Makes numbers of steps, each of which depends on those of the step before: those of one step are
 * correlated by `lower` `[steps, n, n]` (undefined: independent), and `transition`
 * `[steps - 1, n, n]` adds its products with the deviations before.
 */
export function autoregressive(scale: Tensor, lower: Tensor | undefined, transition: Tensor): NoiseImage {
  const [later, n] = transition.shape, steps = later + 1;
  const byStep = (x: Tensor) => x.reshape([-1, steps, n]).transpose([1, 0, 2]);
  const whole = (x: Tensor, { shape }: Tensor) => x.transpose([1, 0, 2]).reshape(shape);
  const first = (x: Tensor) => x.slice([0, 0, 0], [1, -1, -1]),
    rest = (x: Tensor) => x.slice([1, 0, 0], [later, -1, -1]);
  const within = (x: Tensor): Tensor => lower ? x.add(product(x, lower)) : x;
  const without = (x: Tensor): Tensor =>
    lower
      ? linalg.triangularSolve(lower.add(tf.eye(n)) as Tensor, x.transpose([0, 2, 1])).transpose([0, 2, 1])
      : x;
  return {
    scale,
    forward(noise) {
      const own = byStep(whole(within(byStep(noise)), noise).mul(scale));
      if (later === 0) return whole(own, noise);
      const step = (before: Tensor, { x, by }: { x: Tensor; by: Tensor }): [Tensor, Tensor] => {
        const now = x.add(product(before, by));
        return [now, now];
      };
      const [, after] = scan(step, first(own).squeeze([0]) as Tensor, { x: rest(own), by: transition });
      return whole(tf.concat([first(own), after], 0), noise);
    },
    inverse(deviation) {
      const all = byStep(deviation);
      const own = later === 0 ? all : tf.concat(
        [first(all), rest(all).sub(product(all.slice([0, 0, 0], [later, -1, -1]), transition))],
        0,
      );
      return whole(without(byStep(whole(own, deviation).div(scale))), deviation);
    },
  };
}

/** Multiplies rows by the transposes of matrices. */
const product = (rows: Tensor, matrices: Tensor): Tensor =>
  tf.matMul(rows as never, matrices as never, false, true);

/** Multiplies rows `[..., n]` by the transpose of a matrix `[m, n]`. */
export function times(rows: Tensor, matrix: Tensor): Tensor {
  const [m, n] = matrix.shape;
  return product(rows.reshape([-1, n]), matrix).reshape([...rows.shape.slice(0, -1), m]);
}
