/** The deepest nesting that is read. */
export const DEPTH = 100;

/** Integers that a JavaScript number may not hold. */
const LONG_INTEGER = /(?:^|[^.\d])\d{16,}(?![.\deE])/;

/**
 * Parses JSON as clients write it: integers beyond 2^53 become a bigint, and within arrays named
 * "data" the words NaN, Infinity and -Infinity stand for those numbers, as NumPy's users send them
 * although JSON has no such words.
 *
 * @throws SyntaxError that says where it is no JSON.
 */
export function parseExactJson(text: string): unknown {
  if (!LONG_INTEGER.test(text)) {
    try {
      return JSON.parse(text);
    } catch (error) {
      if (!/\b(NaN|Infinity)\b/.test(text)) throw error;
    }
  }
  return new ExactJson(text).whole();
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
/** A string; `JSON.parse` says whether its escapes are right. */
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const WORD = /-?[A-Za-z]+/y;

const WORDS = new Map<string, unknown>([["true", true], ["false", false], ["null", null]]);
const NUMBERS = new Map([["NaN", NaN], ["Infinity", Infinity], ["-Infinity", -Infinity]]);

/** A parser by descent, for the few texts that `JSON.parse` does not read as they are meant. */
class ExactJson {
  #at = 0;

  constructor(readonly text: string) {}

  whole(): unknown {
    const value = this.#value(0, false);
    this.#take(SPACE);
    if (this.#at < this.text.length) this.#fail("the end");
    return value;
  }

  #fail(expected: string): never {
    const found = this.#at < this.text.length
      ? JSON.stringify(this.text.slice(this.#at, this.#at + 10))
      : "the end";
    throw new SyntaxError(`expected ${expected} at position ${this.#at}, found ${found}`);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #mark(mark: string): boolean {
    this.#take(SPACE);
    if (this.text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  /** @param inData true within an array named "data" */
  #value(depth: number, inData: boolean): unknown {
    if (depth > DEPTH) this.#fail(`at most ${DEPTH} levels`);
    if (this.#mark("[")) return this.#array(depth, inData);
    if (this.#mark("{")) return this.#object(depth);
    const start = this.#at, string = this.#take(STRING);
    if (string) return JSON.parse(string[0]);
    const number = this.#take(NUMBER);
    if (number) {
      const value = Number(number[0]), isInteger = number[1] === undefined && number[2] === undefined;
      return isInteger && !Number.isSafeInteger(value) ? BigInt(number[0]) : value;
    }
    const [word] = this.#take(WORD) ?? [""];
    if (WORDS.has(word)) return WORDS.get(word);
    if (inData && NUMBERS.has(word)) return NUMBERS.get(word);
    this.#at = start;
    return this.#fail("a value");
  }

  #array(depth: number, inData: boolean): unknown[] {
    const values: unknown[] = [];
    if (this.#mark("]")) return values;
    do values.push(this.#value(depth + 1, inData)); while (this.#mark(","));
    return this.#mark("]") ? values : this.#fail('"," or "]"');
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    if (this.#mark("}")) return {};
    do {
      this.#take(SPACE);
      const [name] = this.#take(STRING) ?? this.#fail("a name in quotes"), key = JSON.parse(name);
      if (!this.#mark(":")) this.#fail('":"');
      entries.push([key, this.#value(depth + 1, key === "data")]);
    } while (this.#mark(","));
    return this.#mark("}") ? Object.fromEntries(entries) : this.#fail('"," or "}"');
  }
}
