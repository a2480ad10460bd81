import type { Dataset } from "../../lib/data/mod.ts";
import { sha256 } from "../../lib/system/mod.ts";

/** The contents of the tiny data set's file. */
export const CONTENTS = "1,2,3\n";

/** A data set of one line of numbers, at an address of the test's own. */
export async function tiny(url: string): Promise<Dataset<number[]>> {
  return {
    name: "tiny",
    source: "made up for a test",
    files: [{ name: "tiny.csv", bytes: CONTENTS.length, sha256: await sha256(CONTENTS), url }],
    parse: ([file]) => new TextDecoder().decode(file).trim().split(",").map(Number),
    simulate: (seed) => ({ value: [seed, seed, seed], parameters: { seed } }),
  };
}
