import type { Choices } from "./choices.ts";
import type { ChoraleParameters } from "./parameters.ts";

/** The scale degrees that chords stand on, from the tonic (0) to the leading tone (6). */
export const TONIC = 0, SUPERTONIC = 1, SUBDOMINANT = 3, DOMINANT = 4, SUBMEDIANT = 5, LEADING = 6;

/** Major and natural minor: semitones above the tonic. */
export const SCALES = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] } as const;

/** The end of a phrase: dominant to tonic, the dominant alone, dominant to submediant. */
export type Cadence = "authentic" | "half" | "deceptive";

/** The harmony of one step. */
export interface Harmony {
  /** The scale degree of the root. */
  readonly degree: number;
  /** True for a dominant with its seventh. */
  readonly seventh: boolean;
  /** True where the third lies in the bass, and not the root. */
  readonly inverted: boolean;
  /** True where it is that of the step before, held on. */
  readonly held: boolean;
  /** True within a cadence. */
  readonly closing: boolean;
}

/**
 * The Markov chain over degrees: a row for the degree that is left, a column for the one that is
 * gone to, in the order I, ii, iii, IV, V, vi, vii. The usual progressions of tonal harmony:
 * falling fifths, subdominants to dominants, dominants to the tonic or the submediant.
 */
export const PROGRESSIONS: readonly (readonly number[])[] = [
  [0.00, 0.14, 0.05, 0.27, 0.32, 0.17, 0.05],
  [0.06, 0.00, 0.00, 0.06, 0.66, 0.05, 0.17],
  [0.06, 0.06, 0.00, 0.32, 0.06, 0.50, 0.00],
  [0.28, 0.17, 0.00, 0.00, 0.38, 0.04, 0.13],
  [0.63, 0.00, 0.04, 0.07, 0.00, 0.24, 0.02],
  [0.12, 0.32, 0.06, 0.28, 0.22, 0.00, 0.00],
  [0.80, 0.00, 0.05, 0.00, 0.10, 0.05, 0.00],
];

/** The degrees a cadence is begun from. */
const BEFORE_CADENCE = PROGRESSIONS.map((row) =>
  row.map((p, to) => [TONIC, 2, SUBMEDIANT].includes(to) ? p : 0)
);

/** Returns the semitones above the tonic of a chord's root, third, fifth and perhaps seventh. */
export function chordTones(
  minor: boolean,
  { degree, seventh }: Pick<Harmony, "degree" | "seventh">,
): number[] {
  // Dominants have the leading tone in minor too.
  const raised = minor && (degree === DOMINANT || degree === LEADING);
  const scale = (d: number) => raised && d % 7 === LEADING ? 11 : SCALES[minor ? "minor" : "major"][d % 7];
  return [0, 2, 4, 6].slice(0, seventh ? 4 : 3).map((third) => scale(degree + third));
}

/** Returns the harmonies of a phrase of `beats` steps after `previous` (undefined: the start). */
export function phraseHarmonies(
  choices: Choices,
  parameters: ChoraleParameters,
  beats: number,
  cadence: Cadence,
  previous: number | undefined,
): Harmony[] {
  const { repeat, inversion, seventh, hold } = parameters, harmonies: Harmony[] = [];
  const chord = (degree: number, rooted: boolean, closing: boolean, triad = false) => {
    harmonies.push({
      degree,
      seventh: degree === DOMINANT && !triad && choices.coin(seventh),
      // The diminished triad is used in its first inversion alone.
      inverted: degree === LEADING || (!rooted && choices.coin(inversion)),
      held: false,
      closing,
    });
  };
  const again = (closing: boolean) => harmonies.push({ ...harmonies.at(-1)!, held: true, closing });

  const lasts = choices.coin(hold), free = beats - 3 - Number(lasts);
  let degree = previous;
  for (let beat = 0; beat < free; beat++) {
    const preparing = beat === free - 1;
    if (degree === undefined) chord(degree = TONIC, true, false);
    else if (beat > 0 && !preparing && choices.coin(repeat)) again(false);
    else {
      degree = choices.pick((preparing ? BEFORE_CADENCE : PROGRESSIONS)[degree]);
      chord(degree, false, false);
    }
  }
  const subdominant = choices.coin(0.5) ? SUBDOMINANT : SUPERTONIC;
  if (cadence === "half") {
    chord(degree === TONIC ? SUBMEDIANT : TONIC, false, true);
    chord(subdominant, false, true);
    chord(DOMINANT, true, true, true);
  } else {
    chord(subdominant, false, true);
    chord(DOMINANT, true, true);
    chord(cadence === "authentic" ? TONIC : SUBMEDIANT, true, true);
  }
  if (lasts) again(true);
  return harmonies;
}
