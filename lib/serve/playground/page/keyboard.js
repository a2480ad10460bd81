// @ts-check
/** The keys of a piano, upright, beside the roll. */
import { contextOf } from "./canvas.js";
import { nameOf } from "./notes.js";
import { styled } from "./palette.js";

/** The width of the keys in pixels. */
const WIDTH = 34;

/** @param {number} pitch */
export const isBlack = (pitch) => [1, 3, 6, 8, 10].includes(pitch % 12);

/**
 * Draws keys.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} low the lowest, as a MIDI number
 * @param {number} high
 * @param {number} row the height of one in pixels
 */
export function drawKeys(canvas, low, high, row) {
  const context = contextOf(canvas, WIDTH, (high - low + 1) * row);
  context.fillStyle = styled("key-white");
  context.fillRect(0, 0, WIDTH, (high - low + 1) * row);
  context.font = `600 9px ${styled("font")}`;
  context.textBaseline = "middle";
  for (let pitch = low; pitch <= high; pitch++) {
    const top = (high - pitch) * row;
    context.fillStyle = styled("key-black");
    if (isBlack(pitch)) context.fillRect(0, top, WIDTH * 0.55, row);
    context.fillStyle = styled("key-line");
    // Where two white keys meet: below C and below F.
    if (pitch % 12 === 0 || pitch % 12 === 5) context.fillRect(0, top + row - 0.5, WIDTH, 1);
    context.fillStyle = styled("key-text");
    if (pitch % 12 === 0) context.fillText(nameOf(pitch), WIDTH - 16, top + row / 2);
  }
}
