import { bijectTo, type Constraint, type Transform } from "../../distributions/mod.ts";
import { activeTracer, type Shape, sizeOf, type Tensor, tf } from "../../tensor/mod.ts";
import {
  type AnyFunction,
  around,
  dryRun,
  firstAvailableDim,
  type PlateFrame,
  type SampleMessage,
  type SampleSite,
} from "../../ppl/mod.ts";
import { WITHOUT_ENUMERATION, WITHOUT_FINITE_SUPPORT } from "../checks/discrete.ts";
import { traceAtFirstValues } from "./first_values.ts";
import { type InitStrategy, initToFeasible } from "./init.ts";
import { settled } from "./settled.ts";

/** A latent site with the unconstrained numbers behind its value. */
export interface LatentSite {
  /** The name. */
  readonly name: string;
  /** The constrained value's shape, batch and event. */
  readonly shape: Shape;
  /** The number of rightmost axes that are the event's; all of them for a site of a scan. */
  readonly eventDim: number;
  /** The shape of the unconstrained numbers behind the value. */
  readonly unconstrainedShape: Shape;
  /** The number of rightmost axes of those that are the event's. */
  readonly unconstrainedEventDim: number;
  /** The number of unconstrained numbers. */
  readonly size: number;
  /** The number of steps along the first axis, of a site of a scan. */
  readonly steps: number | undefined;
  /** The set of values it may have. */
  readonly support: Constraint;
  /** The same with bounds that are known after the run too, where they are constants. */
  readonly fixedSupport: Constraint | undefined;
  /** True where the support depends on the values of other sites. */
  readonly isDependent: boolean;
  /** From unconstrained numbers to the support. */
  readonly transform: Transform;
  /** The plates it stands in. */
  readonly plates: readonly PlateFrame[];
  /** The value the site had in the run. */
  readonly value: Tensor;
}

/** The latent sites of a model, as one run of it shows them. */
export interface Prototype {
  /** The latent sites, in their order. */
  readonly sites: readonly LatentSite[];
  /** The number of unconstrained numbers of all sites together. */
  readonly size: number;
  /** The indices of the plates whose subsample the model gives, by name. */
  readonly subsamples: ReadonlyMap<string, Tensor>;
  /** The plates that take part of their members at a time, by name. */
  readonly drawn: readonly string[];
  /** True where the run was eager, so that its tensors have values. */
  readonly isEager: boolean;
  /**
   * Of a model with discrete sites that are summed out (see `configEnumerate`): the first batch
   * axis for their values.
   */
  readonly enumeratedDim: number | undefined;
}

/**
 * Runs a model for its latent sites. Nothing is drawn, so in a trace the run costs nothing.
 *
 * @param user the algorithm or guide that asks, for messages
 * @param isOwn tells the sites to look at: with data missing, sites that were observed come as
 * latent
 * @throws Error for a latent site with discrete values, and for a model without latent sites.
 */
export function prototypeOf(
  model: AnyFunction,
  args: readonly unknown[],
  user: string,
  isOwn: (name: string) => boolean = () => true,
): Prototype {
  const run = (first: InitStrategy) =>
    dryRun((key) => traceAtFirstValues(model, initOrDraw(first), key, args));
  const recorded = run(initToFeasible());
  const open = recorded.stochasticSites.filter((site) => isOwn(site.name));
  const latent = open.filter((site) => site.infer.enumerate !== "parallel");
  const discrete = latent.find(({ distribution }) => distribution.isDiscrete);
  if (discrete) refuseDiscrete(model, args, user, discrete);
  // Bounds that are tensors: whether they move with the values of other sites shows in another run.
  const other = latent.every(({ distribution: { support } }) => support.isFixed) ? undefined : new Map(
    run(initElsewhere).stochasticSites.map(({ name, distribution }) => [name, distribution.support]),
  );
  const sites = latent.map((site) => latentSite(site, user, other?.get(site.name)));
  if (sites.length === 0) {
    const why = open.length === 0
      ? "the model has no latent sites"
      : "all latent sites of the model are summed out; inferDiscrete draws them, computeMarginals has their probabilities";
    throw new Error(`Cannot use ${user}: ${why}`);
  }
  const given = recorded.plateSites.flatMap(({ name, subsample }) =>
    subsample.given ? [[name, subsample.given] as const] : []
  );
  return {
    sites,
    size: sites.reduce((n, s) => n + s.size, 0),
    subsamples: new Map(given),
    drawn: recorded.plateSites.filter((p) => p.size !== p.subsampleSize).map(({ name }) => name),
    isEager: !activeTracer(),
    enumeratedDim: latent.length < open.length ? firstAvailableDim(recorded) : undefined,
  };
}

/** Throws where a discrete site stands in another run, which gives the error its line. */
function refuseDiscrete(
  model: AnyFunction,
  args: readonly unknown[],
  user: string,
  { name, distribution, infer }: SampleSite,
): never {
  const remedy = infer.enumerate === "sequential"
    ? 'its infer asks for one after the other, expected { enumerate: "parallel" }'
    : distribution.hasEnumerateSupport
    ? WITHOUT_ENUMERATION
    : WITHOUT_FINITE_SUPPORT;
  const refuse = () => {
    throw new Error(
      `Cannot use ${user}: site "${name}" (${distribution.name}) has discrete values; ${remedy}`,
    );
  };
  const sample = (site: SampleMessage) => site.name === name ? refuse() : undefined;
  const watched = around(model, () => ({ label: "check of discrete sites", process: { sample } }));
  dryRun((key) => traceAtFirstValues(watched, initOrDraw(initToFeasible()), key, args));
  return refuse();
}

function latentSite(
  { distribution, name, value, scanned, plates }: SampleSite,
  user: string,
  other: Constraint | undefined,
): LatentSite {
  const cut = scanned && plates.find((plate) => plate.size !== plate.fullSize);
  if (cut) {
    throw new Error(
      `Cannot use ${user}: site "${name}" of a scan is in plate "${cut.name}", which takes ${cut.size} of ` +
        `${cut.fullSize} members at a time: its parameters would be those of whichever members take part. Write ` +
        "the guide of this site by hand, or let the plate take all its members",
    );
  }
  const { support } = distribution, transform = bijectTo(support);
  const unconstrainedShape = transform.inverseShape(value.shape);
  const batch = scanned ? 0 : value.rank - distribution.eventShape.length;
  return {
    name,
    shape: value.shape,
    eventDim: value.rank - batch,
    unconstrainedShape,
    unconstrainedEventDim: unconstrainedShape.length - batch,
    size: sizeOf(unconstrainedShape),
    steps: scanned?.length,
    support,
    ...settled(support, other),
    transform,
    plates: scanned ? [] : plates,
    value,
  };
}

/** Starts somewhere else than at 0 in unconstrained space. */
const initElsewhere: InitStrategy = ({ distribution }) => {
  const transform = bijectTo(distribution.support);
  return transform.forward(tf.fill(transform.inverseShape(distribution.shape()), 0.25));
};

/** A feasible value; for a site without unconstrained numbers behind it, a draw. */
const initOrDraw = (first: InitStrategy): InitStrategy => (site, key) =>
  site.distribution.isDiscrete ? site.distribution.sample(key) : first(site, key);
