import type { CompileOptions } from "@pyrosaur/pyrosaur/compile";
import {
  Checkpoints,
  type EpochTraining,
  loadCheckpoint,
  NonFiniteError,
  saveCheckpoint,
  SVI,
  type SVIState,
  TraceELBO,
  TraceMeanFieldELBO,
} from "@pyrosaur/pyrosaur/infer";
import type { Dmm } from "@pyrosaur/pyrosaur/models";
import type { HostArray, Key } from "@pyrosaur/pyrosaur/tensor";
import { Evaluation } from "./evaluation.ts";
import { firstState } from "./first_state.ts";
import { averaged, averageOf, averageToKeep } from "./parameter_average.ts";
import { annealingFactor, optimiserOf, shuffled } from "./schedule.ts";
import { type Batch, batchAxes, batchOf } from "./sequences.ts";
import type { TrainingConfig } from "./settings.ts";
import type { Curves, Splits, TrainingOptions, TrainingResult } from "./train.ts";

type Params = SVIState["params"];

/** Evaluations are drawn, and new beginnings made, by keys of their own. */
const EVALUATE = 2, RESTART = 3;

/** The largest number of new beginnings; more are a mistake in the settings. */
const MOST_RESTARTS = 5;

/** A training under way: its state, its course, and the files that it can go on from. */
export class TrainingRun implements EpochTraining {
  readonly #splits: Splits;
  readonly #config: TrainingConfig;
  readonly #key: Key;
  /** The configuration that checkpoints are marked with. */
  readonly #marks: Record<string, unknown>;
  readonly #svi: SVI;
  readonly #evaluation: Evaluation;
  readonly #checkpoints: Checkpoints;
  readonly #bestPath: string;
  readonly #curves: Curves = { trainNll: [], epochs: [], seconds: [], validNll: [], testNll: [] };
  readonly #began = performance.now();
  #state?: SVIState;
  #average?: Params;
  #best?: Params;
  #bestEpoch = 0;
  #secondsBefore = 0;
  #restarts = 0;

