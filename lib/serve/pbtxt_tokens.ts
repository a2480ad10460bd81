import { placeIn, TEXT_LIMITS } from "../system/mod.ts";

/** An identifier in place of a value: the name of an enum's member, `true`, `inf`. */
export class PbIdentifier {
  /** Wraps the name. */
  constructor(
    /** The identifier itself. */
    readonly name: string,
  ) {}
}

/** The kinds of tokens. */
export type TokenKind = "word" | "number" | "text" | "mark" | "end";

/** Control characters by their letters in escapes. */
export const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

const codes = (text: string) => new Set(Array.from(text, (c) => c.charCodeAt(0)));

const SPACES = codes(" \t\r\n"), MARKS = codes("{}<>[]:;,");
const [HASH, NEWLINE, BACKSLASH, DOUBLE, SINGLE, ZERO, NINE] = Array.from(
  "#\n\\\"'09",
  (c) => c.charCodeAt(0),
);

const isDigit = (c: number) => c >= ZERO && c <= NINE;
const isLetter = (c: number) => c >= 97 && c <= 122 || c >= 65 && c <= 90 || c === 95;
const isOfWord = (c: number) => isLetter(c) || isDigit(c) || c === 46;

/** A number in full: a sign, hexadecimal digits or a decimal with an exponent, f for a float. */
const NUMBER = /[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[fF]?)/y;

/**
 * A text of protocol buffers' format, token by token. The present one lies in its fields, which
 * `next` moves on: texts of millions of tokens make no object for each.
 */
export class Tokens {
  /** The kind of the present token. */
  kind: TokenKind = "end";
  /** Its first character's offset. */
  start = 0;
  /** The offset behind it. */
  end = 0;
  /** Its value, where it is a number. */
  number = 0;
  #word = "";
  #identifier = new PbIdentifier("");
  #hasEscapes = false;

  /** Begins with the first token. Throws where the text is longer than texts may be. */
  constructor(private readonly source: string, private readonly input: string) {
    if (input.length > TEXT_LIMITS.length) {
      throw new Error(
        `Cannot read ${source}: it has ${input.length} characters, expected at most ${TEXT_LIMITS.length}`,
      );
    }
    this.next();
  }

  /** Rejects the present token. */
  fail(expected: string): never {
    const found = this.kind === "end" ? "the end" : `"${this.#shown()}"`;
    throw new Error(
      `Cannot read ${this.source}: ${placeIn(this.input, this.start)}: found ${found}, expected ${expected}`,
    );
  }

