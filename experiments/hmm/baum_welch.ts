import type { Sequence } from "@pyrosaur/pyrosaur/nn";
import { type Key, random } from "@pyrosaur/pyrosaur/tensor";
import { NOTES } from "./notes.ts";

/** The tables of a plain hidden Markov model that starts in state 0. */
export interface PlainTables {
  /** The probability of the next state by state, row by row. */
  readonly transition: Float64Array;
  /** The probability of each note by state, row by row. */
  readonly emission: Float64Array;
  /** The number of states. */
  readonly states: number;
}

/** Expected counts under the posterior of states. */
interface Counts {
  readonly transition: Float64Array;
  readonly emission: Float64Array;
  readonly occupied: Float64Array;
  logLikelihood: number;
}

/** Returns first tables: rows near uniform, drawn with a key. */
export function firstTables(states: number, key: Key): PlainTables {
  const [a, b] = key.split(2);
  const transition = Float64Array.from(random.uniform(a, [states * states]).dataSync(), (u) => 1 + u);
  for (let i = 0; i < states; i++) {
    const row = transition.subarray(i * states, (i + 1) * states), sum = row.reduce((x, y) => x + y);
    row.forEach((x, j) => row[j] = x / sum);
  }
  const emission = Float64Array.from(random.uniform(b, [states * NOTES]).dataSync(), (u) => 0.02 + 0.2 * u);
  return { transition, emission, states };
}

/** Returns each chord's likelihood by state, and the logarithm of the factor taken out of all. */
function emissions(
  { emission, states }: PlainTables,
  sequence: Sequence,
): { each: Float64Array; log: number } {
  const each = new Float64Array(sequence.length * states), logs = new Float64Array(states);
  const on = emission.map(Math.log), off = emission.map((p) => Math.log1p(-p));
  let log = 0;
  for (let t = 0; t < sequence.length; t++) {
    logs.fill(0);
    for (let n = 0; n < NOTES; n++) {
      const table = sequence[t][n] ? on : off;
      for (let k = 0; k < states; k++) logs[k] += table[k * NOTES + n];
    }
    const top = logs.reduce((a, b) => Math.max(a, b));
    for (let k = 0; k < states; k++) each[t * states + k] = Math.exp(logs[k] - top);
    log += top;
  }
  return { each, log };
}

/** Adds the expected counts of a sequence: forward and backward pass, scaled (Rabiner 1989). */
function addCounts(tables: PlainTables, sequence: Sequence, counts: Counts): void {
  const { transition, states: K } = tables, T = sequence.length, { each, log } = emissions(tables, sequence);
  const forward = new Float64Array(T * K), scales = new Float64Array(T), backward = new Float64Array(T * K);
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < K; j++) {
      let sum = t === 0 ? transition[j] : 0;
      for (let i = 0; t > 0 && i < K; i++) sum += forward[(t - 1) * K + i] * transition[i * K + j];
      scales[t] += forward[t * K + j] = sum * each[t * K + j];
    }
    for (let j = 0; j < K; j++) forward[t * K + j] /= scales[t];
    counts.logLikelihood += Math.log(scales[t]);
  }
  counts.logLikelihood += log;
  backward.fill(1, (T - 1) * K);
  for (let t = T - 1; t >= 0; t--) {
    for (let j = 0; j < K; j++) {
      const here = each[t * K + j] * backward[t * K + j] / scales[t];
      const occupied = forward[t * K + j] * backward[t * K + j];
      counts.occupied[j] += occupied;
      for (let n = 0; n < NOTES; n++) if (sequence[t][n]) counts.emission[j * NOTES + n] += occupied;
      if (t === 0) counts.transition[j] += transition[j] * here;
      for (let i = 0; t > 0 && i < K; i++) {
        const share = transition[i * K + j] * here;
        backward[(t - 1) * K + i] += share;
        counts.transition[i * K + j] += forward[(t - 1) * K + i] * share;
      }
    }
  }
}

function countsOf(tables: PlainTables, sequences: readonly Sequence[]): Counts {
  const { states } = tables;
  const counts: Counts = {
    transition: new Float64Array(states * states),
    emission: new Float64Array(states * NOTES),
    occupied: new Float64Array(states),
    logLikelihood: 0,
  };
  for (const sequence of sequences) addCounts(tables, sequence, counts);
  return counts;
}

/** Returns the log likelihood of sequences by the forward algorithm, in nats. */
export const logLikelihood = (tables: PlainTables, sequences: readonly Sequence[]): number =>
  countsOf(tables, sequences).logLikelihood;

/**
 * Maximises the likelihood by expectation and maximisation (Baum and others 1970): each round
 * counts what is expected and takes shares of the counts, so that the likelihood never falls.
 *
 * @param extra added to the counts of the last tables alone, so that no note is impossible in
 * sequences that were not seen
 * @returns the tables, and the log likelihood before each round, without `extra`
 */
export function baumWelch(
  start: PlainTables,
  sequences: readonly Sequence[],
  rounds: number,
  { extra = 0, tell = () => {} }: { extra?: number; tell?: (round: number) => void } = {},
): { tables: PlainTables; logLikelihoods: number[] } {
  const { states } = start, logLikelihoods: number[] = [];
  let tables = start;
  for (let round = 0; round < rounds; round++) {
    const counts = countsOf(tables, sequences), more = round === rounds - 1 ? extra : 0;
    logLikelihoods.push(counts.logLikelihood);
    const transition = tables.transition.map((old, at) => {
      const row = counts.transition.subarray(at - at % states, at - at % states + states);
      const sum = row.reduce((a, b) => a + b);
      // A state that is never left, or never visited, keeps its row.
      return sum + more > 0 ? (counts.transition[at] + more) / (sum + states * more) : old;
    });
    const emission = counts.emission.map((count, at) => {
      const of = counts.occupied[Math.floor(at / NOTES)];
      return of + more > 0 ? (count + more) / (of + 2 * more) : tables.emission[at];
    });
    tables = { states, transition, emission };
    tell(round + 1);
  }
  return { tables, logLikelihoods };
}
