import { emptyRecord, ownValue } from "../../system/mod.ts";
import { alignSteps, overSteps, partsOf } from "../../distributions/mod.ts";
import { constant, constantValues, type Key, type Tensor, tf } from "../../tensor/mod.ts";
import { type Handler, type Hooks, pass } from "../handler.ts";
import { enumeratedDensity } from "../enum/density.ts";
import type { EnumeratedLoop } from "../enum/loop.ts";
import type { Message, SampleMessage, StackedTerms } from "../message.ts";
import { noKey } from "../no_key.ts";
import { activePlates, expandTo } from "../plate.ts";
import { activeHandlers } from "../runtime.ts";
import { andMask } from "../scaling.ts";
import { SampleSite } from "../sample_site.ts";
import type { Subsample } from "../subsample_indices.ts";

/** The values that the handlers outside have given, by the names inside. */
export interface Given {
  /** The messages outside for the sample sites of all steps. */
  readonly samples: ReadonlyMap<string, { readonly message: SampleMessage }>;
  /** The parameters, one for all steps. */
  readonly params: ReadonlyMap<string, Tensor>;
  /** The subsamples of plates, one for all steps. */
  readonly plates: ReadonlyMap<string, Subsample>;
}

/** The tensors that a step collects besides its `y`, by name of the site. */
export interface Collected {
  readonly values: Record<string, Tensor>;
  readonly logProbs: Record<string, Tensor>;
  /** The tensors that distributions, masks and scales are made of, for handlers that keep them. */
  readonly parts: Record<string, Tensor[]>;
  /** Within `enumerate`, the log densities without weight, and weights that are tensors. */
  readonly factors: Record<string, Tensor[]>;
}

/** A function from stacked parts to the distribution, mask and scale of all steps. */
export type Assemble = (stacks: readonly Tensor[], length: number) => StackedTerms;

/** The border of one step: it gives sites their values from outside, and collects the results. */
export class Inside implements Handler {
  readonly label = "scan";
  readonly collected: Collected = {
    values: emptyRecord(),
    logProbs: emptyRecord(),
    parts: emptyRecord(),
    factors: emptyRecord(),
  };
  /** The weights within the step that are numbers, by name. */
  readonly weights = new Map<string, number>();
  /** The functions that put the parts of each site together, by name. */
  readonly assemble = new Map<string, Assemble>();
  readonly #plates = activePlates().reverse();
  readonly #isScored = activeHandlers().some((handler) => handler.keepsLogProbs);
  readonly #isKept = activeHandlers().some((handler) => handler.keepsDistributions);
  readonly #watchers = activeHandlers().filter((handler) => handler.withinScan);

  constructor(
    private readonly given: Given,
    private readonly slices: Readonly<Record<string, Tensor>>,
    private readonly isGiven: Readonly<Record<string, Tensor>>,
    private readonly maskOutside: (name: string) => boolean | Tensor,
    private key: Key | undefined,
    private readonly loop: EnumeratedLoop | undefined,
  ) {}

  readonly process: Hooks = {
    any(message) {
      message.stop = true;
    },
    key: (message) => {
      message.value = this.#nextKey();
    },
    param: (message) => {
      message.value = this.given.params.get(message.name) ?? unknown(message);
    },
    plate: (message) => {
      message.subsample = this.given.plates.get(message.name) ?? unknown(message);
    },
    deterministic: (message) => this.#checkNew(message),
    sample: (message) => {
      this.#checkNew(message);
      const { isObserved } = (this.given.samples.get(message.name) ?? unknown(message)).message;
      this.#plates.forEach(({ frame }) => expandTo(message, frame));
      const slice = ownValue(this.slices, message.name);
      if (slice) this.#give(message, slice, isObserved);
      else if (this.loop?.has(message.name)) message.value = this.loop.own(message).values;
      else if (!isObserved) {
        // No longer observed from outside: a value the step observes is dropped, and one is drawn.
        if (message.isObserved) message.value = undefined;
        if (message.value === undefined) message.key = this.#nextKey() ?? noKey("sample site", message.name);
      }
      message.isObserved = isObserved;
    },
  };

  readonly postprocess: Hooks = {
    any: (message) => {
      this.#watchers.forEach((handler) => pass(handler.withinScan, message));
    },
    deterministic: ({ name, value }) => {
      this.collected.values[name] = value;
    },
    sample: (message) => {
      this.collected.values[message.name] = message.value!;
      if (this.loop) this.#collectFactor(message, this.loop);
      if (!this.#isScored || message.mask === false) return;
      const mask = andMask(andMask(message.mask, hasWeight(message)), this.maskOutside(message.name));
      this.collected.logProbs[message.name] = new SampleSite({ ...message, mask }).logProb;
      if (this.#isKept) this.#keep(message);
    },
  };

  /** Gives a site its value from outside, where the stack has this step; else it is drawn. */
  #give(message: SampleMessage, slice: Tensor, isObserved: boolean): void {
    const { name, distribution } = message, isGiven = ownValue(this.isGiven, name);
    message.value = slice;
    if (!isGiven) return;
    const drawn = distribution.sample(this.#nextKey() ?? noKey("sample site", name));
    message.value = tf.where(isGiven, slice.cast(drawn.dtype), drawn);
    if (isObserved) message.mask = andMask(message.mask, isGiven);
  }

  #collectFactor(message: SampleMessage, loop: EnumeratedLoop): void {
    const { name, scale, isObserved } = message;
    const mask = isObserved ? andMask(message.mask, this.maskOutside(name)) : message.mask;
    const own = loop.has(name) ? loop.own(message).variable : undefined;
    const density = enumeratedDensity(new SampleSite({ ...message, mask }), own);
    if (!density) return;
    this.collected.factors[name] = typeof scale === "number" ? [density] : [density, scale];
    if (typeof scale === "number") this.weights.set(name, scale);
  }

  #checkNew({ name }: Message): void {
    if (!(name in this.collected.values)) return;
    throw new Error(
      `Cannot use the name "${name}" twice in a step of a scan; give each site a name of its own`,
    );
  }

  #nextKey(): Key | undefined {
    const [rest, next] = this.key?.split(2) ?? [];
    this.key = rest;
    return next;
  }

  #keep({ name, distribution, mask, scale }: SampleMessage): void {
    const parts = partsOf(distribution);
    if (!parts) return;
    const tensors = [mask, scale].filter((part): part is Tensor => part instanceof tf.Tensor);
    this.collected.parts[name] = [...parts, ...tensors];
    this.assemble.set(name, (stacks, length) => {
      const rest = stacks.slice(parts.length), rank = distribution.batchShape.length;
      const next = () => alignSteps(rest.shift()!, rank);
      return {
        distribution: overSteps(distribution, stacks.slice(0, parts.length), length),
        mask: typeof mask === "boolean" ? mask : next(),
        scale: typeof scale === "number" ? scale : next(),
      };
    });
  }
}

/** Tells where a step's weight counts its data: a weight of 0 hides them, as around the loop. */
function hasWeight({ isObserved, scale }: SampleMessage): Tensor | boolean {
  if (!isObserved || typeof scale === "number" || scale.rank > 0) return true;
  return constantValues(scale)?.[0] ? true : scale.notEqual(constant(0));
}

function unknown({ type, name }: Message): never {
  throw new Error(`Cannot run a scan whose steps differ: ${type} "${name}" was not in the first step`);
}
