import { asTensor, isRecord, type Tensor, type TensorLike } from "../tensor/mod.ts";

/** Values by the names of sites or parameters; undefined stands for none. */
export type NamedValues = Readonly<Record<string, TensorLike | undefined>>;

/** Returns the value of a name, undefined where there is none. */
export function valueOf(values: NamedValues, name: string): Tensor | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined ? undefined : asTensor(value);
}

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
