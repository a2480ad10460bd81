import type { Key, Tensor } from "../../tensor/mod.ts";
import { checkSteps } from "../checks.ts";
import type { SampleMessage, ScannedSite, StackedTerms } from "../message.ts";
import { begin, type Pending, send } from "../runtime.ts";
import { Subsample } from "../subsample_indices.ts";
import type { Discovered, Found } from "./discover.ts";
import type { Collected } from "./inside.ts";
import { Stacked } from "./stacked.ts";

/** The messages that stand outside for those of all steps, by the names inside. */
export interface Outside {
  readonly found: readonly Found[];
  readonly samples: Map<string, Pending<SampleMessage>>;
  readonly params: Map<string, Tensor>;
  readonly plates: Map<string, Subsample>;
  /** Whether a step draws anything, and with what. */
  draws: boolean;
  key: Key | undefined;
  readonly scanned: ScannedSite;
  /** By name, how to put together what a site is scored by at all steps, from its stacked parts. */
  readonly terms: Map<string, (stacks: readonly Tensor[], length: number) => StackedTerms>;
}

/** Sends one message to the handlers outside for each of a step's. */
export function announce(
  { found, asksForKey }: Discovered<unknown>,
  scanned: ScannedSite,
): Outside {
  const outside: Outside = {
    found,
    samples: new Map(),
    params: new Map(),
    plates: new Map(),
    draws: asksForKey,
    key: undefined,
    scanned,
    terms: new Map(),
  };
  for (const inner of found) {
    const fresh = { stop: false, key: undefined };
    if (inner.type === "sample") {
      const pending = begin({
        ...inner,
        ...fresh,
        distribution: new Stacked(inner.distribution, scanned.length),
        value: undefined,
        scale: 1,
        mask: true,
        scanned,
      });
      const { message } = pending;
      if (message.type !== "sample") {
        throw new Error(`Cannot use ${message.type} in place of sample site "${inner.name}" within a scan`);
      }
      outside.samples.set(inner.name, { ...pending, message });
      if (message.isObserved || message.value) continue;
      outside.draws = true;
      outside.key ??= message.key;
    } else if (inner.type === "param") {
      if (outside.params.has(inner.name)) continue;
      outside.params.set(
        inner.name,
        send({ ...inner, ...fresh, value: undefined, plates: [] }).value as Tensor,
      );
    } else if (inner.type === "plate") {
      const message = send({ ...inner, ...fresh, subsample: undefined });
      const subsample = message.subsample ??
        new Subsample(message.name, message.size, message.subsampleSize, message.key);
      subsample.prepare();
      outside.plates.set(inner.name, subsample);
    }
  }
  if (asksForKey) outside.key ??= send({ type: "key", name: "scan", value: undefined, stop: false }).value;
  return outside;
}

/** Hands the stacked values back to the handlers outside. */
export function conclude(
  { found, samples, scanned, terms }: Outside,
  { values, logProbs, parts }: Collected,
): void {
  for (const inner of found) {
    const value = values[inner.name];
    if (inner.type === "deterministic") {
      send({ ...inner, value, stop: false, scanned });
    } else if (inner.type === "sample") {
      const { message, finish } = samples.get(inner.name)!;
      message.value = value;
      message.scanned = { ...scanned, logProb: logProbs[inner.name] };
      if (parts[inner.name]) {
        message.scanned.terms = terms.get(inner.name)!(parts[inner.name], scanned.length);
      }
      if (inner.mask === false) message.mask = false;
      finish();
      if (message.isIntervened && !inner.isIntervened) {
        throw new Error(
          `Cannot intervene on site "${message.name}" from outside its scan: the steps have run; intervene within the step`,
        );
      }
    }
  }
}

/** The stacked values that handlers outside gave, by the names inside. Throws where one has another number of steps. */
export function stacksOf({ samples, scanned }: Outside): Record<string, Tensor> {
  const stacks: Record<string, Tensor> = {};
  for (const [name, { message }] of samples) {
    if (message.value === undefined) continue;
    checkSteps(message.name, message.value.shape, scanned.length);
    stacks[name] = message.value;
  }
  return stacks;
}
