// @ts-check
/** Colours of the roll. */

/** Embers: of low notes, through the middle, to high ones, as red, green and blue. */
const STOPS = [[78, 42, 132], [158, 46, 116], [206, 62, 62], [226, 110, 28], [232, 160, 30]];

/**
 * Returns the colour of a pitch.
 *
 * @param {number} pitch a MIDI number
 * @param {number} [alpha] from 0 to 1 (default 1)
 */
export function colourOf(pitch, alpha = 1) {
  const place = Math.min(Math.max((pitch - 40) / 40, 0), 1) * (STOPS.length - 1);
  const i = Math.min(Math.floor(place), STOPS.length - 2), part = place - i;
  const [r, g, b] = STOPS[i].map((from, c) => Math.round(from + part * (STOPS[i + 1][c] - from)));
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}

/**
 * Returns a colour that the style sheet names, light or dark.
 *
 * @param {string} name
 */
export const styled = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/**
 * Calls back when the colours change from light to dark, or back.
 *
 * @param {() => void} change
 */
export const onColours = (change) =>
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);

/** Tells whether whoever looks at the page wants little to move. */
export const wantsCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
