import { type ColumnTable, fromCSV } from "arquero";
import { readFile } from "node:fs/promises";
import { type Figure, figure } from "../plot/mod.ts";
import { type ProfileName, readRecords, type RunRecord } from "./mod.ts";

/** A run that was stored, with its files. */
export interface StoredResult {
  readonly record: RunRecord;
  /** Where its files lie. */
  readonly folder: string;
  /** A table by name. */
  table(name: string): Promise<ColumnTable>;
  /** A figure by name. */
  figure(name: string): Promise<Figure>;
}

/** The run to show and to export where none is asked for: of these the first there is. */
export const PREFERRED: readonly ProfileName[] = ["tuned", "full", "quick"];

/**
 * The stored run of an experiment, of the first of these profiles that there is (default: the best
 * one).
 *
 * @param folder of results
 * Throws (rejects) where no such run is stored that succeeded.
 */
export async function storedResult(
  experiment: string,
  folder: string,
  profiles: readonly ProfileName[] = PREFERRED,
): Promise<StoredResult> {
  const runs = (await readRecords(folder)).filter((r) => r.experiment === experiment && r.status === "ok");
  const record = profiles.map((name) => runs.find(({ profile }) => profile === name)).find(Boolean);
  if (!record) {
    throw new Error(
      `Cannot show results of ${experiment}: there is no record of profile ${
        profiles.join(", ")
      } in ${folder}; ` +
        `\`deno task reproduce ${experiment} --profile ${profiles.at(-1)}\` makes one`,
    );
  }
  const at = `${folder}/${experiment}/${record.profile}`;
  return {
    record,
    folder: at,
    table: async (name) => fromCSV(await readFile(`${at}/tables/${name}.csv`, "utf8")),
    figure: async (name) => figure(JSON.parse(await readFile(`${at}/figures/${name}.vl.json`, "utf8"))),
  };
}
