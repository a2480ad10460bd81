// @ts-check
/** The Deep Markov Model composes: a step is a latent state, and the notes that it gives. */
import { foldIn, keyOf, normal, uniform } from "./random.js";

/** @typedef {{ loc: Float32Array, scale: Float32Array }} Normal A normal distribution. */

/**
 * @typedef {object} Model The parts of a trained model, as functions of one state each.
 * @property {Float32Array} start the state before the first
 * @property {(before: Float32Array) => Promise<Normal>} transition of the next state
 * @property {(state: Float32Array) => Promise<Float32Array>} emitter the log odds of each note
 * @property {(notes: Float32Array[], noise: Float32Array[]) => Promise<Float32Array>} [guide] the
 * last of the states that may lie behind given notes
 */

/**
 * @typedef {object} Settings
 * @property {number} seed an integer from 0 to 2^32 - 1
 * @property {number} temperature 1 draws from the model, 0 takes the likeliest
 * @property {number} steps those of the whole piece
 * @property {readonly (readonly number[])[]} [opening] chords that are given, as MIDI numbers
 */

/**
 * @typedef {object} Step
 * @property {number[]} chord the notes, as MIDI numbers, from low to high
 * @property {Float32Array} [probabilities] those of all notes; none where the notes are given
 */

/**
 * The lowest and the highest of the model's 88 notes, as MIDI numbers. They are numbered as a
 * piano's keys, from 21 on, by the data that it has learned from; but those lie an octave above the
 * voices.
 */
export const LOWEST = 9, HIGHEST = 96;

const SIZE = HIGHEST - LOWEST + 1;

/** Places below a step's key. */
const STATE = 0, NOTES = 1;

/** The place of the draws behind the opening. */
const OPENING = 0xffffffff;

/**
 * Yields the steps of a piece, each as soon as it is made. The same settings give the same piece.
 *
 * @param {Model} model
 * @param {Settings} settings
 * @returns {AsyncGenerator<Step, void, void>}
 */
export async function* compose(model, { seed, temperature, steps, opening = [] }) {
  const key = keyOf(seed), given = opening.slice(0, steps);
  for (const chord of given) yield { chord: [...chord] };
  let state = model.start;
  if (given.length > 0) {
    if (!model.guide) throw new Error("The model has no guide to listen to an opening with");
    const below = foldIn(key, OPENING);
    const noise = given.map((_, step) => normal(foldIn(below, step), state.length));
    state = await model.guide(given.map(rowOf), noise);
  }
  for (let step = given.length; step < steps; step++) {
    const own = foldIn(key, step);
    state = await drawState(model, state, normal(foldIn(own, STATE), state.length), temperature);
    const logits = await model.emitter(state);
    if (logits.length !== SIZE) throw new Error(`The model has ${logits.length} notes, expected ${SIZE}`);
    yield drawNotes(logits, uniform(foldIn(own, NOTES), logits.length), temperature);
  }
}

/**
 * @param {Model} model
 * @param {Float32Array} before
 * @param {Float32Array} noise
 * @param {number} temperature
 */
async function drawState(model, before, noise, temperature) {
  const { loc, scale } = await model.transition(before);
  return loc.map((middle, i) => middle + temperature * scale[i] * noise[i]);
}

/**
 * @param {Float32Array} logits
 * @param {Float32Array} draws
 * @param {number} temperature
 * @returns {Step}
 */
function drawNotes(logits, draws, temperature) {
  const probabilities = logits.map((logit) => probability(logit, temperature));
  const chord = [];
  for (let i = 0; i < logits.length; i++) if (draws[i] < probabilities[i]) chord.push(LOWEST + i);
  return { chord, probabilities };
}

/**
 * @param {number} logit
 * @param {number} temperature
 */
const probability = (logit, temperature) =>
  temperature > 0 ? 1 / (1 + Math.exp(-logit / temperature)) : logit > 0 ? 1 : 0;

/**
 * Returns a chord as the model reads it: a number for each of its notes, 1 for those that sound.
 *
 * @param {readonly number[]} chord
 */
export function rowOf(chord) {
  const row = new Float32Array(SIZE);
  for (const note of chord) row[note - LOWEST] = 1;
  return row;
}
