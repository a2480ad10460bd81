import { emptyRecord, ownValue } from "../../system/mod.ts";
import { broadcastTo } from "../../distributions/mod.ts";
import { formatShape, type Key, type Tensor, tryBroadcastShapes } from "../../tensor/mod.ts";
import { type Hooks, pass } from "../handler.ts";
import type { EnumeratedLoop } from "../enum/loop.ts";
import type { Message, SampleMessage, ScannedSite } from "../message.ts";
import { begin, type Pending, send } from "../runtime.ts";
import type { Subsample } from "../subsample_indices.ts";
import type { Collected, Given, Inside } from "./inside.ts";
import { Stacked } from "./stacked.ts";

/** Masks of observed sites, by the names inside: those of each step, and those of all steps. */
export interface Masks {
  readonly stacks: Readonly<Record<string, Tensor>>;
  readonly shared: ReadonlyMap<string, Tensor>;
}

const fresh = { stop: false, key: undefined };
const freshSite = { ...fresh, value: undefined, scale: 1, mask: true };

/** The messages outside that stand for those of all steps. */
export class Outside implements Given {
  readonly samples = new Map<string, Pending<SampleMessage>>();
  readonly params = new Map<string, Tensor>();
  readonly plates = new Map<string, Subsample>();
  /** True where a step draws anything. */
  draws = false;
  /** The sites that are enumerated, where any are. */
  loop: EnumeratedLoop | undefined;
  /** The key for draws that handlers outside have given. */
  key: Key | undefined;

  /** Sends one message to the handlers outside for each that was found in a step. */
  constructor(private readonly found: readonly Message[], private readonly scanned: ScannedSite) {
    found.forEach((message) => pass(this.#announce, message));
    if (found.some(({ type }) => type === "key")) {
      this.draws = true;
      this.key ??= send({ type: "key", name: "scan", value: undefined, stop: false }).value;
    }
  }

  readonly #announce: Hooks = {
    sample: (inner) => {
      const { scanned } = this, distribution = new Stacked(inner.distribution, scanned.length);
      const pending = begin({ ...inner, ...freshSite, distribution, scanned });
      if (!isSample(pending)) {
        const { type } = pending.message;
        throw new Error(`Cannot use ${type} in place of sample site "${inner.name}" within a scan`);
      }
      this.samples.set(inner.name, pending);
      const { isObserved, value, key, enumerated } = pending.message;
      if (enumerated?.isAsked) {
        if (inner.scanned) refuseNested(inner.name);
        enumerated.loop!.add(inner.name, pending.message.plates);
        this.loop = enumerated.loop;
      }
      if (isObserved || value || enumerated?.isAsked) return;
      this.draws = true;
      this.key ??= key;
    },
    param: (inner) => {
      if (this.params.has(inner.name)) return;
      this.params.set(inner.name, send({ ...inner, ...fresh, value: undefined, plates: [] }).value);
    },
    plate: (inner) => {
      const { subsample } = send({ ...inner, ...fresh, subsample: undefined });
      subsample.prepare();
      this.plates.set(inner.name, subsample);
    },
  };

  /** The stacked values from handlers outside, by the names inside; each must have all steps. */
  get stacks(): Record<string, Tensor> {
    const stacks = emptyRecord<Tensor>(), { length } = this.scanned;
    for (const [inner, { message: { name, value } }] of this.samples) {
      if (value === undefined) continue;
      if (value.shape[0] !== length) {
        throw new Error(
          `Cannot set site "${name}" of a scan: the value has shape ${formatShape(value.shape)}, expected ` +
            `${length} steps on its leftmost axis` +
            (value.shape[0] < length
              ? "; steps after those are for a second scan, from the carry of the first"
              : ""),
        );
      }
      stacks[inner] = value;
    }
    return stacks;
  }

  /**
   * The masks that handlers outside have put on observed sites, by the names inside: those with an
   * axis of steps. A step that knows them never scores what they hide.
   */
  get masks(): Masks {
    const stacks = emptyRecord<Tensor>(), shared = new Map<string, Tensor>();
    for (const [inner, { message: { mask, isObserved, distribution } }] of this.samples) {
      if (typeof mask === "boolean" || !isObserved) continue;
      const { batchShape } = distribution, common = tryBroadcastShapes(mask.shape, batchShape);
      if (common?.length !== batchShape.length) continue;
      if (mask.rank < batchShape.length) shared.set(inner, mask);
      else stacks[inner] = broadcastTo(mask, [this.scanned.length, ...mask.shape.slice(1)]);
    }
    return { stacks, shared };
  }

  /** Hands the stacked values back to the handlers outside. */
  conclude({ values, logProbs, parts, factors }: Collected, inside: Inside): void {
    const { scanned, samples, loop } = this, { assemble, weights } = inside;
    const concluded: Hooks = {
      deterministic: (inner) => void send({ ...inner, value: values[inner.name], stop: false, scanned }),
      sample: ({ name, mask, isIntervened }) => {
        const { message, finish } = samples.get(name)!, own = ownValue(parts, name);
        const factor = ownValue(factors, name);
        message.value = values[name];
        message.scanned = {
          ...scanned,
          logProb: ownValue(logProbs, name),
          terms: own && assemble.get(name)!(own, scanned.length),
          factor: factor && { density: factor[0], scale: factor[1] ?? weights.get(name)! },
        };
        if (loop) {
          const own = loop.present.find((variable) => loop.has(name) && variable.name === name);
          message.enumerated = { variables: loop.visible, own, loop };
        }
        if (mask === false) message.mask = false;
        finish();
        if (message.isIntervened && !isIntervened) {
          throw new Error(
            `Cannot intervene on site "${message.name}" from outside its scan: the steps have run; intervene ` +
              "within the step",
          );
        }
      },
    };
    this.found.forEach((message) => pass(concluded, message));
  }
}

function refuseNested(name: string): never {
  throw new Error(
    `Cannot enumerate site "${name}": it stands in a scan within a scan; write the inner loop with markov`,
  );
}

const isSample = (pending: Pending): pending is Pending<SampleMessage> => pending.message.type === "sample";
