import type { CompileOptions } from "../../lib/compile/mod.ts";
import {
  Checkpoints,
  clippedAdam,
  cosineDecay,
  type LearningRate,
  loadCheckpoint,
  NonFiniteError,
  type Optimiser,
  piecewise,
  saveCheckpoint,
  SVI,
  type SVIState,
  TraceELBO,
  TraceMeanFieldELBO,
  warmup,
} from "../../lib/infer/mod.ts";
import type { DMM } from "../../lib/models/dmm/mod.ts";
import type { ProgressBar } from "../../lib/results/mod.ts";
import { type HostArray, type Key, random, tf } from "../../lib/tensor/mod.ts";
import type { TrainingConfig } from "./config.ts";
import { Evaluation } from "./evaluation.ts";
import { type Batch, batchAxes, batchOf, type Sequences } from "./sequences.ts";

type Params = SVIState["params"];

/** What is trained on, and what is looked at meanwhile. */
export interface Splits {
  readonly train: Sequences;
  readonly valid: Sequences;
  readonly test: Sequences;
}

/** What a training recorded, one entry an epoch or a look. */
export interface Curves {
  /** The negative ELBO a time slice, with the annealing factor of its time, of each epoch. */
  readonly trainNll: number[];
  /** The epochs after which validation and test sequences were looked at. */
  readonly epochs: number[];
  /** Seconds of training until then, evaluations included. */
  readonly seconds: number[];
  /** Their negative ELBO a time slice. */
  readonly validNll: number[];
  /** The same of the test sequences: for the figure, never for a choice. */
  readonly testNll: number[];
}

/** Where a training keeps what it has, and what it tells. */
export interface TrainingOptions {
  /** A folder of its own for checkpoints. */
  readonly folder: string;
  /** Whether to go on from the newest of them. */
  readonly resume: boolean;
  /** How it is compiled. */
  readonly compile?: CompileOptions;
  /** What the checkpoints are marked with: a training with other marks is refused. */
  readonly marks?: Readonly<Record<string, unknown>>;
  /** Shows epochs. */
  readonly bar?: ProgressBar;
  /** Ends the training after an epoch, with a checkpoint. */
  readonly signal?: AbortSignal;
}

/** What came of a training. */
export interface Trained {
  /** The last state. */
  readonly state: SVIState;
  /** The parameters at the look with the lowest validation NLL. */
  readonly best: Params;
  /** The epoch of that look. */
  readonly bestEpoch: number;
  readonly curves: Curves;
  /** Seconds of training, over all runs of it. */
  readonly seconds: number;
  /** How often training diverged in its first epochs and began again from other first parameters. */
  readonly restarts: number;
}

/** Epochs are shuffled, evaluations drawn, and new beginnings made, by keys of their own. */
const SHUFFLE = 1, EVALUATE = 2, RESTART = 3;

/** More new beginnings than that are a mistake in the settings. */
const MOST_RESTARTS = 5;

/** The weight of the divergence at a mini-batch, as in the tutorial. */
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

/** The sequences of each mini-batch of an epoch. */
export function shuffled(key: Key, epoch: number, count: number, batch: number): number[][] {
  const order = random.permutation(key.foldIn(SHUFFLE).foldIn(epoch), count).dataSync();
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

const optimiserOf = (config: TrainingConfig, batches: number): Optimiser =>
  clippedAdam({
    ...config.optimiser,
    ...(config.schedule && { lr: rateOf(config, batches) }),
    weightDecay: decayOf(config, batches),
  });

/** The first state, with the emitter's biases at the log odds of the notes where the settings say so. */
function firstState(state: SVIState, { noteOdds }: TrainingConfig, { rows, slices }: Sequences): SVIState {
  if (!noteOdds) return state;
  const name = "dmm.emitter.lin_hidden_to_input.bias", { shape } = state.params[name];
  const counts = new Float64Array(shape[0]);
  for (const sequence of rows) {
    for (let t = 0; t < sequence.length; t++) counts.forEach((_, i) => counts[i] += sequence[t][i]);
  }
  // Half a count more of each, for notes that are never or always there.
  const data = Float32Array.from(counts, (n) => Math.log((n + 0.5) / (slices - n + 0.5)));
  return { ...state, params: { ...state.params, [name]: { data, shape } } };
}

/** The average of parameters over epochs; over few of them all count alike. */
function averaged(before: Params | undefined, params: Params, weight: number, epoch: number): Params {
  const own = Math.min(weight, (epoch + 1) / (epoch + 10));
  return Object.fromEntries(
    Object.entries(params).map(([name, { data, shape }]) => {
      const old = before?.[name].data ?? data;
      return [name, { data: Float32Array.from(data, (x, i) => own * old[i] + (1 - own) * x), shape }];
    }),
  );
}

/** Where the average lies among what a checkpoint remembers. */
const AVERAGE = "average/";

function averageOf(history: Readonly<Record<string, HostArray>>): Params | undefined {
  const found = Object.entries(history).filter(([name]) => name.startsWith(AVERAGE));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, array]) => [name.slice(AVERAGE.length), array]));
}

/**
 * Trains a Deep Markov Model. All randomness comes from the key, the epoch and the step, so a
 * training that was killed and resumed gives the parameters, bit for bit, of one that never
 * stopped.
 */
