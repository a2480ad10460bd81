import { Distribution } from "../../distributions/mod.ts";
import { constraints } from "../../distributions/mod.ts";
import {
  constant,
  type Key,
  type Shape,
  special,
  type Tensor,
  type TensorLike,
  tf,
} from "../../tensor/mod.ts";
import { cutInto, joined } from "../latent/mod.ts";

import type { NoiseImage } from "./noise_image.ts";

/** The numbers of one site in a `StructuredNormal`. */
export interface StructuredBlock {
  readonly size: number;
  /** The numbers at the median, `[size]`. */
  readonly loc: Tensor;
  /**
   * The way from noise to its deviations without those of other blocks; undefined: a point; or
   * these deviations `[..., size]`, drawn and scored elsewhere.
   */
  readonly own: NoiseImage | Tensor | undefined;
  /** The blocks that it depends on, each with its shift `[..., size]` from their deviation. */
  readonly upstream: readonly { readonly index: number; readonly shift: (deviation: Tensor) => Tensor }[];
}

/** Tells whether a block makes its deviations from noise. */
export const isImage = (own: StructuredBlock["own"]): own is NoiseImage =>
  own !== undefined && "forward" in own;

/**
 * A distribution of a vector in blocks: each deviates from its location by a normal number, or not
 * at all, and by shifts that other blocks' deviations bring. Points, and deviations drawn
 * elsewhere, have no density here: they count as given.
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
      const { own: image, upstream } = this.blocks[i], zeros = tf.zerosLike(parts[i]) as Tensor;
      let own = isImage(image) ? image.forward(parts[i]) : image ? image.add(zeros) : zeros;
      for (const { index, shift } of upstream) own = own.add(shift(deviations[index]));
      deviations[i] = own;
    }
    return this.#join(deviations.map((own, i) => own.add(this.blocks[i].loc)));
  }

  /** Returns the noise behind a vector: 0 for points, and for what was drawn elsewhere. */
  noiseOf(value: Tensor): Tensor {
    const deviations = this.#cut(value).map((part, i) => part.sub(this.blocks[i].loc));
    return this.#join(this.blocks.map(({ own, upstream }, i) => {
      if (!isImage(own)) return tf.zerosLike(deviations[i]);
      const shifts = upstream.map(({ index, shift }) => shift(deviations[index]));
      return own.inverse(shifts.reduce((rest, shift) => rest.sub(shift), deviations[i]));
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
    const noise = this.#noise.get(value as Tensor) ?? this.noiseOf(value as Tensor);
    return this.#cut(noise).map((part, i) => {
      const { own } = this.blocks[i];
      return isImage(own)
        ? part.square().mul(constant(0.5)).add(own.scale.log()).add(constant(special.halfLogTwoPi)).sum(-1)
          .neg()
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
    return cutInto(vector, this.blocks.map(({ size }) => size), -1);
  }

  #join(parts: readonly Tensor[]): Tensor {
    return joined(parts, -1);
  }
}
