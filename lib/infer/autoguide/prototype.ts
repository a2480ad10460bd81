import { bijectTo, formatShape, sizeOf, type Transform } from "../../distributions/mod.ts";
import {
  type AnyFunction,
  around,
  block,
  type Handler,
  type Message,
  type PlateFrame,
  type SampleSite,

  type Trace,
  trace,
} from "../../ppl/mod.ts";
import { activeTracer, type Key, random, type Shape, type Tensor } from "../../tensor/mod.ts";
import type { InitStrategy } from "./init.ts";

/** A latent site as an automatic guide sees it. */
export interface LatentSite {
  readonly name: string;
  /** The constrained value's shape, batch and event. */
  readonly shape: Shape;
  /** How many rightmost axes are the event's. */
  readonly eventDim: number;
  /** The shape of the unconstrained numbers behind the value, and how many rightmost axes of it are the event's. */
  readonly unconstrainedShape: Shape;
  readonly unconstrainedEventDim: number;
  readonly size: number;
  /** Where its numbers start among those of all sites. */
  readonly offset: number;
  /** From unconstrained numbers to the support. */
  readonly transform: Transform;
  readonly site: SampleSite;
  readonly plates: readonly PlateFrame[];
}

/** What one run of a model shows of it. */
export interface Prototype {
  readonly sites: readonly LatentSite[];
  /** How many unconstrained numbers all sites have together. */
  readonly size: number;
  readonly trace: Trace;
}

class FirstValues implements Handler {
  readonly label = "autoguide";
  constructor(private readonly strategy: InitStrategy, private readonly key: Key) {}
  #count = 0;
  process(message: Message): void {
    if (message.type === "key") message.value ??= this.key.foldIn(this.#count++);
    else if (message.type === "param" || message.type === "plate") message.key ??= this.key.foldIn(this.#count++);
  }
  /** Runs when plates have expanded the distribution, and before it is drawn from. */
  fill(message: Message): void {
    if (message.type !== "sample" || message.isObserved || message.value !== undefined) return;
    message.value = this.strategy(message, this.key.foldIn(this.#count++));
  }
}

/**
 * Runs a model with the first values a strategy gives, hidden from all handlers outside, and describes its latent sites.
 *
 * @throws Error for a latent site with discrete values: an automatic guide needs unconstrained numbers.
 */
export function prototypeOf(model: AnyFunction, strategy: InitStrategy, key: Key, args: readonly unknown[], guide: string): Prototype {
  const first = new FirstValues(strategy, key);
  const outer: Handler = { label: "autoguide", process: (message) => first.fill(message) };
  const recorded = block(
    (...given: unknown[]) => around(trace(around(model, () => first)).get, () => outer)(...given),
    { hideFn: () => true },
  )(...args) as Trace;
  const sites: LatentSite[] = [];
  let offset = 0;
  for (const site of recorded.stochasticSites) {
    if (site.infer.enumerate !== undefined) continue;
    const { distribution, name } = site;
    if (distribution.isDiscrete) {
      throw new Error(
        `Cannot make ${guide}: site "${name}" (${distribution.name}) has discrete values; sum it out with ` +
          'infer: { enumerate: "parallel" }, or write its guide by hand',
      );
    }
    const transform = bijectTo(distribution.support), shape = site.value.shape;
    const unconstrainedShape = transform.inverseShape(shape);
    const eventDim = distribution.eventShape.length;
    const size = sizeOf(unconstrainedShape);
    sites.push({
      name,
      shape,
      eventDim,
      unconstrainedShape,
      unconstrainedEventDim: unconstrainedShape.length - (shape.length - eventDim),
      size,
      offset,
      transform,
      site,
      plates: site.plates,
    });
    offset += size;
  }
  if (sites.length === 0) throw new Error(`Cannot make ${guide}: the model has no latent site`);
  return { sites, size: offset, trace: recorded };
}

/** A key for runs whose numbers do not count. */
export const anyKey = (): Key => activeTracer() ? zeroKey : random.key(0);

const zeroKey: Key = random.key(0);

/** Throws for sites in a plate that takes part of its members only. */
export function refuseSubsampling(guide: string, sites: readonly LatentSite[]): void {
  for (const { name, plates } of sites) {
    const plate = plates.find((p) => p.size !== p.fullSize);
    if (plate) {
      throw new Error(
        `Cannot use ${guide}: site "${name}" is in plate "${plate.name}", which takes ${plate.size} of ${plate.fullSize} members; ` +
          "use AutoNormal or AutoDelta, which have parameters for every member",
      );
    }
  }
}

/** The unconstrained values of the sites as one vector, in their order. */
export function flatValues({ sites }: Prototype, concat: (parts: Tensor[]) => Tensor): Tensor {
  const parts = sites.map(({ transform, site, size }) => transform.inverse(site.value).reshape([size]));
  return parts.length === 1 ? parts[0] : concat(parts);
}

/** Text of a list of sites, for messages. */
export const describeSites = (sites: readonly LatentSite[]): string =>
  sites.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(", ");

