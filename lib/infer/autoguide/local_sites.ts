import type { PlateFrame } from "../../ppl/mod.ts";
import { type Shape, sizeOf, type Tensor, tf } from "../../tensor/mod.ts";
import { fullShape, joined, type LatentSite, type Prototype } from "../latent/mod.ts";
import { listNames } from "../../system/mod.ts";

/** The place of a local site's numbers among those of a member. */
interface Place {
  readonly site: LatentSite;
  /** The axis of the members in the unconstrained numbers. */
  readonly axis: number;
  /** The number of unconstrained numbers of a member. */
  readonly size: number;
}

/** The latent sites within one plate, with the numbers of each member side by side. */
export class LocalSites {
  readonly #places: readonly Place[];
  /** The number of unconstrained numbers of a member, of all sites together. */
  readonly size: number;

  /** @throws Error for a latent site outside of the plate. */
  constructor(readonly prototype: Prototype, readonly frame: PlateFrame) {
    this.#places = prototype.sites.map((site) => {
      const { unconstrainedShape, unconstrainedEventDim, name, plates, steps } = site;
      const axis = unconstrainedShape.length - unconstrainedEventDim + frame.dim;
      if (steps !== undefined || !plates.some((plate) => plate.name === frame.name)) {
        throw new Error(
          `Cannot use AutoSemiDAIS: latent site "${name}" of the local model is ${
            steps === undefined ? `not in plate "${frame.name}"` : "in a scan"
          }; local sites have one number or more for each member of the plate, all others belong to the global guide`,
        );
      }
      return { site, axis, size: sizeOf(unconstrainedShape.toSpliced(axis, 1)) };
    });
    this.size = this.#places.reduce((sum, { size }) => sum + size, 0);
  }

  /** Returns the numbers of members, `[members, size]`, from those of each site in its shape. */
  join(values: readonly Tensor[]): Tensor {
    const rows = values.map((value, i) => {
      const { axis, size } = this.#places[i];
      return value.transpose(first(axis, value.rank)).reshape([value.shape[axis], size]);
    });
    return joined(rows, 1);
  }

  /** Returns the numbers of each site in its own shape from those of the members that take part. */
  cut(rows: Tensor): Tensor[] {
    const { frame } = this,
      flat = rows.reshape([frame.size, this.size]),
      sizes = this.#places.map((p) => p.size);
    const parts: Tensor[] = sizes.length === 1 ? [flat] : tf.split(flat, sizes, 1);
    return parts.map((part, i) => {
      const { axis, site: { unconstrainedShape: shape } } = this.#places[i];
      return part.reshape([shape[axis], ...shape.toSpliced(axis, 1)]).transpose(back(axis, shape.length));
    });
  }

  /** Returns the shapes of each site's unconstrained numbers of all members. */
  get fullShapes(): Shape[] {
    return this.#places.map(({ site }) =>
      fullShape(site.unconstrainedShape, site.unconstrainedEventDim, site)
    );
  }
}

/** The order of axes that brings one to the front. */
const first = (axis: number, rank: number): number[] => [
  axis,
  ...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis),
];

/** The order of axes that brings the front one to its place. */
const back = (axis: number, rank: number): number[] => {
  const order = first(axis, rank);
  return Array.from({ length: rank }, (_, i) => order.indexOf(i));
};

/** Finds the plate of the members: that of a name, else one that subsamples, else the only one. */
export function plateOf({ sites }: Prototype, name: string | undefined): PlateFrame {
  const all = new Map(sites.flatMap(({ plates }) => plates.map((plate) => [plate.name, plate] as const)));
  const found = [...all.values()], cut = found.filter(({ size, fullSize }) => size !== fullSize);
  const [own, other] = name === undefined
    ? cut.length > 0 ? cut : found
    : found.filter((p) => p.name === name);
  if (own && !other) return own;
  const names = listNames(all.keys());
  throw new Error(
    `Cannot use AutoSemiDAIS: expected ${
      name === undefined ? "one plate around its local sites" : `plate "${name}" around local sites`
    }, found ${names}${own ? "; name it, { plate }" : ""}`,
  );
}
