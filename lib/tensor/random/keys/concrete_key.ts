import type { Key } from "../../key.ts";
import { ThreefryKey } from "./key.ts";

/** Returns the key with its words, for what is computed from raw bits; throws for a traced key. */
export function concreteKey(what: string, key: Key): ThreefryKey {
  if (key instanceof ThreefryKey) return key;
  throw new Error(
    `Cannot draw ${what} from a traced key: it is computed on the host from the key's own words. ` +
      `Draw it outside the traced function and hand it in as an argument`,
  );
}
