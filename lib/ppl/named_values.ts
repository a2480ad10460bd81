import { asTensor, type Tensor, type TensorLike } from "../tensor/mod.ts";

/** Values by the names of sites or parameters; undefined stands for none. */
export type NamedValues = Readonly<Record<string, TensorLike | undefined>>;

/** Returns the value of a name, undefined where there is none. */
export function valueOf(values: NamedValues, name: string): Tensor | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined ? undefined : asTensor(value);
}
