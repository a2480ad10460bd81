/** Limits of a text that is read: a reader without them gives out in words of its own. */
export interface TextLimits {
  /** The most brackets within each other (default 100, as protocol buffers have it). */
  readonly depth?: number;
  /** The most characters (default 64 Mi). */
  readonly length?: number;
}

/** The limits where none are given. */
export const TEXT_LIMITS: Required<TextLimits> = { depth: 100, length: 64 * 2 ** 20 };

const [QUOTE, BACKSLASH] = [...'"\\'].map((c) => c.charCodeAt(0));
const OPEN = [..."[{"].map((c) => c.charCodeAt(0)), CLOSE = [..."]}"].map((c) => c.charCodeAt(0));

/** Returns the place of a character of a text as messages give it: `line 2, column 5`. */
export function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

/**
 * Returns the reason why a text of JSON is not to be read: it is too long, or nested too deep;
 * undefined where it is within the limits.
 *
 * @example Brackets within each other
 * ```ts
 * import { beyondLimits } from "@pyrosaur/pyrosaur/system";
 * import assert from "node:assert/strict";
 *
 * assert.equal(beyondLimits('{"a": [1, 2]}', { depth: 2 }), undefined);
 * assert.equal(
 *   beyondLimits('{\n"a": [1, [2]]}', { depth: 2 }),
 *   "line 2, column 10: found more than 2 brackets within each other",
 * );
 * ```
 */
export function beyondLimits(text: string, limits: TextLimits = {}): string | undefined {
  const { depth, length } = { ...TEXT_LIMITS, ...limits };
  if (text.length > length) return `it has ${text.length} characters, expected at most ${length}`;
  let level = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      while (++i < text.length && text.charCodeAt(i) !== QUOTE) if (text.charCodeAt(i) === BACKSLASH) i++;
    } else if (OPEN.includes(c)) {
      if (++level > depth) return `${placeIn(text, i)}: found more than ${depth} brackets within each other`;
    } else if (CLOSE.includes(c)) level--;
  }
}
