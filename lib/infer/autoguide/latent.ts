import {
  type Constraint,
  constraints,
  type Distribution,
  Distribution as Base,
  IdentityTransform,
  IndependentTransform,
  sumRightmost,
  type Transform,
} from "../../distributions/mod.ts";
import { plate, type PlateFrame, sample } from "../../ppl/mod.ts";
import { constant, type Key, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { Computed } from "./computed.ts";
import type { LatentSite, Prototype } from "./prototype.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * A normal distribution of a vector as an affine image of standard normals. It knows the noise
 * behind its own draw, so that scoring it solves nothing.
 */
export class AffineNormal extends Base {
  override readonly eventShape: Shape;
  override readonly support: Constraint = constraints.realVector;
  override readonly hasRsample: boolean = true;
  readonly #noise = new WeakMap<Tensor, Tensor>();

  /**
   * @param exact the same distribution as one that scores any value
   * @param image from noise `[n, D]` to values `[n, D]`
   * @param scale of each number, `[D]`: the determinant of the image
   */
  constructor(
    readonly exact: Distribution,
    private readonly image: (noise: Tensor) => Tensor,
    private readonly scale: Tensor,
    override readonly batchShape: Shape = [],
  ) {
    super();
    this.eventShape = exact.eventShape;
  }

  override get name(): string {
    return this.exact.name;
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

  override logProb(value: Tensor): Tensor {
    const noise = this.#noise.get(value);
    if (!noise) return this.exact.logProb(value);
    const size = this.eventShape[0];
    return noise.square().mul(constant(0.5)).add(this.scale.log()).sum(-1).add(
      constant(size * HALF_LOG_TWO_PI),
    ).neg();
  }

  override expand(batchShape: Shape): Distribution {
    return new AffineNormal(this.exact.expand(batchShape), this.image, this.scale, batchShape);
  }
}

/** Whether a transform leaves everything as it is. */
export function isIdentity(transform: Transform): boolean {
  return transform instanceof IndependentTransform
    ? isIdentity(transform.base)
    : transform instanceof IdentityTransform;
}

/** A vector of unconstrained numbers `[..., D]` cut into those of each site: `[..., size]`. */
export function cut(vector: Tensor, { sites }: Prototype): Tensor[] {
  return sites.length === 1 ? [vector] : tf.split(vector, sites.map((s) => s.size), -1);
}

/** Enters plates, outermost first, and runs `body` in them. */
export function inPlates<T>(frames: readonly PlateFrame[], body: () => T): T {
  if (frames.length === 0) return body();
  const { name, size, fullSize, dim } = frames[frames.length - 1];
  using _plate = plate(name, fullSize, { dim, subsampleSize: size });
  return inPlates(frames.slice(0, -1), body);
}

/** Gives every site its value, computed from a vector of unconstrained numbers; axes of the vector left of the last are a batch. */
export function distribute(vector: Tensor, prototype: Prototype): Record<string, Tensor> {
  const parts = cut(vector, prototype), prefix = vector.shape.slice(0, -1);
  return Object.fromEntries(prototype.sites.map((site, i) => {
    const { unconstrainedShape, unconstrainedEventDim, transform, support, eventDim, plates, name } = site;
    const batch = unconstrainedShape.length - unconstrainedEventDim;
    const lead = prefix.slice(0, Math.max(0, prefix.length - batch));
    const x = parts[i].reshape([...lead, ...unconstrainedShape]), y = transform.forward(x);
    const density = isIdentity(transform)
      ? constant(0)
      : sumRightmost(transform.logAbsDetJacobian(x, y), unconstrainedEventDim - transform.domain.eventDim)
        .neg();
    return [name, inPlates(plates, () => sample(name, new Computed(y, density, support, eventDim)))];
  }));
}

/** The constrained values `[..., ...site]` that unconstrained numbers `[..., size]` stand for. */
export function constrain(part: Tensor, { unconstrainedShape }: LatentSite, transform: Transform): Tensor {
  return transform.forward(part.reshape([...part.shape.slice(0, -1), ...unconstrainedShape]));
}

/** The unconstrained numbers of all sites, `[D]`, behind constrained values by name. */
export function flatten(values: ReadonlyMap<string, Tensor>, { sites }: Prototype): Tensor {
  const parts = sites.map(({ name, transform, size }) =>
    transform.inverse(values.get(name)!).reshape([size])
  );
  return parts.length === 1 ? parts[0] : tf.concat(parts, 0);
}

/** The number of elements of the axes that plates with fewer members than they have would need. */
export function fullShape({ unconstrainedShape: shape, unconstrainedEventDim, plates }: LatentSite): Shape {
  const full = shape.slice();
  for (const { dim, size, fullSize } of plates) {
    const axis = shape.length - unconstrainedEventDim + dim;
    if (axis >= 0 && shape[axis] === size) full[axis] = fullSize;
  }
  return full;
}

/** Repeats first values of the members that take part along the axes of plates, until all members have one. */
export function repeatTo(value: Tensor, shape: Shape): Tensor {
  return shape.reduce((tensor, size, axis) => {
    const had = tensor.shape[axis];
    if (had === size) return tensor;
    return tf.gather(
      tensor,
      tf.tensor1d(Int32Array.from({ length: size }, (_, i) => i % had), "int32"),
      axis,
    );
  }, value);
}
