import {
  bijectTo,
  type Constraint,
  isValidationEnabled,
  setValidation,
  sizeOf,
  type Transform,
} from "../../distributions/mod.ts";
import {
  type AnyFunction,
  around,
  type Handler,
  type Message,
  type PlateFrame,
  type Trace,
  trace,
} from "../../ppl/mod.ts";
import { ZeroKey } from "../../tensor/random/zero_key.ts";
import { activeTracer, type Key, type Shape, type Tensor } from "../../tensor/mod.ts";
import { isolated } from "../isolated.ts";
import { type InitStrategy, initToFeasible } from "./init.ts";

/** A latent site as an automatic guide sees it. */
export interface LatentSite {
  /** The name. */
  readonly name: string;
  /** The constrained value's shape, batch and event. */
  readonly shape: Shape;
  /** How many rightmost axes are the event's; all of them for a site of a scan. */
  readonly eventDim: number;
  /** The shape of the unconstrained numbers behind the value. */
  readonly unconstrainedShape: Shape;
  /** How many rightmost axes of those are the event's. */
  readonly unconstrainedEventDim: number;
  /** How many unconstrained numbers there are. */
  readonly size: number;
  /** The values it may have. */
  readonly support: Constraint;
  /** From unconstrained numbers to the support. */
  readonly transform: Transform;
  /** The plates it stands in. */
  readonly plates: readonly PlateFrame[];
  /** The value the site had in the run. */
  readonly value: Tensor;
}

/** What one run of a model shows of it. */
export interface Prototype {
  /** The latent sites, in their order. */
  readonly sites: readonly LatentSite[];
  /** How many unconstrained numbers all sites have together. */
  readonly size: number;
  /** Whether the run was eager, so that its tensors have values. */
  readonly isEager: boolean;
}

/** Gives each latent site its first value, once the plates have expanded it. */
class FirstValues implements Handler {
  readonly label = "autoguide";
  constructor(private readonly strategy: InitStrategy, private readonly key: Key) {}
  #count = 0;

  process(message: Message): void {
    if (message.type === "deterministic") return;
    const key = this.key.foldIn(this.#count++);
    if (message.type === "key") message.value ??= key;
    else if (message.type !== "sample") message.key ??= key;
    else if (!message.isObserved && message.value === undefined) {
      message.value = this.strategy(message, key);
    }
  }
}

function run(model: AnyFunction, handler: Handler, args: readonly unknown[]): Trace {
  return isolated(() => trace(around(model, () => handler)).get(...args));
}

/** The first values of a model's latent sites, as a strategy makes them; hidden from all handlers outside. */
export function firstValues(
  model: AnyFunction,
  strategy: InitStrategy,
  key: Key,
  args: readonly unknown[],
): Map<string, Tensor> {
  const recorded = run(model, new FirstValues(strategy, key), args);
  return new Map(recorded.stochasticSites.map((site) => [site.name, site.value]));
}

/**
 * Runs a model for its latent sites. Nothing is drawn, so in a trace the run costs nothing.
 *
 * @param only the sites to look at: with data missing, what was observed comes as latent
 * @throws Error for a latent site with discrete values, and for a model without latent sites.
 */
export function prototypeOf(
  model: AnyFunction,
  args: readonly unknown[],
  guide: string,
  only?: ReadonlySet<string>,
): Prototype {
  const validation = isValidationEnabled();
  // The values are no run's, so nothing can be wrong with them.
  setValidation(false);
  let recorded: Trace;
  try {
    recorded = run(model, new FirstValues(initOrDraw, new ZeroKey()), args);
  } finally {
    setValidation(validation);
  }
  const sites = recorded.stochasticSites.filter((site) =>
    only?.has(site.name) ?? site.infer.enumerate === undefined
  ).map((site): LatentSite => {
    const { distribution, name, value } = site;
    if (distribution.isDiscrete) {
      throw new Error(
        `Cannot use ${guide}: site "${name}" (${distribution.name}) has discrete values; sum it out with ` +
          'infer: { enumerate: "parallel" }, observe it, or write its guide by hand',
      );
    }
    const { support } = distribution, transform = bijectTo(support);
    const unconstrainedShape = transform.inverseShape(value.shape);
    const batch = site.scanned ? 0 : value.rank - distribution.eventShape.length;
    return {
      name,
      shape: value.shape,
      eventDim: value.rank - batch,
      unconstrainedShape,
      unconstrainedEventDim: unconstrainedShape.length - batch,
      size: sizeOf(unconstrainedShape),
      support,
      transform,
      plates: site.scanned ? [] : site.plates,
      value,
    };
  });
  if (sites.length === 0) throw new Error(`Cannot use ${guide}: the model has no latent sites`);
  return { sites, size: sites.reduce((n, s) => n + s.size, 0), isEager: !activeTracer() };
}

const feasible = initToFeasible();
/** A feasible value; for a site without unconstrained numbers behind it, a draw. */
const initOrDraw: InitStrategy = (site, key) =>
  site.distribution.isDiscrete ? site.distribution.sample(key) : feasible(site, key);

/** Throws for sites in a plate that takes part of its members only. */
export function refuseSubsampling(guide: string, { sites }: Prototype): void {
  for (const { name, plates } of sites) {
    const plate = plates.find((p) => p.size !== p.fullSize);
    if (plate) {
      throw new Error(
        `Cannot use ${guide}: site "${name}" is in plate "${plate.name}", which takes ${plate.size} of ${plate.fullSize} members at a ` +
          "time; use AutoNormal or AutoDelta, which have parameters for every member",
      );
    }
  }
}
