import { asTensor, formatShape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { diagEmbed, diagonal, matvec, triu } from "../../tensor/linalg/mod.ts";
import { log1p } from "../../tensor/special/mod.ts";
import { Flow } from "./flow.ts";
import { fitVectors } from "./util/fit_vectors.ts";
import { reflect } from "./util/reflect.ts";

/** The parameters of a Sylvester flow of D variables; each may have a batch. */
export interface SylvesterParams {
  /** The normals of the reflections that make Q: [..., K, D]. */
  readonly u: TensorLike;
  /** R above its diagonal; what is below is not read: [..., D, D]. */
  readonly r: TensorLike;
  /** S above its diagonal; what is below is not read: [..., D, D]. */
  readonly s: TensorLike;
  /** R's diagonal before tanh: [..., D]. */
  readonly rDiag: TensorLike;
  /** S's diagonal before tanh: [..., D]. */
  readonly sDiag: TensorLike;
  /** The shift within tanh: [..., D]. */
  readonly bias: TensorLike;
}

/**
 * The Sylvester flow of van den Berg et al. (2018), y = x + Q R tanh(S Q'x + bias), with Q made of
 * reflections and R and S upper triangular: D planar flows at once. Their diagonals lie within (-1,
 * 1), so that it can be inverted, though not in closed form: only what the transform made itself
 * can be traced back and scored. As the paper's formula 15; Pyro's `Sylvester` multiplies from the
 * other side, so that its log-determinant is not that of its function.
 *
 * @example
 * ```ts
 * import { Sylvester } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const r = [[0, 0.5], [0, 0]], s = [[0, -1], [0, 0]];
 * const flow = new Sylvester({ u: [[1, 2]], r, s, rDiag: [1, -1], sDiag: [1, 1], bias: [0, 0] });
 * const x = tf.tensor([0.3, 0.4]), y = flow.forward(x);
 * assert.equal(flow.inverse(y), x);
 * assert.deepEqual(flow.logAbsDetJacobian(x, y).shape, []);
 * ```
 */
export class Sylvester extends Flow {
  readonly #tensors: Readonly<Record<keyof SylvesterParams, Tensor>>;

  /**
   * Makes the transform from its parameters.
   * @throws Error where their last axes do not fit together.
   */
  constructor(readonly params: SylvesterParams) {
    super();
    const { u, r, s, rDiag, sDiag, bias } = params;
    const all = { u, r, s, rDiag, sDiag, bias };
    const tensors = Object.fromEntries(Object.entries(all).map(([name, x]) => [name, asTensor(x)]));
    const size = tensors.bias.shape.at(-1) ?? 1;
    for (const [name, { shape }] of Object.entries(tensors)) {
      const rows = name === "u" ? ["K"] : name === "r" || name === "s" ? [size] : [];
      const fits = shape.length > rows.length && shape.at(-1) === size &&
        (rows[0] !== size || shape.at(-2) === size);
      if (fits) continue;
      throw new Error(
        `Cannot make Sylvester: ${name} has shape ${formatShape(shape)}, ` +
          `expected [${["...", ...rows, size].join(", ")}]`,
      );
    }
    this.#tensors = tensors as Record<keyof SylvesterParams, Tensor>;
  }

  /** Computes y from x, and the log-determinant there. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    this.forwardShape(x.shape);
    const { u, r, s, rDiag, sDiag, bias } = this.#tensors;
    const upper = (matrix: Tensor, ends: Tensor) => triu(matrix, 1).add(diagEmbed(ends.tanh()));
    const right = upper(r, rDiag), left = upper(s, sDiag);
    const act = matvec(left, reflect(x, u)).add(bias).tanh();
    // I + Q R h' S Q' has the determinant of the triangular matrix I + h' S R.
    const slope = act.square().neg().add(1);
    const logDet = log1p(slope.mul(diagonal(right)).mul(diagonal(left))).sum(-1);
    // Q is the product of the reflections, the first one on the left.
    return { y: x.add(reflect(matvec(right, act), u, true)), logDet };
  }

  /** Returns the shape of y from that of x: what x and the parameters broadcast to. */
  override forwardShape(shape: number[]): number[] {
    const { u, r, s, ...vectors } = this.#tensors;
    const rows = [u, r, s].map((t) => t.shape.toSpliced(-2, 1));
    return [...rows, ...Object.values(vectors).map((t) => t.shape)]
      .reduce((found, parameters) => fitVectors(this.name, found, parameters), shape);
  }
}
