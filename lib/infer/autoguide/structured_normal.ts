import { Distribution } from "../../distributions/mod.ts";
import { constraints } from "../../distributions/mod.ts";
import {
  constant,
  type Key,
  linalg,
  type Shape,
  special,
  type Tensor,
  type TensorLike,
  tf,
} from "../../tensor/mod.ts";

/** The numbers of one site in a `StructuredNormal`. */
export interface StructuredBlock {
  readonly size: number;
  /** The numbers at the median, `[size]`. */
  readonly loc: Tensor;
  /** The standard deviations given what they depend on, `[size]`; undefined: a point. */
  readonly scale: Tensor | undefined;
  /** The part below the diagonal of the factor diag(scale) (1 + L), `[size, size]`, if any. */
  readonly lower: Tensor | undefined;
  /** The blocks that it depends on, each with its shift `[..., size]` from their deviation. */
  readonly upstream: readonly { readonly index: number; readonly shift: (deviation: Tensor) => Tensor }[];
}

/**
 * A distribution of a vector in blocks: each deviates from its location by a normal number, or not
 * at all, and by shifts that other blocks' deviations bring. Points have no density: they count as
 * given.
 */
export class StructuredNormal extends Distribution {
  override readonly eventShape: Shape;
  override readonly support = constraints.realVector;
  readonly #noise = new WeakMap<Tensor, Tensor>();

  /**
   * @param blocks in the order of the vector
   * @param order the indices of blocks, each after those that it depends on
   */
  constructor(
    readonly blocks: readonly StructuredBlock[],
    readonly order: readonly number[],
    override readonly batchShape: Shape = [],
  ) {
    super();
    this.eventShape = [blocks.reduce((n, { size }) => n + size, 0)];
  }

  override get name(): string {
    return "StructuredNormal";
  }

  /** Returns the vector that standard normal noise `[..., D]` stands for. */
  image(noise: Tensor): Tensor {
    const parts = this.#cut(noise), deviations: Tensor[] = [];
    for (const i of this.order) {
      const { scale, lower, upstream } = this.blocks[i], rows = parts[i];
      let own = scale
        ? (lower ? rows.add(times(rows, lower)) : rows).mul(scale)
        : tf.zerosLike(rows) as Tensor;
      for (const { index, shift } of upstream) own = own.add(shift(deviations[index]));
      deviations[i] = own;
    }
    return this.#join(deviations.map((own, i) => own.add(this.blocks[i].loc)));
  }

  /** Returns the noise behind a vector: 0 for points. */
  #noiseOf(value: Tensor): Tensor {
    const deviations = this.#cut(value).map((part, i) => part.sub(this.blocks[i].loc));
    return this.#join(this.blocks.map(({ scale, lower, upstream, size }, i) => {
      if (!scale) return tf.zerosLike(deviations[i]);
      const rest = upstream.reduce(
        (own, { index, shift }) => own.sub(shift(deviations[index])),
        deviations[i],
      );
      const scaled = rest.div(scale);
      if (!lower) return scaled;
      const factor = lower.add(tf.eye(size)) as Tensor;
      return linalg.triangularSolve(factor, scaled.expandDims(-1)).squeeze([-1]);
    }));
  }

  override sample(key: Key, sampleShape: Shape = []): Tensor {
    const shape = this.shape(sampleShape), noise = key.draw("normal", shape);
    const value = shape.length === 1 ? this.image(noise.expandDims(0)).squeeze([0]) : this.image(noise);
    this.#noise.set(value, noise);
    return value;
  }

  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.sample(key, sampleShape);
  }

  override logProb(value: TensorLike): Tensor {
    const noise = this.#noise.get(value as Tensor) ?? this.#noiseOf(value as Tensor);
    return this.#cut(noise).map((part, i) => {
      const { scale } = this.blocks[i];
      return scale
        ? part.square().mul(constant(0.5)).add(scale.log()).add(constant(special.halfLogTwoPi)).sum(-1).neg()
        : constant(0);
    }).reduce((a, b) => a.add(b));
  }

  /** The location, which is the mean where all shifts are linear. */
  override get mean(): Tensor {
    return this.#join(this.blocks.map(({ loc }) => loc));
  }

  /** The variances, where all shifts are linear. */
  override get variance(): Tensor {
    const size = this.eventShape[0];
    return this.image(tf.eye(size) as Tensor).sub(this.mean).square().sum(0);
  }

  override expand(batchShape: Shape): Distribution {
    return new StructuredNormal(this.blocks, this.order, batchShape);
  }

  #cut(vector: Tensor): Tensor[] {
    return this.blocks.length === 1 ? [vector] : tf.split(vector, this.blocks.map(({ size }) => size), -1);
  }

  #join(parts: readonly Tensor[]): Tensor {
    return parts.length === 1 ? parts[0] : tf.concat([...parts], -1);
  }
}

/** Multiplies rows `[..., n]` by the transpose of a matrix `[m, n]`. */
export function times(rows: Tensor, matrix: Tensor): Tensor {
  const [m, n] = matrix.shape, lead = rows.shape.slice(0, -1);
  return tf.matMul(rows.reshape([-1, n]), matrix as never, false, true).reshape([...lead, m]);
}
