import { type ColumnTable, fromCSV } from "arquero";
import { readFile } from "node:fs/promises";
import { type Figure, figure } from "../plot/mod.ts";
import type { ProfileName } from "./profile.ts";
import type { RunRecord } from "./record.ts";
import { readRecord } from "./read_records.ts";

/** A run that was stored, with its files. */
export interface StoredResult {
  /** Its record. */
  readonly record: RunRecord;
  /** The folder of its files. */
  readonly folder: string;
  /** Reads a table by name. */
  table(name: string): Promise<ColumnTable>;
  /** Reads a curve by name: a row a step, with a column for each quantity. */
  curve(name: string): Promise<ColumnTable>;
  /** Reads a figure by name. */
  figure(name: string): Promise<Figure>;
}

/** The profiles whose run is shown and exported where none is asked for: the first there is. */
export const bestProfiles: readonly ProfileName[] = ["best", "tuned", "full", "todays", "quick"];

/**
 * Reads the stored run of an experiment, of the first of some profiles that there is.
 *
 * @param folder of results
 * @param profiles in the order of preference (default `bestProfiles`)
 * @throws (rejects) Error where no such run is stored that succeeded.
 */
export async function storedResult(
  experiment: string,
  folder: string,
  profiles: readonly ProfileName[] = bestProfiles,
): Promise<StoredResult> {
  let record: RunRecord | undefined;
  for (const profile of profiles) {
    const run = await readRecord(folder, experiment, profile);
    if (run?.status === "ok") record ??= run;
  }
  if (!record) {
    throw new Error(
      `Cannot show results of ${experiment}: found no record of profile ${profiles.join(", ")} in ` +
        `${folder}; \`deno task reproduce ${experiment} --profile ${profiles.at(-1)}\` makes one`,
    );
  }
  const files = `${folder}/${experiment}/${record.profile}`;
  const read = (path: string) => readFile(`${files}/${path}`, "utf8");
  return {
    record,
    folder: files,
    curve: async (name) => fromCSV(await read(`curves/${name}.csv`)),
    table: async (name) => fromCSV(await read(`tables/${name}.csv`)),
    figure: async (name) => figure(JSON.parse(await read(`figures/${name}.vl.json`))),
  };
}
