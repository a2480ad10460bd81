import { tf } from "../../lib/tensor/mod.ts";
import { context } from "../../lib/tensorflow/mod.ts";

/** What memory was after a tenth of the steps, and at the end. */
export interface Trained {
  /** Tensors that TensorFlow held, at both times. */
  readonly live: [early: number, late: number];
  /** The process's memory in bytes, at both times. */
  readonly rss: [early: number, late: number];
  /** The loss, at both times. */
  readonly loss: [early: number, late: number];
}

/** Trains a small network by Adam on the backend that is in use, a batch uploaded and a loss read at each step. */
export function train(steps: number): Trained {
  const units = 32,
    weights = [[8, units], [units, units], [units, 1]].map(([n, m], i) =>
      tf.variable(
        tf.tensor2d(Float32Array.from({ length: n * m }, (_, k) => Math.sin(k + i) / Math.sqrt(n)), [n, m]),
      )
    );
  const optimizer = tf.train.adam(1e-3), early: number[] = [], late: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const values = Float32Array.from({ length: 64 * 8 }, (_, k) => Math.sin(k * step));
    const loss = tf.tidy(() => {
      const x = tf.tensor2d(values, [64, 8]), y = tf.sum(x, 1, true);
      const cost = optimizer.minimize(() => {
        const hidden = tf.relu(tf.matMul(tf.tanh(tf.matMul(x, weights[0])), weights[1]));
        return tf.mean(tf.square(tf.sub(tf.matMul(hidden as never, weights[2]), y))) as never;
      }, true);
      return cost!.dataSync()[0];
    });
    if (step === steps / 10) early.push(context().handles.size, Deno.memoryUsage().rss, loss);
    if (step === steps) late.push(context().handles.size, Deno.memoryUsage().rss, loss);
  }
  optimizer.dispose();
  for (const variable of weights) variable.dispose();
  return { live: [early[0], late[0]], rss: [early[1], late[1]], loss: [early[2], late[2]] };
}
