import { checkScalar, fieldOf } from "./pbtxt_types.ts";
import type { PbField, PbSchema } from "./triton_schema.ts";
import { ESCAPES, PbIdentifier, Tokens } from "./pbtxt_tokens.ts";

export { PbIdentifier };

/** A value of a field. */
export type PbValue = string | number | PbIdentifier | PbMessage;

/** A message: for each field its values, in their order. */
export interface PbMessage {
  /** The values of a field. */
  readonly [field: string]: readonly PbValue[];
}

/** The most messages within each other, as protocol buffers' own readers have it. */
const DEPTH = 100;

const NAME = /^[A-Za-z_][\w.]*$/;

/**
 * Writes a message in protocol buffers' text format: a line a value or a list of them, two spaces a
 * level.
 *
 * @throws Error for what `parsePbtxt` would not read back: a name that is none, a number that is
 * not finite, and more than 100 messages within each other.
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
export function encodePbtxt(message: PbMessage): string {
  const lines: string[] = [];
  write(message, "", 0, lines);
  return lines.join("");
}

function write(message: PbMessage, indent: string, depth: number, lines: string[]): void {
  if (depth > DEPTH) throw new Error(`Cannot write more than ${DEPTH} messages within each other`);
  for (const [field, values] of Object.entries(message)) {
    if (!NAME.test(field)) {
      throw new Error(
        `Cannot write a field named ${JSON.stringify(field)}: expected letters, digits and "_"`,
      );
    }
    const isList = values.length > 1 && !values.some(isMessage);
    if (isList) lines.push(`${indent}${field}: [ ${values.map(formatScalar).join(", ")} ]\n`);
    for (const value of isList ? [] : values) {
      if (!isMessage(value)) lines.push(`${indent}${field}: ${formatScalar(value)}\n`);
      else if (Object.values(value).every((inner) => inner.length === 0)) {
        lines.push(`${indent}${field} {}\n`);
      } else {
        lines.push(`${indent}${field} {\n`);
        write(value, `${indent}  `, depth + 1, lines);
        lines.push(`${indent}}\n`);
      }
    }
  }
}

/** Tells messages from the other values. */
export const isMessage = (value: PbValue): value is PbMessage =>
  typeof value === "object" && !(value instanceof PbIdentifier);

/** Writes a value that is no message: a number, an identifier, or text in double quotes. */
export function formatScalar(value: PbValue): string {
  if (value instanceof PbIdentifier) {
    if (!NAME.test(value.name)) throw new Error(`Cannot write the identifier ${JSON.stringify(value.name)}`);
    return value.name;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error(`Cannot write the number ${value}: expected a finite one`);
    return Object.is(value, -0) ? "-0" : String(value);
  }
  const text = value as string;
  if (!text.isWellFormed()) throw new Error("Cannot write text that is not well-formed Unicode");
  return `"${text.replace(/[\\"\n\r\t]/g, (c) => `\\${LETTERS.get(c) ?? c}`)}"`;
}

/** Letters of escapes by their control characters. */
const LETTERS = new Map(Object.entries(ESCAPES).map(([letter, c]) => [c, letter]));

/** Reads the fields of a message until a mark, or to the end of the text. */
function readMessage(
  tokens: Tokens,
  close: string | undefined,
  depth: number,
  schema: PbSchema | undefined,
): PbMessage {
  const fields: Record<string, PbValue[]> = {};
  let name: string | undefined, values: PbValue[] = [], count = 0;
  while (!(close ? tokens.skip(close) : tokens.kind === "end")) {
    if (tokens.kind !== "word") tokens.fail(close ? `a field or "${close}"` : "a field");
    const word = tokens.word();
    if (word !== name) {
      name = word;
      const isNew = !Object.hasOwn(fields, name);
      if (isNew && ++count > FIELDS) tokens.fail(`at most ${FIELDS} different fields in a message`);
      values = isNew ? add(fields, name) : fields[name];
    }
    const field = schema && fieldOf(tokens, schema, values.length);
    tokens.next();
    const hasColon = tokens.skip(":");
    if (tokens.isMark("[")) {
      if (field && !Array.isArray(field)) tokens.fail("a single value");
      tokens.next();
      readList(tokens, values, depth, field);
    } else values.push(readValue(tokens, hasColon, depth, field));
    if (!tokens.skip(",")) tokens.skip(";");
  }
  return fields;
}

/** The most names of fields in one message: types of messages have a few dozens. */
const FIELDS = 10_000;

/** Adds a field of any name, `__proto__` among them. */
function add(fields: Record<string, PbValue[]>, name: string): PbValue[] {
  const values: PbValue[] = [];
  if (name === "__proto__") {
    Object.defineProperty(fields, name, {
      value: values,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  } else fields[name] = values;
  return values;
}

function readList(tokens: Tokens, values: PbValue[], depth: number, field: PbField | undefined): void {
  if (tokens.skip("]")) return;
  do values.push(readValue(tokens, true, depth, field)); while (tokens.skip(","));
  if (!tokens.skip("]")) tokens.fail('"," or "]"');
}

function readValue(
  tokens: Tokens,
  takesScalars: boolean,
  depth: number,
  field: PbField | undefined,
): PbValue {
  const type = Array.isArray(field) ? field[0] : field;
  const schema = typeof type === "object" && "message" in type ? type : undefined;
  const isOpen = tokens.isMark("{") || tokens.isMark("<");
  if (isOpen) {
    if (depth === DEPTH) tokens.fail(`at most ${DEPTH} messages within each other`);
    if (field && !schema) checkScalar(tokens, field);
    const close = tokens.isMark("{") ? "}" : ">";
    tokens.next();
    return readMessage(tokens, close, depth + 1, schema);
  }
  if (!takesScalars) return tokens.fail('":" and a value, or "{"');
  const isValue = tokens.kind === "number" || tokens.kind === "word" || tokens.kind === "text";
  if (field && isValue) checkScalar(tokens, field);
  let value: PbValue;
  if (tokens.kind === "number") value = tokens.number;
  else if (tokens.kind === "word") value = tokens.identifier();
  else if (tokens.kind === "text") {
    const parts: string[] = [];
    for (; tokens.kind === "text"; tokens.next()) parts.push(tokens.text());
    return parts.join("");
  } else return tokens.fail("a value");
  tokens.next();
  return value;
}

/**
 * Reads protocol buffers' text format, without a schema: messages in braces or angle brackets,
 * lists, comments, strings that follow each other, enums as identifiers.
 *
 * @param source the origin of the text, for messages
 * @throws Error with line and column where the text is not of the format, or has more than 100
 * messages within each other; and for one of more than 64 Mi characters.
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
  return readMessage(new Tokens(source, text), undefined, 0, undefined);
}

/**
 * Reads a message of which the fields are known.
 *
 * @throws Error as `parsePbtxt` does, and for fields that there are not, with line and column.
 */
export function parseTyped(text: string, source: string, schema: PbSchema): PbMessage {
  return readMessage(new Tokens(source, text), undefined, 0, schema);
}
