import { FEWEST, MOST, PHRASE } from "./compose.ts";
import type { ChoraleParameters } from "./parameters.ts";
import type { Chorales, Chord } from "../types.ts";

/** The parameters of simulated chorales that their notes alone show. */
export type ShownParameters = Pick<
  ChoraleParameters,
  "tonicC" | "minor" | "anotherPhrase" | "upbeat" | "authentic" | "half" | "hold" | "rest"
>;

const has = (chord: Chord, pitchClass: number) => chord.some((note) => note % 12 === pitchClass % 12);

/**
 * Estimates parameters of simulated chorales from their notes, as shares. The key
 * is read off a piece's last chord, a tonic triad with its root in the bass; the cadences off the
 * bass at the end of each phrase of eight steps; the upbeat and the number of phrases off the
 * length.
 *
 * Throws an error that names the piece where its length is not one that is simulated, or its last
 * step is silent.
 */
export function estimateParameters(pieces: Chorales): ShownParameters {
  let inC = 0, minor = 0, upbeats = 0, more = 0, asked = 0;
  let ends = 0, authentic = 0, half = 0, held = 0, silent = 0, open = 0;
  for (const [i, piece] of pieces.entries()) {
    const phrases = Math.floor(piece.length / PHRASE), upbeat = piece.length % PHRASE;
    if (upbeat > 1 || phrases < FEWEST || phrases > MOST) {
      throw new Error(
        `Cannot estimate parameters of piece ${i}: it has ${piece.length} steps, expected ${FEWEST} to ${MOST} ` +
          `phrases of ${PHRASE} and at most one step before them: a simulated chorale`,
      );
    }
    const last = piece.at(-1)!, tonic = last[0] % 12;
    if (last.length === 0) {
      throw new Error(
        `Cannot estimate parameters of piece ${i}: its last step is silent, expected the tonic triad`,
      );
    }
    upbeats += upbeat;
    more += phrases - FEWEST;
    asked += phrases - FEWEST + Number(phrases < MOST);
    inC += Number(tonic === 0);
    minor += Number(has(last, tonic + 3));
    for (let p = 0; p < phrases; p++) {
      const end = upbeat + PHRASE * (p + 1) - 1, chord = piece[end];
      const holds = String(chord) === String(piece[end - 1]);
      held += Number(holds);
      // The steps outside the cadence, but for the piece's first.
      const first = Math.max(1, end - PHRASE + 1 - (p === 0 ? upbeat : 0));
      const outside = piece.slice(first, end - (holds ? 3 : 2));
      open += outside.length;
      silent += outside.filter(({ length }) => length === 0).length;
      if (p === phrases - 1) continue;
      ends++;
      authentic += Number(chord[0] % 12 === tonic);
      half += Number(chord[0] % 12 === (tonic + 7) % 12);
    }
  }
  const n = pieces.length;
  return {
    tonicC: inC / n,
    minor: minor / n,
    anotherPhrase: more / asked,
    upbeat: upbeats / n,
    authentic: authentic / ends,
    half: half / ends,
    hold: held / (ends + n),
    rest: silent / open,
  };
}
