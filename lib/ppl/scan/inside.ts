import { alignSteps, overSteps, partsOf } from "../../distributions/mod.ts";
import { type Key, type Tensor, tf } from "../../tensor/mod.ts";
import { noKey } from "../checks.ts";
import type { Message, SampleMessage } from "../message.ts";
import { expandTo } from "../plate.ts";
import { activeHandlers, type Handler } from "../runtime.ts";
import { SampleSite } from "../sample_site.ts";
import { outerPlates } from "./discover.ts";
import type { Outside } from "./outside.ts";

/** What the step collects besides its `y`, by name. */
export interface Collected {
  values: Record<string, Tensor>;
  logProbs: Record<string, Tensor>;
  /** What distributions, masks and scales are made of, for handlers that keep them. */
  parts: Record<string, Tensor[]>;
}

/** Stands at the border of one step: gives the sites within what the messages outside were given, and collects values. */
export class Inside implements Handler {
  readonly label = "scan";
  readonly values: Record<string, Tensor> = {};
  readonly logProbs: Record<string, Tensor> = {};
  readonly parts: Record<string, Tensor[]> = {};
  private readonly around = outerPlates();
  private readonly keeps = activeHandlers().some((handler) => handler.keepsDistributions);
  private readonly watchers = activeHandlers().filter((handler) => handler.withinScan);

  constructor(
    private readonly outside: Outside,
    private readonly stacks: Record<string, Tensor>,
    private key: Key | undefined,
    private readonly record: boolean,
  ) {}

  process(message: Message): void {
    message.stop = true;
    if (message.type === "key") message.value = this.next();
    else if (message.type === "param") {
      message.value = this.outside.params.get(message.name) ?? unknown(message);
    } else if (message.type === "plate") {
      message.subsample = this.outside.plates.get(message.name) ?? unknown(message);
    } else if (message.name in this.values) {
      throw new Error(
        `Cannot use the name "${message.name}" twice in a step of a scan; give each site a name of its own`,
      );
    } else if (message.type === "sample") this.place(message);
  }

  private place(message: SampleMessage): void {
    const { message: outer } = this.outside.samples.get(message.name) ?? unknown(message);
    this.around.forEach((plate) => expandTo(message, plate.frame));
    const given = this.stacks[message.name];
    if (given) message.value = given;
    else if (!outer.isObserved) {
      // Not observed from outside (any more): a value the step observes is dropped, and one is
      // drawn.
      if (message.isObserved) message.value = undefined;
      if (message.value === undefined) message.key = this.next() ?? noKey("sample site", message.name);
    }
    message.isObserved = outer.isObserved;
  }

  private next(): Key | undefined {
    const [rest, own] = this.key?.split(2) ?? [];
    this.key = rest;
    return own;
  }

  postprocess(message: Message): void {
    this.watchers.forEach((handler) => handler.withinScan!(message));
    if (message.type === "deterministic") this.values[message.name] = message.value;
    if (message.type !== "sample") return;
    this.values[message.name] = message.value!;
    if (!this.record || message.mask === false) return;
    this.logProbs[message.name] = new SampleSite({ ...message, value: message.value! }).logProb;
    if (this.keeps) this.keep(message);
  }

  private keep({ name, distribution, mask, scale }: SampleMessage): void {
    const parts = partsOf(distribution);
    if (!parts) return;
    const tensors = [mask, scale].filter((part): part is Tensor => part instanceof tf.Tensor);
    this.parts[name] = [...parts, ...tensors];
    this.outside.terms.set(name, (stacks, length) => {
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

function unknown(message: Message): never {
  throw new Error(
    `Cannot run a scan whose steps differ: ${message.type} "${message.name}" was not in the first step`,
  );
}