  /** A training that has not begun. */
  constructor(model: Dmm, splits: Splits, config: TrainingConfig, key: Key, options: TrainingOptions) {
    const { checkpointMinutes: _, epochs, ...lasting } = config, { folder, marks, compile } = options;
    this.#splits = splits;
    this.#config = config;
    this.#key = key;
    // More epochs go on with a training, unless its rate falls over all of them.
    this.#marks = { ...lasting, ...(config.schedule && { epochs }), ...marks };
    const elbo = config.elbo === "meanField" ? new TraceMeanFieldELBO() : new TraceELBO();
    this.#svi = new SVI(model.model, model.guide, optimiserOf(config, this.#batches), elbo, {
      ...compile,
      threads: config.threads,
      axes: [batchAxes, null] as CompileOptions["axes"],
    });
    this.#evaluation = new Evaluation(model, { ...compile, threads: config.threads });
    this.#checkpoints = new Checkpoints(folder);
    this.#bestPath = `${folder}/best.safetensors`;
  }

  /** The number of epochs done. */
  get done(): number {
    return this.#curves.trainNll.length;
  }

  get #batches(): number {
    return Math.ceil(this.#splits.train.rows.length / this.#config.batch);
  }

  /** The key since the last new beginning. */
  get #ownKey(): Key {
    return this.#restarts === 0 ? this.#key : this.#key.foldIn(RESTART).foldIn(this.#restarts);
  }

  get #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#began) / 1000;
  }

  /** Goes on from the newest checkpoint, where there is one. */
  async restore(): Promise<void> {
    const found = await this.#checkpoints.latest({ config: this.#marks });
    if (!found) return;
    const { state, history, metadata } = found;
    this.#state = state;
    for (const name of Object.keys(this.#curves) as (keyof Curves)[]) {
      this.#curves[name].push(...history[name].data);
    }
    this.#bestEpoch = Number(metadata.bestEpoch);
    this.#restarts = Number(metadata.restarts);
    this.#secondsBefore = Number(metadata.seconds);
    this.#average = averageOf(history);
    if (this.#bestEpoch > 0) this.#best = (await loadCheckpoint(this.#bestPath)).state.params;
  }

  /**
   * Trains for an epoch. The tutorial's rate makes the recurrent network grow for some steps of the
   * first epochs, in one of about ten trainings beyond float32: then training begins again.
   */
  async epoch(): Promise<void> {
    const { train } = this.#splits, batches = this.#batches, epoch = this.done, key = this.#ownKey;
    const order = shuffled(key, epoch, train.rows.length, this.#config.batch);
    const args = (step: number): [Batch, HostArray] => {
      const i = step % batches, factor = annealingFactor(this.#config, epoch, i, batches);
      return [batchOf(order[i].map((s) => train.rows[s])), { data: Float32Array.of(factor), shape: [] }];
    };
    try {
      const state = this.#state ?? firstState(await this.#svi.init(key, ...args(0)), this.#config, train);
      const result = await this.#svi.run(key, batches, args, { state, progress: false });
      this.#state = result.state;
      this.#curves.trainNll.push(result.losses.reduce((a, b) => a + b) / train.slices);
    } catch (error) {
      const early = this.#curves.epochs.length === 0 && this.#restarts < MOST_RESTARTS;
      if (!(error instanceof NonFiniteError && early)) throw error;
      this.#restarts++;
      this.#state = this.#average = undefined;
      this.#curves.trainNll.length = 0;
      return;
    }
    const weight = this.#config.averaging;
    if (weight) this.#average = averaged(this.#average, this.#state.params, weight, epoch);
  }

  /**
   * Looks at the validation and the test sequences, and keeps the parameters that are the best so
   * far.
   */
  async look(): Promise<void> {
    const { valid, test } = this.#splits, { samples } = this.#config, curves = this.#curves;
    const key = this.#ownKey.foldIn(EVALUATE).foldIn(this.done - 1), state = this.#state!;
    const params = this.#average ?? state.params;
    const validNll = await this.#evaluation.nll(params, valid, key.foldIn(0), samples);
    if (validNll < Math.min(Infinity, ...curves.validNll)) {
      [this.#best, this.#bestEpoch] = [params, this.done];
      await saveCheckpoint(this.#bestPath, { ...state, params, optimiser: null }, {
        config: this.#marks,
        metadata: { epoch: String(this.done) },
      });
    }
    curves.epochs.push(this.done);
    curves.validNll.push(validNll);
    curves.testNll.push(await this.#evaluation.nll(params, test, key.foldIn(1), samples));
    curves.seconds.push(this.#seconds);
  }

  /** Writes a checkpoint. */
  async save(): Promise<void> {
    if (!this.#state) return;
    const curves = Object.entries(this.#curves).map(([name, values]) => [name, Float64Array.from(values)]);
    await this.#checkpoints.save(this.#state, {
      config: this.#marks,
      history: { ...Object.fromEntries(curves), ...averageToKeep(this.#average) },
      metadata: {
        bestEpoch: String(this.#bestEpoch),
        seconds: String(this.#seconds),
        restarts: String(this.#restarts),
      },
    });
  }

  /** Returns the newest losses in words. */
  summary(): string {
    const { trainNll, validNll } = this.#curves;
    return `train ${trainNll.at(-1)!.toFixed(3)} valid ${validNll.at(-1)?.toFixed(3) ?? "-"}`;
  }

  /** Returns the result so far. */
  result(): TrainingResult {
    const state = this.#state!;
    return {
      state,
      best: this.#best ?? this.#average ?? state.params,
      bestEpoch: this.#bestEpoch,
      curves: this.#curves,
      seconds: this.#seconds,
      restarts: this.#restarts,
    };
  }

  /** Frees the compiled programs. */
  async release(): Promise<void> {
    await this.#svi.release();
    await this.#evaluation.release();
  }
}
