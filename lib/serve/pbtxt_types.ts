import { closest } from "../system/mod.ts";
import type { Tokens } from "./pbtxt_tokens.ts";
import type { PbField, PbScalar, PbSchema } from "./triton_schema.ts";

/** The lowest and the highest number of the types of integers. */
const RANGES: Partial<Record<PbScalar, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 64],
};

const BOOLS = new Set(["true", "false", "True", "False", "t", "f"]);

/**
 * Returns the type of the field that the present token names.
 *
 * @param count the values that the field has already
 * @throws Error for a name that the message has not, and for a second value where it has one.
 */
export function fieldOf(tokens: Tokens, { message, fields }: PbSchema, count: number): PbField {
  const name = tokens.word(), names = Object.keys(fields);
  if (!Object.hasOwn(fields, name)) {
    tokens.fail(`a field of ${message}${closest(name, names)}: ${names.join(", ") || "there is none"}`);
  }
  const field = fields[name];
  if (count > 0 && !Array.isArray(field)) tokens.fail(`no second "${name}"`);
  return field;
}

/** Throws Error where the present token is no value of a field that has no message. */
export function checkScalar(tokens: Tokens, field: PbField): void {
  const type = Array.isArray(field)
    ? field[0] as PbScalar | PbSchema
    : field as Exclude<PbField, readonly []>;
  if (typeof type === "object") {
    if ("message" in type) return tokens.fail(`a ${type.message} in braces`);
    const { members } = type as { members: readonly string[] };
    if (tokens.kind === "word" && members.includes(tokens.word())) return;
    const near = tokens.kind === "word" ? closest(tokens.word(), members) : "";
    return tokens.fail(`one of ${members.join(", ")}${near}`);
  }
  if (type === "string") return tokens.kind === "text" ? undefined : tokens.fail("text in quotes");
  if (type === "bool") {
    const isBool = tokens.kind === "number"
      ? tokens.number === 0 || tokens.number === 1
      : tokens.kind === "word" && BOOLS.has(tokens.word());
    return isBool ? undefined : tokens.fail("true or false");
  }
  if (type === "number") {
    return tokens.kind === "number" || tokens.kind === "word" ? undefined : tokens.fail("a number");
  }
  const [low, high] = RANGES[type as PbScalar]!, { number } = tokens;
  if (tokens.kind === "number" && Number.isInteger(number) && number >= low && number <= high) return;
  const bits = (type as string).replace(/\D/g, "");
  tokens.fail(low < 0 ? `an integer of ${bits} bits` : `an integer of ${bits} bits that is not negative`);
}
