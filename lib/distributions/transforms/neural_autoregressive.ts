import { checkOptions } from "../../system/mod.ts";
import { constant, formatShape, type Tensor, tf } from "../../tensor/mod.ts";
import { expm1, log1p, logSigmoid, logsumexp, softplus } from "../../tensor/special/mod.ts";
import { Flow } from "./flow.ts";
import { unfit } from "./transform.ts";

/** The functions that units of neural flows bend by, each with an inverse. */
export type FlowActivation = "sigmoid" | "tanh" | "elu" | "leakyRelu";

/** A mixture of bent units: the mixture, bent back, and the logarithm of its slope. */
type Mixture = (logWeights: Tensor, inner: Tensor, logInnerSlope: Tensor) => { y: Tensor; logSlope: Tensor };

const mixed = (logs: Tensor): Tensor => logsumexp(logs, -2);

/**
 * The logit of a mean of sigmoids, from the logarithms of it and of the rest, which lose nothing.
 */
function squashed(steepness: 1 | 2): Mixture {
  return (logWeights, given, logInnerSlope) => {
    const inner = given.mul(constant(steepness)), up = logSigmoid(inner), down = logSigmoid(inner.neg());
    const above = mixed(logWeights.add(up)), below = mixed(logWeights.add(down));
    const logSlope = mixed(logWeights.add(logInnerSlope).add(up).add(down)).sub(above).sub(below);
    return { y: above.sub(below).mul(constant(1 / steepness)), logSlope };
  };
}

/**
 * y is -Infinity at a mean of -1 alone, which none is: below 0, 1 + mean is summed as logarithms.
 */
const elu: Mixture = (logWeights, inner, logInnerSlope) => {
  const isAbove = inner.greater(constant(0)), low = tf.minimum(inner, constant(0)), high = tf.relu(inner);
  const mean = logWeights.exp().mul(tf.where(isAbove, high, expm1(low))).sum(-2) as Tensor;
  const logOneMore = mixed(logWeights.add(tf.where(isAbove, log1p(high), low)));
  const isPositive = mean.greater(constant(0));
  const logSlope = mixed(logWeights.add(logInnerSlope).add(low));
  return {
    y: tf.where(isPositive, mean, logOneMore),
    logSlope: tf.where(isPositive, logSlope, logSlope.sub(logOneMore)),
  };
};

const leakyRelu: Mixture = (logWeights, inner, logInnerSlope) => {
  const zero = constant(0), leak = constant(Math.log(0.01));
  const bent = tf.where(inner.greater(zero), inner, inner.mul(constant(0.01)));
  const mean = logWeights.exp().mul(bent).sum(-2) as Tensor, isPositive = mean.greater(zero);
  const logSlope = mixed(logWeights.add(logInnerSlope).add(tf.where(inner.less(zero), leak, zero)));
  return {
    y: tf.where(isPositive, mean, mean.mul(constant(100))),
    logSlope: tf.where(isPositive, logSlope, logSlope.sub(leak)),
  };
};

const mixtures: Readonly<Record<FlowActivation, Mixture>> = {
  sigmoid: squashed(1),
  tanh: squashed(2),
  elu,
  leakyRelu,
};

/** The logarithm of softplus, which far below 0 is its argument. */
function logSoftplus(x: Tensor): Tensor {
  const isLow = x.less(constant(-30));
  return tf.where(isLow, x, softplus(tf.where(isLow, tf.zerosLike(x), x)).log());
}

/**
 * The neural autoregressive flow of Huang et al. (2018), as Pyro's `NeuralAutoregressive`: each
 * variable goes through a small increasing network, y = f^-1(sum of w f(a x + b)), whose slopes a =
 * softplus(A) > 0, weights w = softmax(W) and shifts b an autoregressive network gives. All sums
 * are of logarithms, so that nothing saturates. There is no inverse in closed form: only what the
 * transform made itself can be traced back and scored.
 *
 * @example
 * ```ts
 * import { NeuralAutoregressive } from "@pyrosaur/pyrosaur/distributions";
 * import { made } from "@pyrosaur/pyrosaur/nn";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const network = made(3, [8], { paramDims: [4, 4, 4] }), params = network.init(random.key(0));
 * const flow = new NeuralAutoregressive((x) => network.apply(params, x));
 * const x = tf.ones([5, 3]), y = flow.forward(x);
 * assert.deepEqual([y.shape, flow.logAbsDetJacobian(x, y).shape], [[5, 3], [5]]);
 * ```
 */
export class NeuralAutoregressive extends Flow {
  /** The function that units bend by. */
  readonly activation: FlowActivation;

  /**
   * Makes the transform from a network.
   *
   * @param network gives `[A, W, b]`, each [..., units, D], from x [..., D]: a network such as
   * `made` with `paramDims: [units, units, units]`
   * @param options `activation`: the function that units bend by (default "sigmoid")
   * @throws Error for an unknown activation.
   */
  constructor(
    readonly network: (x: Tensor) => readonly Tensor[],
    options?: { activation?: FlowActivation },
  ) {
    super();
    checkOptions("make NeuralAutoregressive", options, { activation: true });
    this.activation = options?.activation ?? "sigmoid";
    if (Object.hasOwn(mixtures, this.activation)) return;
    throw new Error(
      `Cannot make NeuralAutoregressive: activation is "${this.activation}", ` +
        `expected one of ${Object.keys(mixtures).join(", ")}`,
    );
  }

  /** Computes y from x, and the log-determinant there. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    if (x.rank === 0) unfit(this.name, x.shape, "expected a vector");
    const results = this.network(x), size = x.shape[x.rank - 1];
    if (results.length !== 3 || results.some(({ shape }) => shape.length < 2 || shape.at(-1) !== size)) {
      const found = results.map(({ shape }) => formatShape(shape)).join(" and ") || "no list";
      throw new Error(
        `Cannot transform with NeuralAutoregressive: the network gave ${found}, ` +
          `expected three results [..., units, ${size}]`,
      );
    }
    const [slopes, weights, shifts] = results;
    const inner = softplus(slopes).mul(x.expandDims(-2)).add(shifts) as Tensor;
    const logWeights = weights.sub(logsumexp(weights, -2, true)) as Tensor;
    const { y, logSlope } = mixtures[this.activation](logWeights, inner, logSoftplus(slopes));
    return { y, logDet: logSlope.sum(-1) };
  }
}