  #shown(): string {
    const text = this.input.slice(this.start, this.end);
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  }

  /** Tells whether the present token is this mark. */
  isMark(mark: string): boolean {
    return this.kind === "mark" && this.input[this.start] === mark;
  }

  /** Moves on if the present token is this mark, and tells whether it was. */
  skip(mark: string): boolean {
    const isIt = this.isMark(mark);
    if (isIt) this.next();
    return isIt;
  }

  /** The present token's characters, where it is a word: often those of the last word. */
  word(): string {
    const { start, end } = this;
    const isLast = this.#word.length === end - start && this.input.startsWith(this.#word, start);
    return isLast ? this.#word : this.#word = this.input.slice(start, end);
  }

  /** The present token as an identifier, where it is a word: often the last one. */
  identifier(): PbIdentifier {
    const name = this.word();
    return this.#identifier.name === name ? this.#identifier : this.#identifier = new PbIdentifier(name);
  }

  /** The present token's text, where it is text in quotes. */
  text(): string {
    const from = this.start + 1, to = this.end - 1;
    return this.#hasEscapes ? unquoted(this.input, from, to) : this.input.slice(from, to);
  }

  /** Moves to the next token. */
  next(): void {
    const { input } = this;
    let at = this.end;
    for (;;) {
      const c = input.charCodeAt(at);
      if (c === HASH) {
        const line = input.indexOf("\n", at);
        at = line < 0 ? input.length : line;
      } else if (SPACES.has(c)) at++;
      else break;
    }
    this.start = at;
    if (at >= input.length) {
      this.kind = "end";
      this.end = at;
      return;
    }
    const c = input.charCodeAt(at);
    if (isLetter(c)) {
      while (isOfWord(input.charCodeAt(++at)));
      this.kind = "word";
    } else if (MARKS.has(c)) {
      at++;
      this.kind = "mark";
    } else if (c === DOUBLE || c === SINGLE) {
      at = this.#endOfText(at, c);
      this.kind = "text";
    } else {
      at = this.#endOfNumber(at, c);
      this.kind = "number";
    }
    this.end = at;
  }

  #none(): never {
    this.kind = "mark";
    this.end = this.start + 1;
    return this.fail("a name, a value or a mark");
  }

  #endOfText(at: number, quote: number): number {
    this.#hasEscapes = false;
    for (;;) {
      const c = this.input.charCodeAt(++at);
      if (c === quote) return at + 1;
      if (c === BACKSLASH) {
        this.#hasEscapes = true;
        at++;
      } // Behind the last character there is no number.
      else if (c === NEWLINE || c !== c) this.#none();
    }
  }

  /** Reads an integer of a few digits digit by digit; whatever else, by the pattern. */
  #endOfNumber(at: number, first: number): number {
    const { input } = this, begin = at;
    if (isDigit(first)) {
      let value = 0, c = first;
      do {
        value = 10 * value + c - ZERO;
        c = input.charCodeAt(++at);
      } while (isDigit(c));
      const isWhole = at - begin < 16 && c !== 46 && !isLetter(c);
      if (isWhole) {
        this.number = value;
        return at;
      }
    }
    NUMBER.lastIndex = begin;
    if (!NUMBER.test(input)) this.#none();
    this.number = numberOf(input.slice(begin, NUMBER.lastIndex));
    return NUMBER.lastIndex;
  }
}

/** Returns a number written in decimal or hexadecimal digits; a float may end in f. */
function numberOf(literal: string): number {
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(literal)!;
  const size = Number(/^0x/i.test(digits) ? digits : digits.replace(/f$/i, ""));
  return sign === "-" ? -size : size;
}

const ESCAPED = new Map(
  Object.entries(ESCAPES).map(([letter, c]) => [letter.charCodeAt(0), c.charCodeAt(0)]),
);

/** The digits of an escape by a byte's number: up to three octal ones, or x and two hexadecimal. */
const BYTE = /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2}))/y;

/** Decodes the text between quotes: octal and hexadecimal escapes are bytes of UTF-8. */
function unquoted(input: string, from: number, to: number): string {
  const bytes = new Uint8Array(3 * (to - from)), encoder = new TextEncoder(), decoder = new TextDecoder();
  let length = 0;
  for (let at = from; at < to;) {
    const c = input.charCodeAt(at);
    if (c === BACKSLASH) {
      BYTE.lastIndex = at;
      const found = BYTE.exec(input);
      if (found) {
        bytes[length++] = found[1] === undefined ? parseInt(found[2], 16) : parseInt(found[1], 8);
        at += found[0].length;
        continue;
      }
      const next = input.charCodeAt(++at), control = ESCAPED.get(next);
      if (control !== undefined) {
        bytes[length++] = control;
        at++;
        continue;
      }
    }
    // A character as it is; beyond the first 128 a run of them, which the encoder takes.
    const own = input.charCodeAt(at);
    if (own < 128) {
      bytes[length++] = own;
      at++;
      continue;
    }
    let end = at + 1;
    while (end < to && input.charCodeAt(end) >= 128) end++;
    length += encoder.encodeInto(input.slice(at, end), bytes.subarray(length)).written;
    at = end;
  }
  return decoder.decode(bytes.subarray(0, length));
}
