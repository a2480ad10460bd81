import type { CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { epochOrder } from "@pyrosaur/pyrosaur/data";
import { adam, Checkpoints, type Loss, NonFiniteError, SVI, type SVIState } from "@pyrosaur/pyrosaur/infer";
import type { HostArray, Key } from "@pyrosaur/pyrosaur/tensor";
import type { Workspace } from "@pyrosaur/pyrosaur/workers";
import { batchOf, type Digits, labelsOf } from "./images.ts";

/** The parts of a training. */
export interface Training {
  /** The model: a function of images and their labels. */
  readonly model: (...args: any[]) => unknown;
  /** The guide, of the same arguments. */
  readonly guide: (...args: any[]) => unknown;
  /** The loss. */
  readonly loss: Loss;
  /** Adam's rate. */
  readonly learningRate: number;
  /** Passes over the images. */
  readonly epochs: number;
  /** Images in a mini-batch. */
  readonly batch: number;
  /** Minutes between checkpoints. */
  readonly checkpointMinutes: number;
}

/** Options of `train`: the place of its checkpoints, and of its progress. */
export interface TrainOptions extends Workspace {
  /** Engine, device and element type of floats. */
  readonly compile?: CompileOptions;
  /** Marks of the checkpoints: a training with other marks is refused. */
  readonly marks: Readonly<Record<string, unknown>>;
  /** Receives the number of epochs done. */
  readonly tell?: (epochs: number, loss: number) => void;
}

/** The result of a training. */
export interface Trained {
  /** The last parameters. */
  readonly params: SVIState["params"];
  /** The loss of each epoch: the sum over its steps by the number of images, as the text has it. */
  readonly losses: readonly number[];
  /** Seconds of training, over all runs of it. */
  readonly seconds: number;
}

/** Names of the axes of a batch: the last one of an epoch is smaller. */
const axes = [["batch", null], ["batch"]] as CompileOptions["axes"];

/**
 * Trains on digits. All randomness comes from the key, the epoch and the step: a training that was
 * killed and resumed gives the parameters, bit for bit, of one that never stopped.
 *
 * @throws (rejects) NonFiniteError where it diverges, the state of the last whole epoch being kept
 * in a checkpoint; Error for a batch larger than the data, and where the checkpoint to go on from
 * is of another training.
 */
export async function train(
  { model, guide, loss, learningRate, epochs, batch, checkpointMinutes }: Training,
  digits: Digits,
  key: Key,
  { folder, resume, signal, compile, marks, tell }: TrainOptions,
): Promise<Trained> {
  const { count } = digits, batches = Math.ceil(count / batch);
  if (!(Number.isSafeInteger(batch) && batch > 0 && batch <= count)) {
    throw new Error(
      `Cannot train on ${count} images: batch is ${batch}, expected a number from 1 to ${count}`,
    );
  }
  const svi = new SVI(model, guide, adam({ lr: learningRate }), loss, { ...compile, axes });
  const checkpoints = new Checkpoints(folder, 1), config = { learningRate, batch, ...marks };
  const found = resume ? await checkpoints.latest({ config }) : undefined, began = performance.now();
  const losses = [...found?.history.losses.data ?? []], before = Number(found?.metadata.seconds ?? 0);
  const seconds = (): number => before + (performance.now() - began) / 1000;
  const save = (state: SVIState) =>
    checkpoints.save(state, {
      config,
      history: { losses: Float64Array.from(losses) },
      metadata: { seconds: String(seconds()) },
    });
  let state = found?.state, saved = performance.now();
  try {
    while (losses.length < epochs && !signal?.aborted) {
      const order = epochOrder(key, losses.length, count);
      const args = (step: number): [HostArray, HostArray] => {
        const first = (step % batches) * batch, rows = order.subarray(first, first + batch);
        return [batchOf(digits, rows), labelsOf(digits, rows)];
      };
      state ??= await svi.init(key, ...args(0));
      const result = await svi.run(key, batches, args, { state, progress: false });
      state = result.state;
      losses.push(result.losses.reduce((a, b) => a + b) / count);
      tell?.(losses.length, losses.at(-1)!);
      if (performance.now() - saved > checkpointMinutes * 60_000) {
        await save(state);
        saved = performance.now();
      }
    }
    if (state) await save(state);
    return { params: state!.params, losses, seconds: seconds() };
  } catch (error) {
    if (error instanceof NonFiniteError && state) await save(state);
    throw error;
  } finally {
    await svi.release();
  }
}
