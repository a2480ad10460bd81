import { type Constraint, Distribution } from "../../distributions/mod.ts";
import {
  formatShape,
  type Key,
  sameShape,
  type Shape,
  type Tensor,
  type TensorLike,
} from "../../tensor/mod.ts";

/**
 * The distribution of a site within a `scan`, over all steps: the batch shape has the steps on its
 * left. Each step depends on the values before it, so the log density is the loop's (the site in
 * the trace has it), not this one's.
 */
export class Stacked extends Distribution {
  /** The steps, then the batch shape of one step. */
  override readonly batchShape: Shape;
  /** The event shape of one step. */
  override readonly eventShape: Shape;
  /** The support of one step. */
  override readonly support: Constraint;

  /** The distribution of `length` steps, from that of one. */
  constructor(readonly base: Distribution, readonly length: number) {
    super();
    this.batchShape = [length, ...base.batchShape];
    this.eventShape = base.eventShape;
    this.support = base.support;
  }

  /** True where draws are differentiable. */
  override get hasRsample(): boolean {
    return this.base.hasRsample;
  }

  /** True where the distribution of one step lists its values. */
  override get hasEnumerateSupport(): boolean {
    return this.base.hasEnumerateSupport;
  }

  /** The name of the distribution of one step. */
  override get name(): string {
    return this.base.name;
  }

  /** Draws every step like the first: values to start an inference from, no sample of the loop. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return this.base.sample(key, [...sampleShape, this.length]);
  }

  /** Throws: each step depends on the values before it; a trace has the site's `logProb`. */
  override logProb(_value: TensorLike): Tensor {
    throw new Error(
      `Cannot score ${this.name} outside its scan: each step depends on the values before it; take the site's logProb in a trace`,
    );
  }

  /** Throws for any batch shape but its own. */
  override expand(batchShape: Shape): Distribution {
    if (sameShape(batchShape, this.batchShape)) return this;
    const [batch, found] = [formatShape(this.batchShape), formatShape(batchShape)];
    throw new Error(
      `Cannot expand ${this.name} of a scan: it has batch shape ${batch}, found ${found}; expand the distribution ` +
        "within the step",
    );
  }
}
