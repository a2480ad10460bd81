import { checkOptions, type OptionNames, shown } from "../system/mod.ts";
import {
  asTensor,
  describeNode,
  formatShape,
  type Key,
  type Tensor,
  type TensorLike,
  tf,
  tryBroadcastShapes,
} from "../tensor/mod.ts";
import { Distribution } from "../distributions/mod.ts";
import type { InferOptions, SampleMessage } from "./message.ts";
import { deterministic } from "./deterministic.ts";
import { mask } from "./handlers/mask.ts";
import { send } from "./runtime.ts";

/** Options of `sample`. */
export interface SampleOptions {
  /** Data: the site's value, which its distribution then scores. Undefined is no data. */
  obs?: TensorLike;
  /**
   * The data that count, true where they do, over the batch shape, as Pyro's `obs_mask`: elsewhere
   * the value is drawn. Site `x` becomes computed, from `x_observed` and a latent `x_unobserved`,
   * whose numbers in the place of data keep their prior.
   */
  obsMask?: TensorLike | readonly boolean[];
  /** Hints for inference. */
  infer?: InferOptions;
  /** The key to draw with; by default the `seed` handler gives one. */
  key?: Key;
}

const optionNames: OptionNames<SampleOptions> = { obs: true, obsMask: true, infer: true, key: true };
const inferNames: OptionNames<InferOptions> = {
  enumerate: true,
  expand: true,
  isAuxiliary: true,
  baseline: true,
};

/**
 * Draws a value by name, or observes one, as Pyro's `sample`. Plates around it expand the
 * distribution; handlers may give the value.
 *
 * @returns the value, of the distribution's shape after plates: batch shape + event shape
 * @throws Error where a site has neither value nor key, where the data do not broadcast with the
 * distribution, and where its batch shape does not fit a plate.
 *
 * @example A coin, tossed with a key
 * ```ts
 * import assert from "node:assert/strict";
 * import { Bernoulli, key, sample, seed, trace } from "@pyrosaur/pyrosaur";
 *
 * const run = trace(seed(() => sample("heads", new Bernoulli(0.5)), key(0))).get();
 * assert.ok([0, 1].includes(run.value("heads").dataSync()[0]));
 * ```
 */
export function sample(name: string, distribution: Distribution, options?: SampleOptions): Tensor {
  checkOptions(`sample "${name}"`, options, optionNames);
  if (typeof name !== "string" || !(distribution instanceof Distribution)) refuse(name, distribution);
  const { obs, infer = {}, key } = options ?? {}, isObserved = obs !== undefined;
  checkInfer(name, infer);
  if (obs === null) {
    throw new Error(
      `Cannot observe site "${name}": obs is null, expected data; leave it undefined where there are none`,
    );
  }
  if (options?.obsMask !== undefined) return sampleMissing(name, distribution, options);
  const value = isObserved ? asTensor(obs) : undefined;
  return send(sampleMessage(name, distribution, { value, isObserved, infer, key })).value;
}

/** Throws for hints that do not exist, which would be ignored in silence. */
function checkInfer(name: string, infer: InferOptions): void {
  checkOptions(`sample "${name}" with infer`, infer, inferNames);
  const { enumerate } = infer;
  if (enumerate === undefined || enumerate === "parallel" || enumerate === "sequential") return;
  throw new Error(
    `Cannot sample "${name}": infer.enumerate is ${shown(enumerate)}, expected "parallel" or "sequential"`,
  );
}

/** Observes a site where a mask is true, and draws it elsewhere. */
function sampleMissing(name: string, distribution: Distribution, options: SampleOptions): Tensor {
  const { obs, obsMask, ...rest } = options, { eventShape } = distribution;
  if (obs === undefined) {
    throw new Error(
      `Cannot observe site "${name}" in part: found obsMask and no obs, expected the data in obs`,
    );
  }
  const isSeen = asTensor(obsMask as TensorLike).cast("bool"), data = asTensor(obs).shape;
  const batch = data.slice(0, Math.max(0, data.length - eventShape.length));
  if (!tryBroadcastShapes(isSeen.shape, batch)) {
    const [found, expected] = [isSeen.shape, batch].map(formatShape);
    throw new Error(
      `Cannot observe site "${name}" in part: obsMask has shape ${found}, expected one that broadcasts with ${expected}, ` +
        "that of the data without event axes",
    );
  }
  const observe = (): Tensor => {
    using _mask = mask(isSeen);
    return sample(`${name}_observed`, distribution, { ...rest, obs });
  };
  const seen = observe();
  const hidden = sample(`${name}_unobserved`, distribution, rest);
  const isKept = isSeen.reshape([...isSeen.shape, ...eventShape.map(() => 1)]);
  return deterministic(name, tf.where(isKept, seen, hidden));
}

function refuse(name: unknown, distribution: unknown): never {
  if (typeof name !== "string") {
    throw new Error(
      `Cannot sample: the name of the site is ${
        describeNode(name)
      }, expected a string: sample("x", distribution)`,
    );
  }
  throw new Error(
    `Cannot sample "${name}": found ${
      describeNode(distribution)
    }, expected a distribution, such as new Normal(0, 1)`,
  );
}

/** Makes the message of a sample site: latent, outside of plates, but for the fields given. */
export function sampleMessage(
  name: string,
  distribution: Distribution,
  given: Partial<SampleMessage>,
): SampleMessage {
  return {
    type: "sample",
    name,
    distribution,
    value: undefined,
    isObserved: false,
    isIntervened: false,
    infer: {},
    key: undefined,
    plates: [],
    scale: 1,
    mask: true,
    scanned: undefined,
    enumerated: undefined,
    stop: false,
    ...given,
  };
}
