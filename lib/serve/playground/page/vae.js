// @ts-check
/** The decoder of a variational autoencoder: images of states. */
import { open } from "./dmm.js";
import { PageError } from "./repository.js";

export const DECODER = "vae_decoder";

/**
 * @typedef {object} Decoder
 * @property {number} size the numbers of a state
 * @property {(states: Float32Array[]) => Promise<{ side: number, images: Float32Array[] }>} decode
 * returns square images, each number from 0 to 1
 */

/**
 * Loads the decoder.
 *
 * @param {import("./repository.js").Repository} repository
 * @param {Map<string, import("./repository.js").PageModel>} models those that there are
 * @returns {Promise<Decoder>}
 */
export async function loadDecoder(repository, models) {
  const run = await open(repository, DECODER);
  const size = models.get(DECODER)?.inputs[0]?.dims[0] ?? 0;
  return {
    size,
    async decode(states) {
      const data = new Float32Array(states.length * size);
      for (const [i, state] of states.entries()) data.set(state, i * size);
      const { probs } = await run({ z: { data, dims: [states.length, size] } });
      const pixels = probs.length / states.length, side = Math.sqrt(pixels);
      if (!Number.isInteger(side)) {
        throw new PageError(`${DECODER} gives ${pixels} numbers, which are no square image`);
      }
      return { side, images: states.map((_, i) => probs.subarray(i * pixels, (i + 1) * pixels)) };
    },
  };
}
