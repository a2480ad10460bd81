import { type Constraint, constraints, type Distribution, Wrapper } from "../../distributions/mod.ts";
import { constant, type Key, type Shape, special, type Tensor, type TensorLike } from "../../tensor/mod.ts";

/**
 * A normal distribution of a vector as an affine image of standard normals. It knows the noise
 * behind its own draw, so that scoring it solves nothing.
 */
export class AffineNormal extends Wrapper {
  readonly #noise = new WeakMap<Tensor, Tensor>();

  /**
   * @param exact the same distribution as one that scores any value
   * @param image from noise `[n, D]` to values `[n, D]`
   * @param scale of each number, `[D]`: the determinant of the image
   */
  constructor(
    exact: Distribution,
    private readonly image: (noise: Tensor) => Tensor,
    private readonly scale: Tensor,
    batchShape: Shape = [],
  ) {
    super(exact, batchShape);
  }

  override get name(): string {
    return this.base.name;
  }

  override get support(): Constraint {
    return constraints.realVector;
  }

  override sample(key: Key, sampleShape: Shape = []): Tensor {
    const shape = this.shape(sampleShape), noise = key.draw("normal", shape);
    const value = shape.length === 1
      ? this.image(noise)
      : this.image(noise.reshape([-1, shape[shape.length - 1]])).reshape(shape);
    this.#noise.set(value, noise);
    return value;
  }

  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.sample(key, sampleShape);
  }

  override logProb(value: TensorLike): Tensor {
    const noise = this.#noise.get(value as Tensor);
    if (!noise) return this.base.logProb(value);
    const size = this.eventShape[0];
    return noise.square().mul(constant(0.5)).add(this.scale.log()).sum(-1).add(
      constant(size * special.halfLogTwoPi),
    ).neg();
  }

  override expand(batchShape: Shape): Distribution {
    return new AffineNormal(this.base.expand(batchShape), this.image, this.scale, batchShape);
  }
}
