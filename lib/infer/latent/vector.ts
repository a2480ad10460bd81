import { IdentityTransform, IndependentTransform, sumRightmost } from "../../distributions/mod.ts";
import type { Transform } from "../../distributions/mod.ts";
import { type Shape, sizeOf, type Tensor } from "../../tensor/mod.ts";
import { cutInto, joined } from "./pieces.ts";
import type { LatentSite, Prototype } from "./prototype.ts";

/** Returns whether a transform leaves everything as it is. */
export function isIdentity(transform: Transform): boolean {
  return transform instanceof IndependentTransform
    ? isIdentity(transform.base)
    : transform instanceof IdentityTransform;
}

/** Cuts a vector of unconstrained numbers `[..., D]` into those of each site: `[..., size]`. */
export function cut(vector: Tensor, { sites }: Prototype): Tensor[] {
  return cutInto(vector, sites.map((site) => site.size), -1);
}

/** Returns the values `[..., ...site]` that unconstrained numbers `[..., size]` stand for. */
export function constrain(part: Tensor, { unconstrainedShape }: LatentSite, transform: Transform): Tensor {
  return transform.forward(part.reshape([...part.shape.slice(0, -1), ...unconstrainedShape]));
}

/** A value of a site, and the log volume of the transform to it: undefined for the identity. */
export interface ValueAndVolume {
  /** The value. */
  readonly value: Tensor;
  /** The log volume, of the batch shape. */
  readonly logVolume: Tensor | undefined;
}

/** Transforms unconstrained numbers to a site's support; the log volume has the batch shape. */
export function valueAndVolume(x: Tensor, { transform, unconstrainedEventDim }: LatentSite): ValueAndVolume {
  const value = transform.forward(x);
  if (isIdentity(transform)) return { value, logVolume: undefined };
  const each = transform.logAbsDetJacobian(x, value);
  return { value, logVolume: sumRightmost(each, unconstrainedEventDim - transform.domain.eventDim) };
}

/** Returns the unconstrained numbers of all sites, `[D]`, behind constrained values by name. */
export function toVector(values: ReadonlyMap<string, Tensor>, { sites }: Prototype): Tensor {
  return joined(
    sites.map(({ name, transform, size }) => transform.inverse(values.get(name)!).reshape([size])),
    0,
  );
}

/** Returns a shape of a site in which every plate that subsamples has all of its members. */
export function fullShape(shape: Shape, eventDim: number, { plates }: LatentSite): Shape {
  const full = shape.slice();
  for (const { dim, size, fullSize } of plates) {
    const axis = shape.length - eventDim + dim;
    if (axis >= 0 && shape[axis] === size) full[axis] = fullSize;
  }
  return full;
}

/** Returns the latent sites with all members of plates that subsample. */
export function withAllMembers(prototype: Prototype): Prototype {
  const sites = prototype.sites.map((site): LatentSite => {
    if (site.plates.every((plate) => plate.size === plate.fullSize)) return site;
    const unconstrainedShape = fullShape(site.unconstrainedShape, site.unconstrainedEventDim, site);
    const shape = fullShape(site.shape, site.eventDim, site);
    return { ...site, shape, unconstrainedShape, size: sizeOf(unconstrainedShape) };
  });
  return { ...prototype, sites, size: sites.reduce((n, s) => n + s.size, 0) };
}
