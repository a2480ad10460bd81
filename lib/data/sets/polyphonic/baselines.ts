import { type Chorales, HIGHEST, LOWEST } from "./types.ts";

/** Results of the simplest models of notes: negative log likelihoods, in nats a step. */
export interface NoteBaselines {
  /** 88 independent notes, each sounding as often as in the training pieces. */
  readonly independent: number;
  /**
   * 88 independent Markov chains: a note sounds as often as it did there after sounding, or not, at
   * the step before.
   */
  readonly firstOrder: number;
}

const NOTES = HIGHEST - LOWEST + 1;

/**
 * Fits the two baselines to `train` and returns their results on `test`: sums over notes and steps,
 * by the number of steps. Half a sounding and half a silent step are added to each count
 * (Krichevsky and Trofimov), so that a note not heard in training is possible. Before its first
 * step a piece is silent.
 *
 * @example What a model of the twin has to beat
 * ```ts
 * import { noteBaselines, resolveDataset } from "@pyrosaur/pyrosaur/data";
 * import assert from "node:assert/strict";
 *
 * const { value, parameters } = await resolveDataset("jsb", { data: "simulated", seed: 0 });
 * const { independent, firstOrder } = noteBaselines(value.train, value.test);
 * assert(parameters!.choicesNll < firstOrder && firstOrder < independent);
 * ```
 */
export function noteBaselines(train: Chorales, test: Chorales): NoteBaselines {
  // Of each note, after silence and after itself: how often it could sound, and did.
  const possible = new Float64Array(2 * NOTES), sounded = new Float64Array(2 * NOTES);
  visit(train, (state, sounds) => {
    possible[state]++;
    sounded[state] += sounds;
  });
  const frequency = (did: number, could: number) => (did + 0.5) / (could + 1);
  let independent = 0, firstOrder = 0, steps = 0;
  for (const piece of test) steps += piece.length;
  visit(test, (state, sounds) => {
    const other = state ^ 1;
    const overall = frequency(sounded[state] + sounded[other], possible[state] + possible[other]);
    const after = frequency(sounded[state], possible[state]);
    independent -= Math.log(sounds ? overall : 1 - overall);
    firstOrder -= Math.log(sounds ? after : 1 - after);
  });
  return { independent: independent / steps, firstOrder: firstOrder / steps };
}

/**
 * Calls `see` for each note of each step: 2 note + 1 where it sounded before, else 2 note; and 1
 * where it sounds, else 0.
 */
function visit(pieces: Chorales, see: (state: number, sounds: number) => void): void {
  for (const piece of pieces) {
    let before = new Uint8Array(NOTES);
    for (const chord of piece) {
      const now = new Uint8Array(NOTES);
      for (const note of chord) now[note - LOWEST] = 1;
      for (let note = 0; note < NOTES; note++) see(2 * note + before[note], now[note]);
      before = now;
    }
  }
}