export async function train(
  model: DMM,
  { train: data, valid, test }: Splits,
  config: TrainingConfig,
  key: Key,
  options: TrainingOptions,
): Promise<Trained> {
  const { folder, resume, bar, signal, marks } = options;
  const { checkpointMinutes, ...settings } = config, { epochs, ...lasting } = settings;
  // More epochs go on with a training, unless its rate falls over all of them.
  const marked = { ...lasting, ...(config.schedule && { epochs }), ...marks };
  const batches = Math.ceil(data.rows.length / config.batch);
  const elbo = config.elbo === "meanField" ? new TraceMeanFieldELBO() : new TraceELBO();
  const svi = new SVI(model.model, model.guide, optimiserOf(config, batches), elbo, {
    ...options.compile,
    threads: config.threads,
    axes: [batchAxes, null] as CompileOptions["axes"],
  });
  const evaluation = new Evaluation(model, { ...options.compile, threads: config.threads });
  const checkpoints = new Checkpoints(folder), bestPath = `${folder}/best.safetensors`;
  const curves: Curves = { trainNll: [], epochs: [], seconds: [], validNll: [], testNll: [] };
  let state: SVIState | undefined, average: Params | undefined, best: Params | undefined;
  let bestEpoch = 0, before = 0, restarts = 0;

  const found = resume ? await checkpoints.latest({ config: marked }) : undefined;
  if (found) {
    state = found.state;
    for (const name of Object.keys(curves) as (keyof Curves)[]) {
      curves[name].push(...found.history[name].data);
    }
    bestEpoch = Number(found.metadata.bestEpoch);
    restarts = Number(found.metadata.restarts);
    before = Number(found.metadata.seconds);
    average = averageOf(found.history);
    if (bestEpoch > 0) best = (await loadCheckpoint(bestPath)).state.params;
  }
  const began = performance.now(), elapsed = () => before + (performance.now() - began) / 1000;
  const save = async () => {
    await checkpoints.save(state!, {
      config: marked,
      history: {
        ...Object.fromEntries(
          Object.entries(curves).map(([name, values]) => [name, Float64Array.from(values)]),
        ),
        ...Object.fromEntries(Object.entries(average ?? {}).map(([name, array]) => [AVERAGE + name, array])),
      },
      metadata: { bestEpoch: String(bestEpoch), seconds: String(elapsed()), restarts: String(restarts) },
    });
  };
  let saved = performance.now();
  for (let epoch = curves.trainNll.length; epoch < config.epochs && !signal?.aborted; epoch++) {
    const own = restarts === 0 ? key : key.foldIn(RESTART).foldIn(restarts);
    const order = shuffled(own, epoch, data.rows.length, config.batch);
    const args = (step: number): [Batch, HostArray] => {
      const i = step % batches;
      const factor = annealingFactor(config, epoch, i, batches);
      return [batchOf(order[i].map((s) => data.rows[s])), { data: Float32Array.of(factor), shape: [] }];
    };
    let losses: Float64Array;
    try {
      state ??= firstState(await svi.init(own, ...args(0)), config, data);
      ({ state, losses } = await svi.run(own, batches, args, { state, progress: false }));
    } catch (error) {
      // The tutorial's rate makes the recurrent network grow for some steps of the first epochs; in
      // one of about ten trainings beyond float32.
      const early = curves.epochs.length === 0 && restarts < MOST_RESTARTS;
      if (!(error instanceof NonFiniteError && early)) throw error;
      restarts++;
      state = average = undefined;
      curves.trainNll.length = 0;
      epoch = -1;
      continue;
    }
    if (config.averaging) average = averaged(average, state.params, config.averaging, epoch);
    curves.trainNll.push(losses.reduce((a, b) => a + b) / data.slices);
    if ((epoch + 1) % config.evaluateEvery === 0 || epoch + 1 === config.epochs) {
      const forLook = own.foldIn(EVALUATE).foldIn(epoch);
      const shown = average ?? state.params;
      const validNll = await evaluation.nll(shown, valid, forLook.foldIn(0), config.samples);
      if (validNll < Math.min(Infinity, ...curves.validNll)) {
        [best, bestEpoch] = [shown, epoch + 1];
        await saveCheckpoint(bestPath, { ...state, params: shown, optimiser: null }, {
          config: marked,
          metadata: { epoch: String(epoch + 1) },
        });
      }
      curves.epochs.push(epoch + 1);
      curves.validNll.push(validNll);
      curves.testNll.push(await evaluation.nll(shown, test, forLook.foldIn(1), config.samples));
      curves.seconds.push(elapsed());
    }
    bar?.update(
      epoch + 1,
      `train ${curves.trainNll.at(-1)!.toFixed(3)} valid ${curves.validNll.at(-1)?.toFixed(3) ?? "-"}`,
    );
    if (performance.now() - saved > checkpointMinutes * 60_000) {
      await save();
      saved = performance.now();
    }
  }
  await save();
  await svi.release();
  await evaluation.release();
  return {
    state: state!,
    best: best ?? average ?? state!.params,
    bestEpoch,
    curves,
    seconds: elapsed(),
    restarts,
  };
}
