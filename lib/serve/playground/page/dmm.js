// @ts-check
/** The Deep Markov Model of a repository, as what composes needs it. */
import { PageError } from "./repository.js";
import { openModel } from "./runtime.js";

/** @typedef {import("./compose.js").Model} Model */
/** @typedef {import("./runtime.js").Run} Run */

/** Its parts: the first two compose, the last listens. */
export const PARTS = ["dmm_transition", "dmm_emitter"], GUIDE = "dmm_guide";

/**
 * Returns a model by name as a function.
 *
 * @param {import("./repository.js").Repository} repository
 * @param {string} name
 */
export async function open(repository, name) {
  const bytes = await repository.file(name);
  try {
    return await openModel(bytes);
  } catch (error) {
    throw new PageError(`The model ${name} cannot be loaded: ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * Returns the model from its parts as functions.
 *
 * @param {Float32Array} start the state before the first
 * @param {{ transition: Run, emitter: Run, guide?: () => Promise<Run> }} parts the guide is asked
 * for when it is first needed, where there is one
 * @returns {Model}
 */
export function modelOf(start, { transition, emitter, guide }) {
  const size = start.length;
  return {
    start,
    async transition(before) {
      const { loc, scale } = await transition({ z_prev: { data: before, dims: [1, size] } });
      return { loc, scale };
    },
    async emitter(state) {
      return (await emitter({ z: { data: state, dims: [1, size] } })).logits;
    },
    guide: guide && (async (notes, noise) => {
      const run = await guide(), steps = notes.length;
      const { z } = await run({
        notes: { data: joined(notes), dims: [steps, 1, notes[0].length] },
        lengths: { data: Int32Array.of(steps), dims: [1] },
        noise: { data: joined(noise), dims: [steps, 1, size] },
      });
      return z.slice(-size);
    }),
  };
}

/** @param {Float32Array[]} rows */
function joined(rows) {
  const all = new Float32Array(rows.length * rows[0].length);
  for (const [i, row] of rows.entries()) all.set(row, i * row.length);
  return all;
}

/**
 * Loads the model. Its guide is loaded when it is first needed.
 *
 * @param {import("./repository.js").Repository} repository
 * @param {Map<string, import("./repository.js").PageModel>} models those that there are
 * @returns {Promise<Model>}
 */
export async function loadDmm(repository, models) {
  const [transition, emitter] = await Promise.all(PARTS.map((name) => open(repository, name)));
  const { z_0 } = /** @type {import("./repository.js").PageModel} */ (models.get(PARTS[0])).parameters;
  if (z_0 === undefined) throw new PageError(`The model ${PARTS[0]} does not tell its first state, z_0`);
  /** @type {Promise<Run> | undefined} */
  let opened;
  return modelOf(Float32Array.from(JSON.parse(z_0)), {
    transition,
    emitter,
    guide: !models.has(GUIDE) ? undefined : () => {
      opened ??= open(repository, GUIDE);
      opened.catch(() => opened = undefined);
      return opened;
    },
  });
}
