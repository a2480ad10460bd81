// @ts-check
/** A sphere in a latent space, as a map: places on it are states that the model finds likely. */
import { keyOf, normal } from "./random.js";

/** @typedef {readonly [Float32Array, Float32Array, Float32Array]} Axes */

/**
 * Returns three directions at right angles, of the length that draws of the standard normal have.
 *
 * @param {number} seed
 * @param {number} size the numbers of a state
 * @returns {Axes}
 */
export function axesOf(seed, size) {
  /** @type {Float32Array[]} */
  const axes = [], draws = normal(keyOf(seed), 3 * size);
  for (let i = 0; i < 3; i++) {
    const axis = draws.slice(i * size, (i + 1) * size);
    // Gram and Schmidt: what lies along the axes before is taken away.
    for (const other of axes) {
      const part = dot(axis, other) / dot(other, other);
      for (let d = 0; d < size; d++) axis[d] -= part * other[d];
    }
    const length = Math.sqrt(size / dot(axis, axis));
    axes.push(axis.map((x) => x * length));
  }
  return /** @type {any} */ (axes);
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

/**
 * Returns the state at a place of the map.
 *
 * @param {Axes} axes
 * @param {number} x from -1, the left, to 1: as far as from west to east by the half of the sphere
 * @param {number} y from -1, the bottom, to 1
 */
export function stateAt([a, b, c], x, y) {
  const east = x * Math.PI / 2, north = y * Math.PI / 2 * 0.9;
  const [wa, wb, wc] = [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)];
  return a.map((value, i) => wa * value + wb * b[i] + wc * c[i]);
}
