import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { constant, formatShape, sameShape, tf } from "../../tensor/mod.ts";
import type { Shape, Tensor } from "../../tensor/mod.ts";
import { scan } from "../../compile/mod.ts";
import { logSigmoid } from "../../tensor/special/mod.ts";
import { Flow } from "./flow.ts";
import { checkPermutation } from "./permute.ts";
import { unfit } from "./transform.ts";
import { clampPreserveGradients } from "./util/clamp.ts";

/** Options of `AffineAutoregressive`. */
export interface AffineAutoregressiveOptions {
  /** True to make y a weighted mean of x and the network's mean (default false). */
  stable?: boolean;
  /** The least log scale; its gradient is kept (default -5). */
  logScaleMinClip?: number;
  /** The greatest log scale; its gradient is kept (default 3). */
  logScaleMaxClip?: number;
  /** An addend of the stable form's log scale, to start near the identity (default 2). */
  sigmoidBias?: number;
  /** The number of variables, to check inputs by (default: the last axis of each input). */
  inputDim?: number;
  /** The order of the variables in the network, which the inverse goes by (default 0, 1, ...). */
  permutation?: readonly number[];
}

const optionNames: OptionNames<AffineAutoregressiveOptions> = {
  stable: true,
  logScaleMinClip: true,
  logScaleMaxClip: true,
  sigmoidBias: true,
  inputDim: true,
  permutation: true,
};

type Defaulted = Pick<AffineAutoregressiveOptions, "logScaleMinClip" | "logScaleMaxClip" | "sigmoidBias">;

/**
 * The inverse autoregressive flow of Kingma et al. (2016), y = exp(logScale(x)) x + mean(x), where
 * both functions give for a variable what depends on the variables before it alone; as Pyro's
 * `AffineAutoregressive`. The stable form is y = s x + (1 - s) mean(x), s = sigmoid(logScale(x) +
 * sigmoidBias).
 *
 * Forward takes one run of the network, whose log-determinant is remembered for the y that it made.
 * The inverse of another y takes as many runs as there are variables.
 *
 * @example A flow on a standard normal distribution
 * ```ts
 * import { AffineAutoregressive, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { TransformedDistribution } from "@pyrosaur/pyrosaur/distributions";
 * import { random, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * // Each variable is shifted by the sum of those before it.
 * const sums = (x: Tensor): Tensor => tf.cumsum(x, x.rank - 1, true);
 * const network = (x: Tensor): [Tensor, Tensor] => [sums(x), tf.zeros(x.shape)];
 * const base = new Normal(tf.zeros([3]), 1).toEvent(1);
 * const flow = new TransformedDistribution(base, new AffineAutoregressive(network));
 * const draws = flow.sample(random.key(0), [5]);
 * assert.deepEqual([draws.shape, flow.logProb(draws).shape], [[5, 3], [5]]);
 * ```
 */
export class AffineAutoregressive extends Flow {
  readonly #options: AffineAutoregressiveOptions & Required<Defaulted>;

  /**
   * Makes the transform from a network.
   *
   * @param network gives `[mean, logScale]`, each of the shape of x, from x: a network such as
   * `made`, with its parameters (and a context, if there is one) put in
   * @throws Error for a permutation that is none or does not fit `inputDim`, and clips in the wrong
   * order.
   */
  constructor(readonly network: (x: Tensor) => readonly Tensor[], options?: AffineAutoregressiveOptions) {
    super();
    checkOptions("make AffineAutoregressive", options, optionNames);
    const { logScaleMinClip = -5, logScaleMaxClip = 3, sigmoidBias = 2, permutation } = options ?? {};
    if (!(logScaleMinClip < logScaleMaxClip)) {
      throw new Error(
        `Cannot make AffineAutoregressive: logScaleMinClip is ${logScaleMinClip}, ` +
          `expected less than logScaleMaxClip, ${logScaleMaxClip}`,
      );
    }
    const inputDim = options?.inputDim ?? permutation?.length;
    if (permutation) checkPermutation("AffineAutoregressive", permutation, inputDim);
    this.#options = { ...options, logScaleMinClip, logScaleMaxClip, sigmoidBias, inputDim };
  }

