/**
 * A process that writes runs of another profile into a folder, one after another, until it is
 * ended.
 *
 * @module
 */
import { readRecord, writeRun } from "../../lib/results/mod.ts";
import { OTHER_PROFILE } from "./look.ts";

const [out, experiment] = Deno.args, quick = (await readRecord(out, experiment, "quick"))!;
for (let i = 0;; i++) {
  const files = Array.from(
    { length: 8 },
    (_, k) => [`curves/c${k}.csv`, `${i},${k}\n`.repeat(2000)] as const,
  );
  await writeRun(out, { ...quick, profile: OTHER_PROFILE, seeds: [i] }, new Map(files));
}
