import type { Key } from "../../tensor/mod.ts";

/** The keys of a training: for the first values of its parameters, and for the noise of its steps. */
export function keysOf<K extends Key>(key: K): [forInit: K, forSteps: K] {
  return key.split(2) as [K, K];
}
