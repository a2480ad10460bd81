/** An identifier in place of a value: the name of an enum's member, `true`, `inf`. */
export class PbIdentifier {
  /** Wraps the name. */
  constructor(
    /** The identifier itself. */
    readonly name: string,
  ) {}
}

/** A value of a field. */
export type PbValue = string | number | PbIdentifier | PbMessage;

/** A message: for each field its values, in their order. */
export interface PbMessage {
  /** The values of a field. */
  readonly [field: string]: readonly PbValue[];
}

/** Control characters by their letters in escapes. */
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/**
 * Writes a message in protocol buffers' text format: a line a value or a list of them, two spaces a
 * level.
 *
 * @example
 * ```ts
 * import { encodePbtxt, PbIdentifier } from "@pyrosaur/pyrosaur/serve";
 * import assert from "node:assert/strict";
 *
 * const type = new PbIdentifier("TYPE_FP32");
 * const text = encodePbtxt({ name: ["z"], data_type: [type], dims: [-1, 100] });
 * assert.equal(text, 'name: "z"\ndata_type: TYPE_FP32\ndims: [ -1, 100 ]\n');
 * ```
 */
export function encodePbtxt(message: PbMessage, indent: string = ""): string {
  return Object.entries(message).map(([field, values]) => {
    const isList = values.length > 1 && !values.some(isMessage);
    if (isList) return `${indent}${field}: [ ${values.map(formatScalar).join(", ")} ]\n`;
    return values.map((value) => {
      if (!isMessage(value)) return `${indent}${field}: ${formatScalar(value)}\n`;
      const body = encodePbtxt(value, `${indent}  `);
      return `${indent}${field} {${body && `\n${body}${indent}`}}\n`;
    }).join("");
  }).join("");
}

/** Tells messages from the other values. */
export const isMessage = (value: PbValue): value is PbMessage =>
  typeof value === "object" && !(value instanceof PbIdentifier);

/** Writes a value that is no message: a number, an identifier, or text in double quotes. */
export function formatScalar(value: PbValue): string {
  if (typeof value !== "string") return value instanceof PbIdentifier ? value.name : String(value);
  const letter = (c: string) => Object.keys(ESCAPES).find((key) => ESCAPES[key] === c) ?? c;
  return `"${value.replace(/[\\"\n\r\t]/g, (c) => `\\${letter(c)}`)}"`;
}

interface Token {
  readonly kind: "word" | "number" | "text" | "mark" | "end";
  readonly text: string;
  /** Its offset in the input. */
  readonly start: number;
}

/** The text between tokens: always matches, so it cannot be slow. */
const SPACE = /(?:[ \t\r\n]+|#[^\n]*)*/y;

const TOKEN =
  /(?:(?<word>[A-Za-z_][\w.]*)|(?<number>[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[fF]?))|(?<text>"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')|(?<mark>[{}<>[\]:;,])|(?<end>$))/y;

/** Reads a message token by token. */
class Parser {
  #next: Token;
  #offset = 0;

  constructor(private readonly source: string, private readonly input: string) {
    this.#next = this.#read();
  }

  fail(expected: string, { text, kind, start } = this.#next): never {
    const before = this.input.slice(0, start).split("\n"), column = before.at(-1)!.length + 1;
    const found = kind === "end" ? "the end" : `"${text}"`;
    throw new Error(
      `Cannot read ${this.source}: line ${before.length}, column ${column}: found ${found}, expected ${expected}`,
    );
  }

  #read(): Token {
    SPACE.lastIndex = this.#offset;
    SPACE.exec(this.input);
    const start = TOKEN.lastIndex = SPACE.lastIndex, groups = TOKEN.exec(this.input)?.groups;
    if (!groups) this.fail("a name, a value or a mark", { kind: "mark", text: this.input[start], start });
    this.#offset = TOKEN.lastIndex;
    const found = Object.entries(groups).find(([, text]) => text !== undefined);
    const [kind, text] = found as [Token["kind"], string];
    return { kind, text, start };
  }

  #take(): Token {
    const token = this.#next;
    this.#next = this.#read();
    return token;
  }

  /** Takes one of these marks, where it comes next. */
  #mark(...marks: string[]): string | undefined {
    return this.#next.kind === "mark" && marks.includes(this.#next.text) ? this.#take().text : undefined;
  }

  /** The fields until `close`, or to the end of the text. */
  message(close?: string): PbMessage {
    const fields: Record<string, PbValue[]> = Object.create(null);
    while (!(close ? this.#mark(close) : this.#next.kind === "end")) {
      if (this.#next.kind !== "word") this.fail(close ? `a field or "${close}"` : "a field");
      const values = fields[this.#take().text] ??= [];
      const colon = this.#mark(":") !== undefined;
      if (this.#mark("[")) this.#list(values);
      else values.push(this.#value(colon));
      this.#mark(",", ";");
    }
    return { ...fields };
  }

  #list(values: PbValue[]): void {
    if (this.#mark("]")) return;
    do values.push(this.#value(true)); while (this.#mark(","));
    if (!this.#mark("]")) this.fail('"," or "]"');
  }

  #value(scalars: boolean): PbValue {
    const open = this.#mark("{", "<");
    if (open) return this.message(open === "{" ? "}" : ">");
    const { kind } = this.#next;
    if (scalars && kind === "number") return numberOf(this.#take().text);
    if (scalars && kind === "word") return new PbIdentifier(this.#take().text);
    if (scalars && kind === "text") {
      let text = "";
      while (this.#next.kind === "text") text += unquoted(this.#take().text);
      return text;
    }
    return this.fail(scalars ? "a value" : '":" and a value, or "{"');
  }
}

/** A number, in decimal or hexadecimal digits; a float may end in f. */
function numberOf(literal: string): number {
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(literal)!;
  const size = Number(/^0x/i.test(digits) ? digits : digits.replace(/f$/i, ""));
  return sign === "-" ? -size : size;
}

/** Decodes the text between quotes: octal and hexadecimal escapes are bytes of UTF-8. */
function unquoted(literal: string): string {
  const bytes: number[] = [], encoder = new TextEncoder();
  const pattern = /\\([0-7]{1,3})|\\[xX]([0-9a-fA-F]{1,2})|\\([^])|([^\\]+)/g;
  for (const [, octal, hex, escaped, plain] of literal.slice(1, -1).matchAll(pattern)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8) & 255);
    else if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else bytes.push(...encoder.encode(plain ?? ESCAPES[escaped] ?? escaped));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/**
 * Reads protocol buffers' text format, without a schema: messages in braces or angle brackets,
 * lists, comments, strings that follow each other, enums as identifiers.
 *
 * @param source the origin of the text, for messages
 * @throws Error with line and column where the text is not of the format.
 *
 * @example
 * ```ts
 * import { parsePbtxt } from "@pyrosaur/pyrosaur/serve";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parsePbtxt('name: "m" input [ { dims: [ -1, 3 ] } ] # of a model'), {
 *   name: ["m"],
 *   input: [{ dims: [-1, 3] }],
 * });
 * ```
 */
export function parsePbtxt(text: string, source: string = "the text"): PbMessage {
  return new Parser(source, text).message();
}
