import { refuse, shown } from "./serve_error.ts";

/**
 * Returns the entries of a JSON object, without those that are null: kserve's client writes them.
 */
export function entriesOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse(`${what} is ${shown(value)}, expected an object`);
  }
  const record = value as Record<string, unknown>;
  for (const name in record) {
    if (record[name] === null) {
      return Object.fromEntries(Object.entries(record).filter(([, entry]) => entry !== null));
    }
  }
  return record;
}

/** Returns the parameters of a request, an input or an output; none where they are not given. */
export function parametersOf(
  { parameters }: Readonly<Record<string, unknown>>,
  what: string,
): Readonly<Record<string, unknown>> {
  return parameters === undefined ? {} : entriesOf(parameters, `"parameters" of ${what}`);
}

/** Returns a parameter that is true or false (default false). */
export function flagOf(parameters: Readonly<Record<string, unknown>>, name: string): boolean | undefined {
  const flag = parameters[name];
  if (flag !== undefined && typeof flag !== "boolean") {
    refuse(`"${name}" is ${shown(flag)}, expected true or false`);
  }
  return flag;
}
