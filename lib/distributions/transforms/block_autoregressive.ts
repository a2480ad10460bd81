import { formatShape, sameShape, type Tensor } from "../../tensor/mod.ts";
import { Flow } from "./flow.ts";

/**
 * The block neural autoregressive flow of De Cao et al. (2019), as NumPyro's
 * `BlockNeuralAutoregressiveTransform`: the transform is the network itself, whose weights make it
 * increase in each variable. There is no inverse in closed form: only what the transform made
 * itself can be traced back and scored.
 *
 * @example
 * ```ts
 * import { BlockAutoregressive } from "@pyrosaur/pyrosaur/distributions";
 * import { blockAutoregressive } from "@pyrosaur/pyrosaur/nn";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const network = blockAutoregressive(3), params = network.init(random.key(0));
 * const flow = new BlockAutoregressive((x) => network.apply(params, x));
 * const x = tf.ones([5, 3]), y = flow.forward(x);
 * assert.deepEqual([y.shape, flow.logAbsDetJacobian(x, y).shape], [[5, 3], [5]]);
 * ```
 */
export class BlockAutoregressive extends Flow {
  /**
   * Makes the transform from a network.
   * @param network gives, from x [..., D], `[y, logSlopes]`, each of the shape of x: y and the
   * logarithm of each entry's slope in its own variable, as `nn.blockAutoregressive`
   */
  constructor(readonly network: (x: Tensor) => readonly Tensor[]) {
    super();
  }

  /** Computes y from x, and the log-determinant there. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    const results = this.network(x);
    if (results.length !== 2 || results.some(({ shape }) => !sameShape(shape.slice(-1), x.shape.slice(-1)))) {
      const found = results.map(({ shape }) => formatShape(shape)).join(" and ") || "no list";
      throw new Error(
        `Cannot transform with BlockAutoregressive: the network gave ${found}, ` +
          `expected [y, logSlopes] for an input of shape ${formatShape(x.shape)}`,
      );
    }
    const [y, logSlopes] = results;
    return { y, logDet: logSlopes.sum(-1) };
  }
}
