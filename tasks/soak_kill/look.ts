import { fromCSV, not } from "arquero";
import { sha256 } from "../../lib/system/mod.ts";
import type { RunRecord } from "../../lib/results/mod.ts";

/** The profile of the writer beside the runs that are killed. */
export const OTHER_PROFILE = "full";

/** Paths of all files below a folder, from `prefix`. */
async function filesBelow(folder: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${prefix}/${name}`;
    found.push(...isDirectory ? await filesBelow(`${folder}/${name}`, path) : [path]);
  }
  return found;
}

/** Returns a file without what the clock makes different: columns of seconds. */
function withoutTimes(path: string, contents: Uint8Array): Uint8Array | string {
  if (!path.endsWith(".csv")) return contents;
  const rows = fromCSV(new TextDecoder().decode(contents), { autoType: false });
  return rows.columnNames().includes("seconds") ? rows.select(not("seconds")).toCSV() : contents;
}

/** A run in a folder of results, as anyone can see it. */
export interface Look {
  /** The reasons why it is not one whole run. */
  readonly faults: readonly string[];
  /** A hash over its numbers and files, without what the clock makes different. */
  readonly fingerprint: string;
}

/**
 * Looks at a run in a folder of results, by the files alone: the library's own reader is not asked.
 */
export async function look(out: string, experiment: string, profile: string = "quick"): Promise<Look> {
  const faults: string[] = [], place = `${experiment}/${profile}`;
  try {
    const record: RunRecord = JSON.parse(await Deno.readTextFile(`${out}/${place}.json`)),
      hashes: string[] = [];
    if (record.experiment !== experiment || record.profile !== profile) faults.push("it is of another run");
    for (const { path, sha256: expected } of record.artifacts) {
      const contents = await Deno.readFile(`${out}/${path}`);
      if (await sha256(contents) !== expected) faults.push(`${path} has another hash than its record says`);
      hashes.push(`${path} ${await sha256(withoutTimes(path, contents))}`);
    }
    const named = new Set(record.artifacts.map(({ path }) => path));
    const others = record.artifacts.length === 0 ? [] : await filesBelow(`${out}/${place}`, place);
    faults.push(...others.filter((path) => !named.has(path)).map((path) => `${path} is of no record`));
    const { metrics, seeds, config, error } = record;
    const own = metrics.filter(({ unit }) => unit !== "s");
    return { faults, fingerprint: await sha256(JSON.stringify([seeds, config, error, own, hashes])) };
  } catch (error) {
    return { faults: [...faults, `it cannot be read: ${error}`], fingerprint: "" };
  }
}
