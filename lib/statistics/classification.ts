/** Decisions between classes, one a case. */
export interface Decisions {
  /** The most probable class of each case; of equally probable ones the first. */
  readonly choice: Int32Array;
  /** Its probability. */
  readonly confidence: Float64Array;
  /** The entropy of each case's probabilities in nats. */
  readonly entropy: Float64Array;
}

/**
 * Returns what probabilities of classes decide.
 *
 * @param logProbabilities their logarithms, one row a case
 * @param classes the number of classes, the length of a row
 * @throws Error unless the rows are whole.
 *
 * @example
 * ```ts
 * import { decisions } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const { choice, confidence } = decisions([0.5, 0.25, 0.25, 0, 0, 1].map(Math.log), 3);
 * assert.deepEqual([...choice], [0, 2]);
 * assert.deepEqual([...confidence], [0.5, 1]);
 * ```
 */
export function decisions(logProbabilities: ArrayLike<number>, classes: number): Decisions {
  const cases = casesOf(logProbabilities, classes), choice = new Int32Array(cases);
  const confidence = new Float64Array(cases), entropy = new Float64Array(cases);
  for (let i = 0; i < cases; i++) {
    let best = 0;
    for (let c = 0; c < classes; c++) {
      const log = logProbabilities[i * classes + c];
      if (log > logProbabilities[i * classes + best]) best = c;
      if (log !== -Infinity) entropy[i] -= Math.exp(log) * log;
    }
    choice[i] = best;
    confidence[i] = Math.exp(logProbabilities[i * classes + best]);
  }
  return { choice, confidence, entropy };
}

/**
 * Returns the mean negative log likelihood of the classes that came, in nats; less is better.
 *
 * @param logProbabilities logarithms of probabilities, one row a case
 * @param classes the number of classes, the length of a row
 * @param labels the class of each case
 * @throws Error unless the rows are whole and there is a class for each.
 *
 * @example
 * ```ts
 * import { logLoss } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.equal(logLoss([0.5, 0.5, 0.25, 0.75].map(Math.log), 2, [0, 0]), Math.log(8) / 2);
 * ```
 */
export function logLoss(
  logProbabilities: ArrayLike<number>,
  classes: number,
  labels: ArrayLike<number>,
): number {
  const cases = casesOf(logProbabilities, classes);
  if (labels.length !== cases) {
    throw new Error(
      `Cannot take a log loss: found ${labels.length} labels for ${cases} cases, expected one each`,
    );
  }
  let sum = 0;
  for (let i = 0; i < cases; i++) {
    if (!(Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classes)) {
      throw new Error(
        `Cannot take a log loss: label ${i} is ${labels[i]}, expected a class from 0 to ${classes - 1}`,
      );
    }
    sum -= logProbabilities[i * classes + labels[i]];
  }
  return sum / cases;
}

function casesOf(logProbabilities: ArrayLike<number>, classes: number): number {
  const cases = logProbabilities.length / classes;
  if (Number.isInteger(cases) && cases > 0) return cases;
  throw new Error(
    `Cannot read probabilities: found ${logProbabilities.length} numbers, expected rows of ${classes} classes`,
  );
}
