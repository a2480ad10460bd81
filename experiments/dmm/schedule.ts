import { epochOrder } from "@pyrosaur/pyrosaur/data";
import {
  clippedAdam,
  cosineDecay,
  type LearningRate,
  type Optimiser,
  piecewise,
  warmup,
} from "@pyrosaur/pyrosaur/infer";
import { type Key, tf } from "@pyrosaur/pyrosaur/tensor";
import type { TrainingConfig } from "./settings.ts";

/** Returns the weight of the divergence at a mini-batch, as in the tutorial. */
export function annealingFactor(
  { annealing: { from, epochs }, late }: Pick<TrainingConfig, "annealing" | "late">,
  epoch: number,
  batch: number,
  batches: number,
): number {
  if (late && epoch >= late.fromEpoch) return late.divergence;
  if (epoch >= epochs) return 1;
  return from + (1 - from) * (epoch * batches + batch + 1) / (epochs * batches);
}

/** Returns the sequences of each mini-batch of an epoch. */
export function shuffled(key: Key, epoch: number, count: number, batch: number): number[][] {
  const order = epochOrder(key, epoch, count);
  return Array.from(
    { length: Math.ceil(count / batch) },
    (_, i) => [...order.slice(i * batch, (i + 1) * batch)],
  );
}

/** The rate by step: it grows, is held, falls. */
function rateOf({ optimiser, schedule, epochs }: TrainingConfig, batches: number): LearningRate | undefined {
  if (!schedule) return optimiser.lr;
  const lr = numberOf("lr", optimiser.lr);
  const { warmupEpochs, holdEpochs = warmupEpochs } = schedule, held = (holdEpochs - warmupEpochs) * batches;
  const falling = cosineDecay({ init: lr, steps: (epochs - holdEpochs) * batches });
  return warmup(warmupEpochs * batches, (step) => falling(tf.maximum(step.sub(held), 0)));
}

/** The decay of weights by step. */
function decayOf({ optimiser: { weightDecay = 0 }, late }: TrainingConfig, batches: number): LearningRate {
  if (!late) return weightDecay;
  const values = [numberOf("weightDecay", weightDecay), late.weightDecay];
  return piecewise({ boundaries: [late.fromEpoch * batches], values });
}

/** A setting that the configuration itself changes over time. */
function numberOf(name: string, value: LearningRate | undefined): number {
  if (typeof value === "number") return value;
  throw new Error(
    `Cannot train: ${name} is ${typeof value}, expected a number where the configuration has a schedule for it`,
  );
}

/**
 * Returns the optimiser of a training.
 *
 * @throws Error where a setting that changes is not a number.
 */
export const optimiserOf = (config: TrainingConfig, batches: number): Optimiser =>
  clippedAdam({
    ...config.optimiser,
    ...(config.schedule && { lr: rateOf(config, batches) }),
    weightDecay: decayOf(config, batches),
  });
