import { emptyRecord, ownValue } from "../../system/mod.ts";
import { activeTrace } from "../../compile/internals.ts";
import { isTracing } from "../../compile/mod.ts";
import { broadcastTo } from "../../distributions/mod.ts";
import {
  constant,
  formatShape,
  type Key,
  sameShape,
  type Tensor,
  tf,
  tryBroadcastShapes,
} from "../../tensor/mod.ts";
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

  /**
   * The stacked values from handlers outside, by the names inside. One of fewer steps is of the
   * first ones: it is filled up with zeros, and `isGiven` tells the steps that it has.
   */
  get stacks(): { readonly values: Record<string, Tensor>; readonly isGiven: Record<string, Tensor> } {
    const values = emptyRecord<Tensor>(), isGiven = emptyRecord<Tensor>(), { length } = this.scanned;
    for (const [inner, { message }] of this.samples) {
      const { value } = message;
      if (value === undefined) continue;
      checkSteps(message, value, length);
      values[inner] = value;
      const count = value.shape[0];
      if (count === length) continue;
      const rest = tf.zeros([length - count, ...value.shape.slice(1)], value.dtype);
      values[inner] = tf.concat([value, rest]);
      isGiven[inner] = tf.range(0, length, 1, "int32").less(constant(count));
      this.draws = true;
      this.key ??= send({ type: "key", name: "scan", value: undefined, stop: false }).value;
    }
    return { values, isGiven };
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

/** Throws for a stack that cannot be of a site's steps, or of its first ones alone. */
function checkSteps(message: SampleMessage, value: Tensor, length: number): void {
  const { name, enumerated, isObserved, infer, distribution } = message, { shape } = value;
  const fail = (why: string): never => {
    throw new Error(
      `Cannot set site "${name}" of a scan: the value has shape ${formatShape(shape)}, expected ${why}`,
    );
  };
  if (!(shape[0] <= length)) {
    fail(`${length} steps on its leftmost axis, or fewer, after which they are drawn`);
  }
  if (shape[0] === length) return;
  // Of two lengths that are known in a run only, neither is the shorter.
  if (isTracing() && typeof activeTrace().sizes([length - shape[0]])[0] !== "number") {
    fail(
      `${formatShape([length])} steps on its leftmost axis, or a number of steps fewer that does not vary`,
    );
  }
  const step = (distribution as Stacked).base, all = step.shape(), own = shape.slice(1);
  const common = tryBroadcastShapes(own, all);
  if (!common || !sameShape(common, all)) {
    fail(`steps on its leftmost axis, each of shape ${formatShape(all)}`);
  }
  if (step instanceof Stacked) {
    fail(`all ${length} steps: each is a scan of its own, which cannot be drawn alone`);
  }
  if (enumerated && !isObserved && infer.enumerate === "parallel") {
    fail(`all ${length} steps, or none: those that are not given would be drawn, and not summed out`);
  }
}

function refuseNested(name: string): never {
  throw new Error(
    `Cannot enumerate site "${name}": it stands in a scan within a scan; write the inner loop with markov`,
  );
}

const isSample = (pending: Pending): pending is Pending<SampleMessage> => pending.message.type === "sample";
