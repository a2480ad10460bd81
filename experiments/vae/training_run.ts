import type { CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { epochOrder } from "@pyrosaur/pyrosaur/data";
import {
  adam,
  Checkpoints,
  cosineDecay,
  type EpochTraining,
  type LearningRate,
  NonFiniteError,
  SVI,
  type SVIState,
  TraceELBO,
  TraceMeanFieldELBO,
  warmup,
} from "@pyrosaur/pyrosaur/infer";
import type { Vae } from "@pyrosaur/pyrosaur/models";
import type { HostArray, Key } from "@pyrosaur/pyrosaur/tensor";
import { Evaluation } from "./evaluation.ts";
import { batchAxes, batchOf, type Images } from "./images.ts";
import type { TrainingConfig } from "./settings.ts";
import type { Curves, TrainingOptions, TrainingResult } from "./train.ts";

/** Looks are drawn by keys of their own. */
const LOOK = 2;

/** The images of a training. */
export interface Parts {
  /** Those that are trained on. */
  readonly train: Images;
  /** Those that results are of. */
  readonly test: Images;
}

/** A training under way: its state, its course, and the files that it can go on from. */
export class TrainingRun implements EpochTraining {
  readonly #parts: Parts;
  readonly #config: TrainingConfig;
  readonly #key: Key;
  /** The configuration that checkpoints are marked with. */
  readonly #marks: Record<string, unknown>;
  readonly #svi: SVI;
  readonly #evaluation: Evaluation;
  readonly #checkpoints: Checkpoints;
  readonly #curves: Curves = { trainElbo: [], epochs: [], seconds: [], testElbo: [] };
  readonly #began = performance.now();
  #state?: SVIState;
  #secondsBefore = 0;

  /**
   * A training that has not begun.
   *
   * @throws Error for a batch that is larger than the training part.
   */
  constructor(vae: Vae, parts: Parts, config: TrainingConfig, key: Key, options: TrainingOptions) {
    const { checkpointMinutes: _, lookEvery: _l, threads: _t, epochs, ...lasting } = config;
    const { folder, marks, compile } = options, { count } = parts.train;
    if (!(Number.isSafeInteger(config.batch) && config.batch > 0 && config.batch <= count)) {
      throw new Error(
        `Cannot train on ${count} images: batch is ${config.batch}, expected a number from 1 to ${count}`,
      );
    }
    this.#parts = parts;
    this.#config = config;
    this.#key = key;
    // More epochs go on with a training, unless its rate falls over all of them.
    this.#marks = { ...lasting, ...(config.warmupEpochs !== undefined && { epochs }), ...marks };
    const own: CompileOptions = { ...compile, ...(config.threads && { threads: config.threads }) };
    const elbo = config.elbo === "meanField" ? new TraceMeanFieldELBO() : new TraceELBO();
    this.#svi = new SVI(vae.model, vae.guide, adam({ lr: this.#rate }), elbo, {
      ...own,
      axes: [batchAxes] as CompileOptions["axes"],
    });
    this.#evaluation = new Evaluation(vae, own);
    this.#checkpoints = new Checkpoints(folder);
  }

  /** The number of epochs done. */
  get done(): number {
    return this.#curves.trainElbo.length;
  }

  get #batches(): number {
    return Math.ceil(this.#parts.train.count / this.#config.batch);
  }

  /** The rate by step: it stays, or grows and falls. */
  get #rate(): LearningRate {
    const { learningRate, warmupEpochs, epochs } = this.#config, batches = this.#batches;
    if (warmupEpochs === undefined) return learningRate;
    const falling = cosineDecay({ init: learningRate, steps: (epochs - warmupEpochs) * batches });
    return warmup(warmupEpochs * batches, falling);
  }

  /** Goes on from the newest checkpoint, where there is one. */
  async restore(): Promise<void> {
    const found = await this.#checkpoints.latest({ config: this.#marks });
    if (!found) return;
    this.#state = found.state;
    for (const name of Object.keys(this.#curves) as (keyof Curves)[]) {
      this.#curves[name].push(...found.history[name].data);
    }
    this.#secondsBefore = Number(found.metadata.seconds);
  }

  /**
   * Trains for an epoch. Throws (rejects) NonFiniteError where training diverges; the state of the
   * last whole epoch is then in a checkpoint.
   */
  async epoch(): Promise<void> {
    const { train } = this.#parts, { batch } = this.#config, batches = this.#batches;
    const order = epochOrder(this.#key, this.done, train.count);
    const args = (step: number): [HostArray] => {
      const first = (step % batches) * batch;
      return [batchOf(train, order.subarray(first, first + batch))];
    };
    const state = this.#state ?? await this.#svi.init(this.#key, ...args(0));
    try {
      const result = await this.#svi.run(this.#key, batches, args, { state, progress: false });
      this.#state = result.state;
      this.#curves.trainElbo.push(-result.losses.reduce((a, b) => a + b) / train.count);
    } catch (error) {
      if (error instanceof NonFiniteError) await this.save();
      throw error;
    }
  }

  /** Looks at the test images: for the curve, never for a choice. */
  async look(): Promise<void> {
    const key = this.#key.foldIn(LOOK).foldIn(this.done);
    const elbo = await this.#evaluation.elbo(this.#state!.params, this.#parts.test, key);
    this.#curves.epochs.push(this.done);
    this.#curves.testElbo.push(elbo);
    this.#curves.seconds.push(this.#seconds);
  }

  get #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#began) / 1000;
  }

  /** Writes a checkpoint. */
  async save(): Promise<void> {
    if (!this.#state) return;
    const curves = Object.entries(this.#curves).map(([name, values]) => [name, Float64Array.from(values)]);
    await this.#checkpoints.save(this.#state, {
      config: this.#marks,
      history: Object.fromEntries(curves),
      metadata: { seconds: String(this.#seconds) },
    });
  }

  /** Returns the newest ELBOs in words. */
  summary(): string {
    const { trainElbo, testElbo } = this.#curves;
    return `train ${trainElbo.at(-1)!.toFixed(2)} test ${testElbo.at(-1)?.toFixed(2) ?? "-"}`;
  }

  /** Returns the result so far. */
  result(): TrainingResult {
    return { params: this.#state!.params, curves: this.#curves, seconds: this.#seconds };
  }

  /** Frees the compiled programs. */
  async release(): Promise<void> {
    await this.#svi.release();
    await this.#evaluation.release();
  }
}
