import { closest } from "./closest.ts";

/** The names of all options of a type, which the compiler compares with those that the type has. */
export type OptionNames<T> = { readonly [Name in keyof T]-?: true };

/**
 * Throws for an option that does not exist: a misspelt name would be ignored in silence. Also for
 * options that are no plain object, such as a number in their place.
 *
 * @param act the act that the options are for, as in `make plate "data"`
 * @param options the options as they were given; undefined: none
 * @param names the names there are
 */
export function checkOptions(act: string, options: unknown, names: Readonly<Record<string, true>>): void {
  if (options === undefined) return;
  const prototype = typeof options === "object" && options !== null && Object.getPrototypeOf(options);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new Error(
      `Cannot ${act}: found ${describe(options)} in the place of the options, expected { ${listOf(names)} }`,
    );
  }
  for (const name in options as object) {
    if (Object.hasOwn(names, name)) continue;
    const hint = closest(name, Object.keys(names));
    throw new Error(`Cannot ${act}: there is no option "${name}"${hint}; the options are ${listOf(names)}`);
  }
}

const listOf = (names: object): string => Object.keys(names).join(", ");

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return shown(value);
  return "shape" in value && "dtype" in value ? "a tensor" : `an object of class ${value.constructor?.name}`;
}

/** Writes a value for messages, such that text is not taken for a number: `"10"`, `[10]`, `10`. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return typeof value === "object" && value !== null ? describe(value) : String(value);
}
