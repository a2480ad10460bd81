import { checkOptions, type OptionNames } from "../system/mod.ts";
import type { HostArray } from "../tensor/mod.ts";

/** Sequences of different lengths as one time-major batch. */
export interface Ragged {
  /** The values, padded with zeros: float32 [T, lanes, features]. */
  readonly values: HostArray;
  /** True at the first step of a sequence: bool [T, lanes, 1]. */
  readonly first: HostArray;
  /** True at the last step of a sequence: bool [T, lanes, 1]. */
  readonly last: HostArray;
  /** True at the steps of sequences, false at padding: bool [T, lanes]. */
  readonly mask: HostArray;
  /** The place of each sequence: its lane, its first step there, and its length. */
  readonly places: readonly Place[];
}

/** The place of a sequence in a batch. */
export interface Place {
  /** Its lane. */
  readonly lane: number;
  /** The step of the lane it starts at. */
  readonly start: number;
  /** Its number of steps. */
  readonly length: number;
}

/** Options of `ragged`. */
export interface RaggedOptions {
  /**
   * Lets sequences lie end to end in one lane (default false: each has a lane of its own, in
   * order). No lane gets longer than the longest sequence. In the chorales, half of a batch of one
   * sequence a lane is padding.
   */
  pack?: boolean;
  /** The length of the time axis (default: the longest sequence's, or longest lane's). */
  length?: number;
}

const optionNames: OptionNames<RaggedOptions> = { pack: true, length: true };

/** Steps of a sequence, as rows of numbers. */
export type Sequence = ArrayLike<ArrayLike<number>>;

/**
 * Puts sequences of different lengths into one batch, time first.
 *
 * @param sequences lists of rows with equal numbers of features
 * @throws Error for an empty list, an empty sequence, rows of different lengths, and a `length` too
 * short.
 *
 * @example Three sequences in two lanes
 * ```ts
 * import { ragged } from "@pyrosaur/pyrosaur/nn";
 * import assert from "node:assert/strict";
 *
 * const { values, mask, places } = ragged([[[1], [2], [3]], [[4]], [[5], [6]]], { pack: true });
 * assert.deepEqual(values.shape, [3, 2, 1]);
 * assert.deepEqual(places[2], { lane: 1, start: 0, length: 2 });
 * assert.deepEqual(places[1], { lane: 1, start: 2, length: 1 });
 * assert.ok(mask.data.every(Boolean));
 * ```
 */
export function ragged(sequences: readonly Sequence[], options?: RaggedOptions): Ragged {
  checkOptions("batch sequences", options, optionNames);
  const lengths = checkSequences(sequences), features = sequences[0][0].length;
  const places = options?.pack
    ? packed(lengths)
    : lengths.map((length, lane) => ({ lane, start: 0, length }));
  const lanes = Math.max(...places.map(({ lane }) => lane)) + 1;
  const needed = Math.max(...places.map(({ start, length }) => start + length));
  const steps = options?.length ?? needed;
  if (!(Number.isSafeInteger(steps) && steps >= needed)) {
    throw new Error(`Cannot batch sequences in ${steps} steps: the longest lane has ${needed}`);
  }
  const values = new Float32Array(steps * lanes * features);
  const first = new Uint8Array(steps * lanes), last = first.slice(), mask = first.slice();
  places.forEach(({ lane, start, length }, i) => {
    for (let t = 0; t < length; t++) {
      const row = (start + t) * lanes + lane;
      values.set(sequences[i][t], row * features);
      mask[row] = 1;
    }
    first[start * lanes + lane] = 1;
    last[(start + length - 1) * lanes + lane] = 1;
  });
  return {
    values: { data: values, shape: [steps, lanes, features] },
    first: { data: first, shape: [steps, lanes, 1] },
    last: { data: last, shape: [steps, lanes, 1] },
    mask: { data: mask, shape: [steps, lanes] },
    places,
  };
}

function checkSequences(sequences: readonly Sequence[]): number[] {
  if (sequences.length === 0) throw new Error("Cannot batch sequences: the list is empty");
  const features = sequences[0][0]?.length;
  return sequences.map((sequence, i) => {
    if (sequence.length === 0) throw new Error(`Cannot batch sequences: sequence ${i} is empty`);
    for (let t = 0; t < sequence.length; t++) {
      const found = sequence[t].length;
      if (found === features) continue;
      throw new Error(
        `Cannot batch sequences: step ${t} of sequence ${i} has ${found} features, expected ${features}`,
      );
    }
    return sequence.length;
  });
}

/**
 * Longest first, each into the fullest lane that still has room: few lanes, no longer than the
 * longest sequence.
 */
function packed(lengths: readonly number[]): Place[] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a]);
  const room: number[] = [], places: Place[] = [], steps = lengths[order[0]];
  for (const i of order) {
    const length = lengths[i];
    let lane = -1;
    room.forEach((free, k) => {
      if (free >= length && (lane < 0 || free < room[lane])) lane = k;
    });
    if (lane < 0) lane = room.push(steps) - 1;
    places[i] = { lane, start: steps - room[lane], length };
    room[lane] -= length;
  }
  return places;
}
