import { median } from "@pyrosaur/pyrosaur/statistics";
import { CLASSES } from "./images.ts";

/** The probability that a class's median must exceed for the text's network to answer. */
const ANSWERS_ABOVE = 0.2;

/** The results of the text's own ways to decide. */
export interface TextRule {
  /** Its accuracy where it must answer: by the mean of ten networks' logits. */
  readonly forced: number;
  /** The share of images that it answers where it may refuse. */
  readonly kept: number;
  /** The accuracy on these. */
  readonly keptAccuracy: number;
}

/** Returns the place of the largest number. */
const largest = (values: ArrayLike<number>): number => {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[best]) best = c;
  return best;
};

/** Returns the probabilities of a row of logits. */
function softmax(logits: Float32Array): Float64Array {
  const top = Math.max(...logits), e = Float64Array.from(logits, (x) => Math.exp(x - top));
  const sum = e.reduce((a, b) => a + b);
  return e.map((x) => x / sum);
}

/**
 * Decides as the text does. Where it must, by the mean of the first networks' logits. Where it may
 * refuse, each class has the median of its probabilities over all networks: it answers with the
 * class of the highest one, if some class has more than 0.2.
 *
 * @param logits of each network, [images, classes]
 * @param first the number of networks of the mean
 */
export function textRule(
  logits: readonly Float32Array[],
  labels: ArrayLike<number>,
  first: number,
): TextRule {
  let forced = 0, kept = 0, right = 0;
  for (let i = 0; i < labels.length; i++) {
    const rows = logits.map((own) => own.subarray(i * CLASSES, (i + 1) * CLASSES));
    const mean = new Float64Array(CLASSES).map((_, c) =>
      rows.slice(0, first).reduce((s, row) => s + row[c], 0)
    );
    forced += Number(largest(mean) === labels[i]);
    const each = rows.map(softmax);
    const medians = Float64Array.from({ length: CLASSES }, (_, c) => median(each.map((row) => row[c])));
    const best = largest(medians);
    if (!(medians[best] > ANSWERS_ABOVE)) continue;
    kept++;
    right += Number(best === labels[i]);
  }
  return { forced: forced / labels.length, kept: kept / labels.length, keptAccuracy: right / kept };
}
