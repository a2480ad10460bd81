import { formatScalar, isMessage, PbIdentifier, type PbMessage, type PbValue } from "./pbtxt.ts";

/** The fields of a message, read with checks. */
export class Fields {
  /** @param act the beginning of messages: "Cannot read m/config.pbtxt" */
  constructor(
    private readonly message: PbMessage,
    private readonly act: string,
    private readonly path = "",
  ) {}

  fail(field: string, found: string, expected: string): never {
    throw new Error(`${this.act}: ${this.path}${field} is ${found}, expected ${expected}`);
  }

  #last(field: string): PbValue | undefined {
    return Object.hasOwn(this.message, field) ? this.message[field].at(-1) : undefined;
  }

  /** The names of the fields that are there. */
  get names(): string[] {
    return Object.keys(this.message);
  }

  has(field: string): boolean {
    return Object.hasOwn(this.message, field);
  }

  flag(field: string): boolean {
    const value = this.#last(field);
    return value instanceof PbIdentifier ? /^[tT]/.test(value.name) : value === 1;
  }

  /** The last value of a field counts, as protocol buffers have it. */
  text(field: string): string | undefined {
    const value = this.#last(field);
    if (value === undefined || typeof value === "string") return value;
    return this.fail(field, shown(value), "text in quotes");
  }

  identifier(field: string): string | undefined {
    const value = this.#last(field);
    if (value === undefined || value instanceof PbIdentifier) return value?.name;
    return this.fail(field, shown(value), "a name without quotes");
  }

  integers(field: string): number[] {
    return (this.message[field] ?? []).map((value) => {
      if (typeof value === "number" && Number.isSafeInteger(value)) return value;
      return this.fail(field, shown(value), "an integer");
    });
  }

  messages(field: string): Fields[] {
    return (this.message[field] ?? []).map((value, i) => {
      const place = `${field}[${i}]`;
      if (isMessage(value)) return new Fields(value, this.act, `${this.path}${place}.`);
      return this.fail(place, shown(value), "a message in braces");
    });
  }
}

const shown = (value: PbValue): string =>
  isMessage(value) ? "a message" : typeof value === "number" ? String(value) : formatScalar(value);
