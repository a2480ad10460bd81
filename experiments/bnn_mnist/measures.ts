import {
  auroc,
  calibration,
  type CalibrationBin,
  decisions,
  logLoss,
  mean,
  quantile,
  rejectionCurve,
} from "@pyrosaur/pyrosaur/statistics";
import type { Strangers } from "./distortions.ts";
import type { Evaluation } from "./evaluation.ts";
import { CLASSES, type Digits, type Images } from "./images.ts";
import type { Networks } from "./networks.ts";

/** The measurements of one system. */
export interface Measured {
  /** Values by the metric's name within the system. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Accuracy and confidence at shares of images that are kept, from few to all. */
  readonly rejection: { readonly kept: number[]; readonly accuracy: number[]; readonly threshold: number[] };
  /** The bins of the reliability diagram. */
  readonly bins: readonly CalibrationBin[];
  /** For each angle the mean entropy and the accuracy on rotated digits. */
  readonly byAngle: { readonly entropy: number[]; readonly accuracy: number[] };
  /** Quantiles of the entropy on each kind of images. */
  readonly entropies: Readonly<Record<string, number[]>>;
}

/** Shares that are kept in curves. */
const KEPT = Array.from({ length: 100 }, (_, i) => (i + 1) / 100);

/** Probabilities of the quantiles of entropies. */
export const QUANTILES: readonly number[] = Array.from({ length: 41 }, (_, i) => i / 40);

/** Measures networks together on test digits, and on images that they should be unsure about. */
export async function measure(
  evaluation: Evaluation,
  networks: Networks,
  test: Digits,
  { noise, rotated, distorted }: Strangers,
): Promise<Measured> {
  const look = async (images: Images) =>
    decisions(await evaluation.logProbabilities(networks, images), CLASSES);
  const logProbabilities = await evaluation.logProbabilities(networks, test);
  const own = decisions(logProbabilities, CLASSES);
  const correct = Array.from(own.choice, (c, i) => Number(c === test.labels[i]));
  const { error: ece, bins } = calibration(own.confidence, correct);
  const curve = rejectionCurve(own.confidence, correct);
  const turned = [];
  for (const images of rotated) turned.push(await look(images));
  const ofNoise = (await look(noise)).entropy,
    ofTurned = turned.slice(1).flatMap(({ entropy }) => [...entropy]);
  const odd: Record<string, Float64Array> = {};
  for (const [name, images] of Object.entries(distorted)) odd[name] = (await look(images)).entropy;
  const ofOdd = Object.values(odd).flatMap((entropy) => [...entropy]);
  const kinds = { digits: own.entropy, noise: ofNoise, rotated: ofTurned, distorted: ofOdd };
  const each = Object.entries(odd).map(([name, entropy]) => [`auroc_${name}`, auroc(entropy, own.entropy)]);
  return {
    metrics: {
      accuracy: mean(correct),
      nll: logLoss(logProbabilities, CLASSES, test.labels),
      ece,
      auroc_noise: auroc(ofNoise, own.entropy),
      auroc_rotated: auroc(ofTurned, own.entropy),
      auroc_distorted: auroc(ofOdd, own.entropy),
      ...Object.fromEntries(each),
      area_rejection: curve.area,
      ...Object.fromEntries(Object.entries(kinds).map(([name, values]) => [`entropy_${name}`, mean(values)])),
    },
    rejection: {
      kept: KEPT,
      accuracy: KEPT.map((k) => curve.accuracy[reaching(curve.kept, k)]),
      threshold: KEPT.map((k) => curve.threshold[reaching(curve.kept, k)]),
    },
    bins,
    byAngle: {
      entropy: turned.map(({ entropy }) => mean(entropy)),
      accuracy: turned.map(({ choice }) => mean(Array.from(choice, (c, i) => Number(c === test.labels[i])))),
    },
    entropies: Object.fromEntries(
      Object.entries(kinds).map(([name, values]) => [name, QUANTILES.map((p) => quantile(values, p))]),
    ),
  };
}

/** Returns the first place in increasing numbers that reaches a value, up to rounding. */
function reaching(values: Float64Array, value: number): number {
  const found = values.findIndex((v) => v >= value - 1e-9);
  return found < 0 ? values.length - 1 : found;
}
