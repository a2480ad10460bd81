import type { Choices } from "./choices.ts";

/**
 * Bass, tenor, alto, soprano: lowest and highest note, where the voice likes to be, and how much a
 * semitone costs it.
 */
export const VOICES = [
  { low: 48, high: 76, centre: 64, motion: 0.13 },
  { low: 60, high: 81, centre: 72, motion: 0.45 },
  { low: 65, high: 86, centre: 78, motion: 0.45 },
  { low: 70, high: 93, centre: 83, motion: 0.4 },
] as const;

/** The costs of faults; a voicing has probability proportional to exp(-cost). */
const COSTS = {
  /** A third that is doubled, a fifth that is. */
  doubledThird: 2,
  doubledFifth: 0.7,
  /** No fifth. */
  incomplete: 2.5,
  /** Two voices on one note. */
  unison: 1,
  /** A quarter of an octave from a voice's centre; it grows with the square. */
  register: 0.08,
  /** A leading tone that does not go to the tonic, a seventh that does not fall by a step. */
  unresolved: 3,
} as const;

/** The largest leaps of the bass and of the other voices, in semitones. */
const LEAPS = [12, 7, 7, 7] as const;

/** Ways to give a chord to four voices. */
export interface Voicings {
  /** Their number. */
  readonly count: number;
  /** Bass, tenor, alto and soprano of each, one after the other. */
  readonly notes: Uint8Array;
  /** The cost of each in itself. */
  readonly costs: Float64Array;
}

/**
 * Returns all ways to give a chord to four voices within their ranges. Voices do not cross;
 * neighbours of the upper three are at most an octave apart, tenor and bass two; root and third are
 * there, a seventh and the leading tone once.
 *
 * @param tones pitch classes of root, third, fifth and perhaps seventh
 * @param bass the pitch class in the bass
 * @param leading the pitch class of the leading tone
 */
export function voicings(tones: readonly number[], bass: number, leading: number): Voicings {
  const candidates = VOICES.map(({ low, high }, v) => {
    const range = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    return range.filter((note) => v === 0 ? note % 12 === bass : tones.includes(note % 12));
  });
  const notes: number[] = [], costs: number[] = [];
  for (const b of candidates[0]) {
    for (const t of candidates[1]) {
      if (t <= b || t - b > 24) continue;
      for (const a of candidates[2]) {
        if (a < t || a - t > 12) continue;
        for (const s of candidates[3]) {
          if (s < a || s - a > 12) continue;
          const cost = costOf([b, t, a, s], tones, leading);
          if (cost === Infinity) continue;
          notes.push(b, t, a, s);
          costs.push(cost);
        }
      }
    }
  }
  return { count: costs.length, notes: Uint8Array.from(notes), costs: Float64Array.from(costs) };
}

function costOf(voicing: readonly number[], tones: readonly number[], leading: number): number {
  const [roots, thirds, fifths, sevenths] = [0, 1, 2, 3].map((i) =>
    i < tones.length ? voicing.filter((note) => note % 12 === tones[i]).length : 1
  );
  if (!roots || !thirds || sevenths !== 1 || voicing.filter((n) => n % 12 === leading).length > 1) {
    return Infinity;
  }
  let cost = COSTS.doubledThird * (thirds - 1) +
    (fifths ? COSTS.doubledFifth * (fifths - 1) : COSTS.incomplete);
  for (const [v, { centre }] of VOICES.entries()) {
    cost += COSTS.register * ((voicing[v] - centre) / 3) ** 2;
    if (v > 0 && voicing[v] === voicing[v - 1]) cost += COSTS.unison;
  }
  return cost;
}

/** The notes that the voices come from, and those among them that want to be led on. */
export interface Leading {
  /** Bass, tenor, alto and soprano. */
  readonly notes: readonly number[];
  /** The pitch class that rises by a semitone, or -1. */
  readonly rises: number;
  /** The pitch class that falls by a step, or -1. */
  readonly falls: number;
}

/** Reused from step to step. */
let weights = new Float64Array(0);

/**
 * Leads the voices into a chord: one of its voicings, the nearer the more probable. Fifths and
 * octaves are not moved in parallel and leaps are bounded (an octave in the bass, a fifth above),
 * unless no voicing were left.
 */
export function leadVoices(choices: Choices, into: Voicings, from: Leading | undefined): number[] {
  if (weights.length < into.count) weights = new Float64Array(into.count);
  for (const strictness of [2, 1, 0]) {
    let any = false;
    for (let i = 0; i < into.count; i++) {
      const cost = into.costs[i] + (from ? stepCost(into.notes, 4 * i, from, strictness) : 0);
      weights[i] = Math.exp(-cost);
      any ||= weights[i] > 0;
    }
    if (any) break;
  }
  const chosen = choices.pick(weights, into.count);
  return Array.from(into.notes.subarray(4 * chosen, 4 * chosen + 4));
}

function stepCost(notes: Uint8Array, offset: number, from: Leading, strictness: number): number {
  let cost = 0;
  for (let v = 0; v < 4; v++) {
    const was = from.notes[v], move = notes[offset + v] - was;
    if (strictness > 0 && Math.abs(move) > LEAPS[v]) return Infinity;
    cost += VOICES[v].motion * Math.abs(move);
    if (was % 12 === from.rises && move !== 1 && move !== 0) cost += COSTS.unresolved;
    if (was % 12 === from.falls && move !== -1 && move !== -2) cost += COSTS.unresolved;
    if (strictness < 2 || move === 0) continue;
    for (let w = 0; w < v; w++) {
      const interval = (was - from.notes[w]) % 12;
      if (
        (interval === 0 || interval === 7) && notes[offset + w] !== from.notes[w] &&
        (notes[offset + v] - notes[offset + w]) % 12 === interval
      ) return Infinity;
    }
  }
  return cost;
}
