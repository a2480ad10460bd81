import { broadcastTo, type Constraint, Distribution } from "../../distributions/mod.ts";
import { type Key, sameShape, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";

/**
 * A value that was computed from draws of another site, with the log density that the change of
 * variables brings. Unlike Delta it is asked for the density of no other value, so it compares
 * nothing.
 */
export class Computed extends Distribution {
  override readonly batchShape: Shape;
  override readonly eventShape: Shape;

  /**
   * @param value of the shape batch + event
   * @param density of the batch shape
   */
  constructor(
    readonly value: Tensor,
    readonly density: Tensor,
    override readonly support: Constraint,
    eventDim: number,
  ) {
    super();
    this.batchShape = value.shape.slice(0, value.rank - eventDim);
    this.eventShape = value.shape.slice(value.rank - eventDim);
  }

  override get name(): string {
    return "Delta";
  }

  override sample(_key: Key, sampleShape: Shape = []): Tensor {
    return sampleShape.length === 0 ? this.value : broadcastTo(this.value, this.shape(sampleShape));
  }

  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.sample(key, sampleShape);
  }

  override logProb(_value: TensorLike): Tensor {
    return broadcastTo(this.density, this.batchShape);
  }

  override get mean(): Tensor {
    return this.value;
  }

  override expand(batchShape: Shape): Distribution {
    if (sameShape(batchShape, this.batchShape)) return this;
    const value = broadcastTo(this.value, [...batchShape, ...this.eventShape]);
    return new Computed(value, this.density, this.support, this.eventShape.length);
  }
}
