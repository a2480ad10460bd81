import { key, uniform } from "../../tensor/random/mod.ts";
import type { Dataset, Simulation } from "../dataset.ts";

/** The notes sounding at one step, as MIDI numbers, lowest first. Empty: a rest. */
export type Chord = number[];

/** Pieces as sequences of chords. */
export type Chorales = Chord[][];

/** The chorales in their three parts. */
export interface JsbSplits {
  /** 229 chorales. */
  readonly train: Chorales;
  /** 76 chorales. */
  readonly valid: Chorales;
  /** 77 chorales. */
  readonly test: Chorales;
}

const SIZES = { train: 229, valid: 76, test: 77 } as const;

/** Bass, tenor, alto and soprano: the lowest and highest note of each. */
const RANGES = [[43, 64], [52, 71], [57, 77], [64, 84]] as const;

/** What the twin is drawn at: the probabilities that a voice stays, and that it moves by one semitone. */
const PARAMETERS = { stay: 0.4, semitone: 0.2 } as const;

function parse([file]: readonly Uint8Array[]): JsbSplits {
  const { train, valid, test } = JSON.parse(new TextDecoder().decode(file)) as JsbSplits;
  const sorted = (chorales: Chorales) =>
    chorales.map((piece) => piece.map((chord) => chord.toSorted((a, b) => a - b)));
  return { train: sorted(train), valid: sorted(valid), test: sorted(test) };
}

function simulate(seed: number): Simulation<JsbSplits> {
  const { stay, semitone } = PARAMETERS;
  const split = (name: keyof typeof SIZES, index: number): Chorales =>
    Array.from({ length: SIZES[name] }, (_, piece) => {
      const own = key(seed).foldIn(index).foldIn(piece), [forLength, forNotes] = own.split(2);
      const steps = 32 + Math.floor(uniform(forLength, [1]).dataSync()[0] * 98);
      const u = uniform(forNotes, [steps, RANGES.length, 2]).dataSync();
      const notes: number[] = RANGES.map(([low, high]) => (low + high) >> 1);
      return Array.from({ length: steps }, (_, t) => {
        for (const [v, [low, high]] of RANGES.entries()) {
          const [move, way] = u.subarray(2 * (t * RANGES.length + v));
          const size = move < stay ? 0 : move < stay + semitone ? 1 : 2;
          const step = way < 0.5 ? size : -size, next = notes[v] + step;
          // Turned back at the edge of the voice's range, so that sizes keep their probabilities.
          notes[v] = next < low || next > high ? notes[v] - step : next;
        }
        return [...new Set(notes)].sort((a, b) => a - b);
      });
    });
  return {
    value: { train: split("train", 0), valid: split("valid", 1), test: split("test", 2) },
    parameters: PARAMETERS,
  };
}

/**
 * 382 chorales of J. S. Bach at quarter-note steps, in the splits of Boulanger-Lewandowski, Bengio and Vincent (2012): 229, 76
 * and 77 lists of chords.
 *
 * The twin has as many pieces, of 32 to 129 steps, in four voices that walk independently: a voice stays with probability
 * `stay`, moves a semitone up or down with probability `semitone`, else two; it turns back at the edge of its range.
 */
export const jsb: Dataset<JsbSplits> = {
  name: "jsb",
  source:
    "J. S. Bach's chorales at quarter-note steps, in the splits of Boulanger-Lewandowski, Bengio and Vincent (ICML 2012)",
  files: [{
    name: "jsb-chorales-quarter.json",
    bytes: 407200,
    sha256: "2db9329f1881a1d3f49703ec556bf1d6f84b4f6c1d702c156536e93cf31e1c91",
    url:
      "https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/" +
      "jsb-chorales-quarter.json",
  }],
  encoding: "utf-8",
  parse,
  simulate,
};
