import { constraints, Normal } from "../../lib/distributions/mod.ts";
import { param, plate, sample } from "../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";

/** 20 numbers around 3. */
export const data: Tensor = tf.tensor1d(Array.from({ length: 20 }, (_, i) => 3 + Math.sin(1.7 * i)));

/** A normal mean with a normal prior: its posterior is known. */
export function conjugate(x?: Tensor, n: number = x?.shape[0] ?? 20): void {
  const mu = sample("mu", new Normal(0, 2));
  using _data = plate("data", n);
  sample("obs", new Normal(mu, 1), { obs: x });
}

/** Mean and standard deviation of the posterior of `conjugate` at `data`. */
export function exactPosterior(): { mean: number; sd: number } {
  const x = Array.from(data.dataSync()), precision = x.length + 1 / 4;
  return { mean: x.reduce((a, b) => a + b) / precision, sd: Math.sqrt(1 / precision) };
}

/** The log evidence of `conjugate` at `data`. */
export function exactEvidence(): number {
  const x = Array.from(data.dataSync()),
    n = x.length,
    s = x.reduce((a, b) => a + b),
    q = x.reduce((a, b) => a + b * b, 0);
  return -n / 2 * Math.log(2 * Math.PI) - 0.5 * Math.log(1 + 4 * n) - 0.5 * (q - s * s / (n + 1 / 4));
}

/** A normal guide for `conjugate`. */
export function normalGuide(..._args: unknown[]): void {
  const loc = param("loc", tf.scalar(0)),
    scale = param("scale", tf.scalar(1), { constraint: constraints.positive });
  sample("mu", new Normal(loc, scale));
}

/** Whether two numbers differ by no more than the tolerance; says by how much they do. */
export function close(actual: number, expected: number, tolerance: number, what = "value"): void {
  if (!(Math.abs(actual - expected) <= tolerance)) {
    throw new Error(`${what} is ${actual}, expected ${expected} within ${tolerance}`);
  }
}

/** The only number of a tensor. */
export const item = (tensor: Tensor): number => tensor.dataSync()[0];
