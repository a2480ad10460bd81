import type { SVIState } from "@pyrosaur/pyrosaur/infer";
import { vae } from "@pyrosaur/pyrosaur/models";
import type { Settings } from "@pyrosaur/pyrosaur/results";
import { random } from "@pyrosaur/pyrosaur/tensor";
import type { Tell, Workspace } from "@pyrosaur/pyrosaur/workers";
import { type Bound, Evaluation } from "./evaluation.ts";
import type { Images } from "./images.ts";
import type { VaeConfig } from "./settings.ts";
import { type Curves, train } from "./train.ts";

/** An autoencoder to be trained and measured. */
export interface VaeTask extends Omit<VaeConfig, "mapped"> {
  /** The images that are trained on. */
  readonly train: Images;
  /** Those that results are of. */
  readonly test: Images;
  /** The name of the data in checkpoints: their sha256, or where they were simulated. */
  readonly data: string;
  /** The seed of first parameters and of all draws. */
  readonly seed: number;
  /** Engine, device and element type of floats. */
  readonly compile: Settings["compile"];
}

/** A trained autoencoder and its measurements, in nats an image. */
export interface Fit {
  /** The last parameters. */
  readonly params: SVIState["params"];
  /** The course of the training. */
  readonly curves: Curves;
  /** Seconds of training, over all runs of it. */
  readonly seconds: number;
  /** ELBOs of the test images, one a draw. */
  readonly testElbo: readonly number[];
  /** The same of as many training images, the first ones. */
  readonly trainElbo: readonly number[];
  /** Importance-weighted bounds of test images, one for each number of draws. */
  readonly bounds: readonly Bound[];
}

/** Draws of measurements: apart from those of training. */
const MEASURE = 3;

/** Trains an autoencoder, or goes on with its training, and measures it. */
export async function perform(task: VaeTask, tell: Tell, workspace: Workspace): Promise<Fit> {
  const { sizes, training, data, seed, compile, draws, test } = task;
  const model = vae({ ...sizes, inputDim: task.train.pixels }), key = random.key(seed);
  const { params, curves, seconds } = await train(model, task, training, key, {
    ...workspace,
    marks: { ...sizes, data, ...(seed > 0 && { seed }) },
    compile,
    tell,
  });
  workspace.signal?.throwIfAborted();
  const { threads } = training,
    evaluation = new Evaluation(model, { ...compile, ...(threads && { threads }) });
  const [forTest, forTrain, forBounds] = key.foldIn(MEASURE).split(3);
  const measure = async (images: Images, own: typeof key) => {
    const values: number[] = [];
    for (let i = 0; i < draws; i++) values.push(await evaluation.elbo(params, images, own.foldIn(i)));
    return values;
  };
  try {
    const count = Math.min(test.count, task.boundImages);
    return {
      params,
      curves,
      seconds,
      testElbo: await measure(test, forTest),
      trainElbo: await measure({ ...task.train, count: Math.min(test.count, task.train.count) }, forTrain),
      bounds: await evaluation.bounds(
        params,
        test,
        count,
        forBounds,
        task.bounds,
        (done) => tell(training.epochs, `bounds of ${done} of ${count} images`),
      ),
    };
  } finally {
    await evaluation.release();
  }
}
