import type { ThreefryKey } from "../../../../tensor/random/mod.ts";
import { Choices } from "./choices.ts";
import { chordTones, DOMINANT, LEADING, phraseHarmonies, SCALES } from "./harmony.ts";
import type { Cadence, Harmony } from "./harmony.ts";
import type { ChoraleParameters } from "./parameters.ts";
import type { Chord } from "../types.ts";
import { type Leading, leadVoices, type Voicings, voicings } from "./voicing.ts";

/** The steps of a phrase, and the fewest and most phrases of a piece. */
export const PHRASE = 8, FEWEST = 4, MOST = 16;

/** A piece, and the choices that made it. */
export interface Composition {
  /** The notes of each step. */
  readonly chords: Chord[];
  /** Bass, tenor, alto and soprano of each step, before rests. */
  readonly voices: readonly (readonly number[])[];
  /** The pitch class of the tonic. */
  readonly tonic: number;
  /** True for a piece in minor. */
  readonly minor: boolean;
  /** The end of each phrase. */
  readonly cadences: readonly Cadence[];
  /** The harmony of each step. */
  readonly harmonies: readonly Harmony[];
  /** Number of places for passing tones, and of passing tones. */
  readonly passing: { readonly possible: number; readonly taken: number };
  /** The log probability of all choices but those of the length. */
  readonly logProb: number;
}

const known = new Map<string, Voicings>();

/** Returns the voicings of a harmony in a key, computed once. */
function voicingsOf(tonic: number, minor: boolean, harmony: Harmony): Voicings {
  const tones = chordTones(minor, harmony).map((tone) => (tonic + tone) % 12);
  const bass = tones[harmony.inverted ? 1 : 0], leading = (tonic + 11) % 12;
  const name = `${tones} ${bass} ${leading}`;
  let found = known.get(name);
  if (!found) known.set(name, found = voicings(tones, bass, leading));
  return found;
}

/** Composes a piece: length, key, cadences and harmonies, voices, passing tones, rests. */
export function composeChorale(key: ThreefryKey, parameters: ChoraleParameters): Composition {
  const [forLength, forNotes] = key.split(2).map((half) => new Choices(half));
  const upbeat = forLength.coin(parameters.upbeat);
  let phrases = FEWEST;
  while (phrases < MOST && forLength.coin(parameters.anotherPhrase)) phrases++;

  const tonic = forNotes.coin(parameters.tonicC) ? 0 : 1 + forNotes.pick(new Array(11).fill(1));
  const minor = forNotes.coin(parameters.minor);
  const { authentic, half } = parameters, kinds: Cadence[] = ["authentic", "half", "deceptive"];
  const cadences: Cadence[] = [], harmonies: Harmony[] = [];
  for (let i = 0; i < phrases; i++) {
    const last = i === phrases - 1;
    cadences.push(last ? "authentic" : kinds[forNotes.pick([authentic, half, 1 - authentic - half])]);
    const beats = PHRASE + Number(upbeat && i === 0), previous = harmonies.at(-1)?.degree;
    harmonies.push(...phraseHarmonies(forNotes, parameters, beats, cadences[i], previous));
  }

  const voices: number[][] = [];
  let leading: Leading | undefined;
  for (const harmony of harmonies) {
    if (harmony.held) voices.push([...voices.at(-1)!]);
    else voices.push(leadVoices(forNotes, voicingsOf(tonic, minor, harmony), leading));
    leading = {
      notes: voices.at(-1)!,
      rises: harmony.degree === DOMINANT || harmony.degree === LEADING ? (tonic + 11) % 12 : -1,
      falls: harmony.seventh ? (tonic + 5) % 12 : -1,
    };
  }
  const passing = passingTones(forNotes, parameters.passing, voices, harmonies, tonic, minor);
  const chords = voices.map((notes, t) => {
    const silent = t > 0 && !harmonies[t].closing && forNotes.coin(parameters.rest);
    return silent ? [] : [...new Set(notes)].sort((a, b) => a - b);
  });
  return { chords, voices, tonic, minor, cadences, harmonies, passing, logProb: forNotes.logProb };
}

/** Fills thirds in `voices`, where a chord is held, on the step before the harmony changes. */
function passingTones(
  choices: Choices,
  probability: number,
  voices: number[][],
  harmonies: readonly Harmony[],
  tonic: number,
  minor: boolean,
): { possible: number; taken: number } {
  const scale: readonly number[] = SCALES[minor ? "minor" : "major"];
  let possible = 0, taken = 0;
  for (let t = 1; t < voices.length - 1; t++) {
    if (!harmonies[t].held || harmonies[t].closing) continue;
    const now = voices[t], next = voices[t + 1];
    for (let v = 0; v < now.length; v++) {
      const distance = Math.abs(next[v] - now[v]), way = Math.sign(next[v] - now[v]);
      if (distance !== 3 && distance !== 4) continue;
      let between = now[v] + way;
      while (!scale.includes((between - tonic + 12) % 12)) between += way;
      // It must not meet or cross a neighbour.
      if (between === next[v] || between <= (now[v - 1] ?? 0) || between >= (now[v + 1] ?? 128)) continue;
      possible++;
      if (!choices.coin(probability)) continue;
      now[v] = between;
      taken++;
    }
  }
  return { possible, taken };
}