  /** Runs the network on x, and returns its results as those of y = scale x + shift. */
  #affine(x: Tensor) {
    const [mean, raw] = this.#run(x);
    if (this.#options.stable) {
      const { weight, logit } = this.#weighted(raw);
      return { shift: weight.mul(mean), scale: tf.sigmoid(logit), logScale: logSigmoid(logit) };
    }
    const logScale = this.#clipped(raw);
    return { shift: mean, scale: logScale.exp(), logScale };
  }

  #clipped(raw: Tensor): Tensor {
    const { logScaleMinClip, logScaleMaxClip } = this.#options;
    return clampPreserveGradients(raw, logScaleMinClip, logScaleMaxClip);
  }

  /** Returns the weight of the mean in the stable form, 1 - s, and the logit of s. */
  #weighted(raw: Tensor) {
    const logit = raw.add(constant(this.#options.sigmoidBias));
    // 1 - sigmoid(a) is sigmoid(-a), without the loss of digits.
    return { weight: tf.sigmoid(logit.neg()), logit };
  }

  #run(x: Tensor): readonly Tensor[] {
    const results = this.network(x);
    if (!Array.isArray(results) || results.length !== 2) {
      const found = Array.isArray(results) ? `${results.length} results` : "no list";
      throw new Error(
        `Cannot transform with AffineAutoregressive: the network gave ${found}, expected [mean, logScale]`,
      );
    }
    results.forEach((result: Tensor, i) => {
      if (sameShape(result.shape.slice(-1), x.shape.slice(-1))) return;
      const [found, input] = [result.shape, x.shape].map(formatShape), name = i === 0 ? "mean" : "logScale";
      throw new Error(
        `Cannot transform with AffineAutoregressive: the network gave ${name} of shape ${found} for an input of ` +
          `shape ${input}`,
      );
    });
    return results;
  }

  /** Computes y from x, and the sum of the log scales. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    this.#check(x.shape);
    const [mean, raw] = this.#run(x);
    if (this.#options.stable) {
      const { weight, logit } = this.#weighted(raw);
      // s x + (1 - s) mean with one function of the logit, whose derivative needs no other.
      return { y: x.add(weight.mul(mean.sub(x))), logDet: logSigmoid(logit).sum(-1) };
    }
    const logScale = this.#clipped(raw);
    return { y: x.mul(logScale.exp()).add(mean), logDet: logScale.sum(-1) };
  }

  /** x from y, variable by variable in their order. */
  protected override pull(y: Tensor): { x: Tensor; logDet: Tensor } {
    this.#check(y.shape);
    const order = this.#options.permutation ?? Array.from({ length: y.shape[y.rank - 1] }, (_, i) => i);
    const rows = tf.tensor2d(order.map((place) => order.map((_, i) => Number(i === place))));
    const [{ x, logDet }] = scan(
      ({ x, logDet }: { x: Tensor; logDet: Tensor }, row: Tensor) => {
        const { shift, scale, logScale } = this.#affine(x);
        // Only one variable is divided: those yet to come may be out of all proportion.
        const entry = (t: Tensor): Tensor => t.mul(row).sum(-1, true);
        const found = entry(y).sub(entry(shift)).div(entry(scale));
        return [{ x: x.add(found.mul(row)), logDet: logDet.add(logScale.mul(row)) }, null];
      },
      { x: tf.zeros(y.shape) as Tensor, logDet: tf.zeros(y.shape) as Tensor },
      rows as Tensor,
    );
    return { x, logDet: logDet.sum(-1) };
  }

  #check(shape: Shape): void {
    const expected = this.#options.inputDim ?? shape.at(-1);
    if (shape.length > 0 && shape.at(-1) === expected) return;
    unfit(this.name, shape, `expected ${expected ?? "a vector"} on its last axis`);
  }
}
