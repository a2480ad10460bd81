import type { Key } from "../tensor/mod.ts";
import { send } from "./runtime.ts";

/** A fresh key from the `seed` handler, or undefined where there is none, as NumPyro's `prng_key`. */
export function prngKey(name: string = "prngKey"): Key | undefined {
  return send({ type: "key", name, value: undefined, stop: false }).value;
}
