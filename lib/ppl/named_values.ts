import { closest, listNames } from "../system/mod.ts";
import { asTensor, describeNode, isRecord, type Tensor, type TensorLike } from "../tensor/mod.ts";

import type { Message } from "./message.ts";

/** Values by the names of sites or parameters; undefined stands for none. */
export type NamedValues = Readonly<Record<string, TensorLike | undefined>>;

/** Returns the value of a name, undefined where there is none. */
export function valueOf(values: NamedValues, name: string): Tensor | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined ? undefined : asTensor(value);
}

/** Returns the names that have a value. */
export const namesOf = (values: NamedValues): string[] =>
  Object.keys(values).filter((name) => values[name] !== undefined);

/** Throws where a record stands in the place of a value, as in `condition(model, { data })`. */
export function checkNamedValues(act: string, values: NamedValues): void {
  for (const [name, value] of Object.entries(values)) {
    if (isRecord(value)) {
      throw new Error(
        `Cannot ${act}: "${name}" is a record of ${
          Object.keys(value).join(", ") || "nothing"
        }, expected a value; ` +
          "pass values by the names of sites",
      );
    }
  }
}

/** Throws for anything but a list of texts: a text alone would hold each of its parts. */
export function checkList(act: string, what: string, names: unknown): void {
  if (names === undefined || (Array.isArray(names) && names.every((name) => typeof name === "string"))) {
    return;
  }
  const one = typeof names === "string" ? `: ["${names}"]` : "";
  throw new Error(`Cannot ${act}: found ${describeNode(names)} for ${what}, expected a list of names${one}`);
}

/** Throws for a value whose name no site of a run has. */
export function checkNamed(act: string, values: NamedValues, sites: ReadonlyMap<string, unknown>): void {
  for (const name of namesOf(values)) {
    if (sites.has(name)) continue;
    const there = [...sites.keys()];
    throw new Error(
      `Cannot ${act}: there is a value for "${name}", which the model has no site of${
        closest(name, there)
      }; it has ` +
        `${listNames(there)}; correct the name, or leave the value out`,
    );
  }
}

/** Names that a handler is given, held against those of the messages that it meets. */
export class GivenNames {
  readonly #met = new Map<string, Message["type"]>();

  /**
   * Takes the names.
   *
   * @param act what is done to the sites, for messages
   * @param type the type of the messages that the names are of
   * @param otherwise what to do where a site is not in every run, or undefined
   */
  constructor(
    private readonly act: string,
    private readonly names: readonly string[],
    private readonly type: "sample" | "param" = "sample",
    private readonly otherwise?: string,
  ) {}

  /** Notes a message. */
  meet({ name, type }: Message): void {
    if (this.#met.get(name) !== this.type) this.#met.set(name, type);
  }

  /** Throws for a name that nothing had. */
  check(): void {
    const { act, names, type: expected, otherwise } = this;
    const name = names.find((name) => this.#met.get(name) !== expected);
    if (name === undefined) return;
    const kind = expected === "param" ? "parameter" : "sample site", found = this.#met.get(name);
    const there = [...this.#met].filter(([, type]) => type === expected).map(([name]) => name);
    const why = found
      ? `it is a ${found} site, expected a ${kind}`
      : `no ${kind} has this name${closest(name, there)}; there are ${listNames(there)}`;
    throw new Error(
      `Cannot ${act} "${name}": ${why}; correct the name, or leave it out${
        otherwise ? ` (${otherwise})` : ""
      }`,
    );
  }
}
