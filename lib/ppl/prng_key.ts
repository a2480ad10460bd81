import type { Key } from "../tensor/mod.ts";
import { send } from "./runtime.ts";

/**
 * Returns a fresh key from `seed`, or undefined where there is none, as NumPyro's `prng_key`.
 *
 * @param name the name of the message that asks for it (default "prngKey")
 */
export function prngKey(name: string = "prngKey"): Key | undefined {
  return send({ type: "key", name, value: undefined, stop: false }).value;
}
