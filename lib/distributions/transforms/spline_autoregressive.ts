import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { type Tensor, tf } from "../../tensor/mod.ts";
import { scan } from "../../compile/mod.ts";
import { transposeMatrix } from "../../tensor/linalg/mod.ts";
import { Flow } from "./flow.ts";
import { checkPermutation } from "./permute.ts";
import { Spline } from "./spline.ts";
import { unfit } from "./transform.ts";

/** Options of `SplineAutoregressive`. */
export interface SplineAutoregressiveOptions {
  /** The splines bend within [-bound, bound] and are the identity outside (default 3). */
  bound?: number;
  /** The order of the variables in the network, which the inverse goes by (default 0, 1, ...). */
  permutation?: readonly number[];
}

const optionNames: OptionNames<SplineAutoregressiveOptions> = { bound: true, permutation: true };

/**
 * Element-wise rational splines whose bins an autoregressive network gives for each variable from
 * those before it (Durkan et al. 2019; Dolatabadi et al. 2020), as Pyro's `SplineAutoregressive`.
 * Forward takes one run of the network; the inverse of what the transform did not make, as many as
 * there are variables.
 *
 * @example
 * ```ts
 * import { SplineAutoregressive } from "@pyrosaur/pyrosaur/distributions";
 * import { made } from "@pyrosaur/pyrosaur/nn";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const network = made(3, [8], { paramDims: [4, 4, 3] }), params = network.init(random.key(0));
 * const make = () => new SplineAutoregressive((x) => network.apply(params, x));
 * const x = tf.tensor([0.1, -0.2, 2]), back = make().inverse(make().forward(x));
 * back.dataSync().forEach((v, i) => assert(Math.abs(v - x.dataSync()[i]) < 1e-4));
 * ```
 */
export class SplineAutoregressive extends Flow {
  readonly #options: SplineAutoregressiveOptions;

  /**
   * Makes the transform from a network.
   *
   * @param network gives widths, heights, slopes and for linear splines lambdas, each [..., bins,
   * D] (slopes: bins - 1), from x [..., D]: a network such as `made` with `paramDims` of those
   * sizes
   * @throws Error for a permutation that is none.
   */
  constructor(
    readonly network: (x: Tensor) => readonly Tensor[],
    options?: SplineAutoregressiveOptions,
  ) {
    super();
    checkOptions("make SplineAutoregressive", options, optionNames);
    this.#options = options ?? {};
    const { permutation } = this.#options;
    if (permutation) checkPermutation("SplineAutoregressive", permutation);
  }

  #spline(x: Tensor): Spline {
    const expected = this.#options.permutation?.length ?? x.shape.at(-1);
    if (x.rank === 0 || x.shape.at(-1) !== expected) {
      unfit(this.name, x.shape, `expected ${expected ?? "a vector"} on its last axis`);
    }
    const results = this.network(x);
    if (results.length !== 3 && results.length !== 4) {
      throw new Error(
        `Cannot transform with SplineAutoregressive: the network gave ${results.length} results, ` +
          "expected widths, heights, slopes and for linear splines lambdas",
      );
    }
    const [widths, heights, derivatives, lambdas] = results.map(transposeMatrix);
    return new Spline({ widths, heights, derivatives, lambdas }, { bound: this.#options.bound });
  }

  /** Computes y from x, and the sum of the log slopes. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    const spline = this.#spline(x), y = spline.forward(x);
    return { y, logDet: spline.logAbsDetJacobian(x, y).sum(-1) };
  }

  /** x from y, variable by variable in their order. */
  protected override pull(y: Tensor): { x: Tensor; logDet: Tensor } {
    const size = y.shape.at(-1) ?? 0;
    const order = this.#options.permutation ?? Array.from({ length: size }, (_, i) => i);
    const rows = tf.tensor2d(order.map((place) => order.map((_, i) => Number(i === place))));
    const [{ x, logDet }] = scan(
      ({ x, logDet }: { x: Tensor; logDet: Tensor }, row: Tensor) => {
        const spline = this.#spline(x), found = spline.inverse(y);
        const slope = spline.logAbsDetJacobian(found, y);
        return [{ x: x.add(found.sub(x).mul(row)), logDet: logDet.add(slope.mul(row)) }, null];
      },
      { x: tf.zeros(y.shape) as Tensor, logDet: tf.zeros(y.shape) as Tensor },
      rows as Tensor,
    );
    return { x, logDet: logDet.sum(-1) };
  }
}
