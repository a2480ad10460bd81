import { compile, type CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { enumLogDensity } from "@pyrosaur/pyrosaur/infer";
import { standardDeviation } from "@pyrosaur/pyrosaur/statistics";
import { random, tf } from "@pyrosaur/pyrosaur/tensor";
import { COMPONENTS, type Globals, mixture, POINTS } from "./points.ts";

/**
 * Returns the tutorial's first values with a seed: equal weights, a scale of which half the
 * variance is the square, and locations at points that are drawn, the same one twice as well.
 */
export function firstValues(seed: number): Globals {
  const points = tf.tensor1d([...POINTS]), n = POINTS.length;
  const logits = tf.fill([n], -Math.log(n)),
    index = random.categorical(random.key(seed), logits, [COMPONENTS]);
  // The variance of the points themselves, as NumPy's: not that of what they were drawn from.
  const variance = standardDeviation(POINTS) ** 2 * (n - 1) / n;
  return {
    weights: tf.fill([COMPONENTS], 1 / COMPONENTS),
    scale: tf.scalar(Math.sqrt(variance / 2)),
    locs: tf.gather(points, index),
  };
}

/** First values with the lowest loss. */
export interface Start {
  /** The seed that they are drawn with. */
  readonly seed: number;
  /** Their loss, in nats. */
  readonly loss: number;
}

/** Returns the loss of the first values of the seeds 0 to `count - 1`. */
export async function firstLosses(count: number, options?: CompileOptions): Promise<number[]> {
  const points = tf.tensor1d([...POINTS]), losses: number[] = [];
  const loss = compile(
    (values: Globals) => enumLogDensity(mixture, [points], values).logDensity.neg(),
    options,
  );
  for (let seed = 0; seed < count; seed++) losses.push((await loss.arrays(firstValues(seed))).data[0]);
  await loss.release();
  return losses;
}

/** Returns the seed with the lowest loss, the first of several. */
export function bestOf(losses: readonly number[]): Start {
  const loss = losses.reduce((a, b) => Math.min(a, b));
  return { seed: losses.indexOf(loss), loss };
}
