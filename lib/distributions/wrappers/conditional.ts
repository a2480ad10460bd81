import { asTensor, describeNode, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import type { Distribution } from "../distribution.ts";
import type { Transform } from "../transforms/transform.ts";
import { TransformedDistribution } from "./transformed.ts";

/**
 * A transform or distribution that depends on a context: a function of it, such as a network whose
 * results are the parameters of one. Pyro: `ConditionalTransform`, `ConditionalDistribution`, and
 * with the transform of each name `ConditionalPlanar`, `ConditionalSpline` and so on.
 *
 * @example A planar flow with parameters from a network, for two contexts at once
 * ```ts
 * import { Conditional, Normal, Planar } from "@pyrosaur/pyrosaur/distributions";
 * import { ConditionalTransformedDistribution } from "@pyrosaur/pyrosaur/distributions";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const network = (context: Tensor) => tf.split(context.matMul(tf.ones([1, 5])), [1, 2, 2], -1);
 * const planar = new Conditional((context) => {
 *   const [bias, u, w] = network(context);
 *   return new Planar(bias, u, w);
 * });
 * const flow = new ConditionalTransformedDistribution(new Normal([0, 0], 1), [planar]);
 * assert.deepEqual(flow.condition([[0.1], [0.7]]).batchShape, [2]);
 * ```
 */
export class Conditional<T extends Transform | Distribution> {
  readonly #of: (context: Tensor) => T;

  /** Takes the function of a context. */
  constructor(of: (context: Tensor) => T) {
    if (typeof of !== "function") {
      throw new Error(
        `Cannot make ${new.target.name}: found ${describeNode(of)}, expected a function of a context`,
      );
    }
    this.#of = of;
  }

  /** Returns the transform or distribution for a context, with the batch of its parameters. */
  condition(context: TensorLike): T {
    return this.#of(asTensor(context));
  }
}

/**
 * The distribution of f(x) for x from a base distribution and f a chain of transforms, of which
 * some depend on a context. Pyro: `ConditionalTransformedDistribution`.
 */
export class ConditionalTransformedDistribution extends Conditional<TransformedDistribution> {
  /**
   * Puts the parts together.
   * @throws Error without a part that depends on a context.
   */
  constructor(
    base: Distribution | Conditional<Distribution>,
    transforms: readonly (Transform | Conditional<Transform>)[],
  ) {
    if (!Array.isArray(transforms)) {
      throw new Error(
        `Cannot make ConditionalTransformedDistribution: found ${
          describeNode(transforms)
        }, expected a list of transforms`,
      );
    }
    if (![base, ...transforms].some((part) => part instanceof Conditional)) {
      throw new Error(
        "Cannot make ConditionalTransformedDistribution: no part depends on a context; " +
          "use TransformedDistribution",
      );
    }
    const at = <T extends Transform | Distribution>(part: T | Conditional<T>, context: Tensor): T =>
      part instanceof Conditional ? part.condition(context) : part;
    super((context) =>
      new TransformedDistribution(at(base, context), transforms.map((part) => at(part, context)))
    );
  }
}
