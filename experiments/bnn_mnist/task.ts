import type { SVIState } from "@pyrosaur/pyrosaur/infer";
import type { Settings } from "@pyrosaur/pyrosaur/results";
import { random } from "@pyrosaur/pyrosaur/tensor";
import type { Tell, Workspace } from "@pyrosaur/pyrosaur/workers";
import { strangers } from "./distortions.ts";
import { Evaluation } from "./evaluation.ts";
import type { Digits } from "./images.ts";
import { measure, type Measured } from "./measures.ts";
import { classifierOf, sizesOf, trainingOf } from "./methods.ts";
import { drawnNetworks, type Networks, plainNetwork, together } from "./networks.ts";
import { type PosteriorSummary, summaryOf } from "./posterior.ts";
import { ANGLES, type BnnConfig, type Method, type System } from "./settings.ts";
import { type TextRule, textRule } from "./text_rule.ts";
import { train, type Trained } from "./train.ts";

/** A training to be done and measured. */
export interface BnnTask extends Omit<BnnConfig, "trainImages" | "testImages"> {
  /** The way to train. */
  readonly method: Method;
  /** The images that are trained on. */
  readonly train: Digits;
  /** Those that results are of. */
  readonly test: Digits;
  /** The name of the data in checkpoints: their sha256, or where they were simulated. */
  readonly data: string;
  /** The seed of first parameters and of all draws. */
  readonly seed: number;
  /** True where the result has the parameters, to be exported. */
  readonly kept: boolean;
  /** Engine, device and element type of floats. */
  readonly compile: Settings["compile"];
}

/** The results of one training: of the plain one, two systems. */
export interface Fit {
  /** The way it was trained. */
  readonly method: Method;
  /** The seed. */
  readonly seed: number;
  /** The measurements of each system. */
  readonly systems: readonly { readonly name: System; readonly measured: Measured }[];
  /** The text's own way to decide; undefined for plain networks. */
  readonly rule?: TextRule;
  /** The mean field beside its prior; undefined for plain networks. */
  readonly posterior?: PosteriorSummary;
  /** The loss of each epoch by the number of images; of the ensemble's first member. */
  readonly losses: readonly number[];
  /** Seconds of training; of one member. */
  readonly seconds: number;
  /** The guide's parameters, where they are kept. */
  readonly params?: SVIState["params"];
}

/** Draws of networks: apart from those of training. */
const DRAW = 2, MEMBER = 3;

/** Trains and measures. */
export async function perform(task: BnnTask, tell: Tell, workspace: Workspace): Promise<Fit> {
  const { method, seed, training, train: digits, test } = task, key = random.key(seed);
  // Two methods side by side do more than one on two threads.
  const compile = { ...task.compile, threads: 1 };
  const sizes = sizesOf(digits.side ** 2, training.hidden),
    { learningRate, plainLearningRate, ...rest } = training;
  const trained = async (own: typeof key, place: string, before: number): Promise<Trained> => {
    const fit = await train(
      {
        ...trainingOf(method, sizes, digits.count),
        ...rest,
        learningRate: method === "plain" ? plainLearningRate : learningRate,
      },
      digits,
      own,
      {
        ...workspace,
        folder: `${workspace.folder}${place}`,
        compile,
        marks: { method, hidden: rest.hidden, images: digits.count, data: task.data, key: own.toJSON() },
        tell: (epochs, loss) => tell(before + epochs, `loss ${loss.toPrecision(5)}`),
      },
    );
    workspace.signal?.throwIfAborted();
    return fit;
  };
  const evaluation = new Evaluation(compile), strange = strangers(test, task.changedImages, ANGLES);
  const look = async (name: System, networks: Networks) => ({
    name,
    measured: await measure(evaluation, networks, test, strange),
  });
  try {
    if (method === "plain") {
      const fits: Trained[] = [];
      for (let i = 0; i < task.members; i++) {
        fits.push(await trained(key.foldIn(MEMBER).foldIn(i), `/member${i}`, i * rest.epochs));
      }
      const members = fits.map(({ params }) => plainNetwork(sizes, params)), { losses, seconds } = fits[0];
      const systems = [await look("plain", members[0]), await look("ensemble", together(members))];
      return { method, seed, systems, losses, seconds };
    }
    const { params, losses, seconds } = await trained(key, "", 0);
    const classifier = classifierOf(method, sizes, digits.count), forNetworks = key.foldIn(DRAW);
    const draw = (count: number, i: number) =>
      drawnNetworks(classifier, params, forNetworks.foldIn(i), count);
    const systems = [await look(method, draw(task.networks, 0))], logits: Float32Array[] = [];
    for (let i = 0; logits.length < task.ruleNetworks; i++) {
      const count = Math.min(task.networks, task.ruleNetworks - logits.length);
      logits.push(...await evaluation.logits(draw(count, i), test));
    }
    const rule = textRule(logits, test.labels, task.networks);
    const posterior = summaryOf(params);
    return { method, seed, systems, rule, posterior, losses, seconds, ...(task.kept && { params }) };
  } finally {
    await evaluation.release();
  }
}
