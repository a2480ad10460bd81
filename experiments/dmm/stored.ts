import { type ColumnTable, fromCSV } from "arquero";
import { loadParameters, type TrainedParameters } from "../../lib/models/dmm/parameters.ts";
import { type Figure, figure } from "../../lib/plot/mod.ts";
import { type ProfileName, readRecords, type RunRecord } from "../../lib/results/mod.ts";

/** A run that was stored, with its files. */
export interface StoredResult {
  readonly record: RunRecord;
  /** A table by name. */
  table(name: string): Promise<ColumnTable>;
  /** A figure by name. */
  figure(name: string): Promise<Figure>;
  /** The best model's parameters, and the options to make it with. */
  parameters(): Promise<TrainedParameters>;
}

/** The run to show: of these the first there is. */
const PREFERRED: readonly ProfileName[] = ["tuned", "full", "quick"];

/**
 * The stored run of the best profile there is.
 *
 * @param folder of results
 * Throws (rejects) where no run is stored that succeeded.
 */
export async function storedResult(folder: string): Promise<StoredResult> {
  const runs = (await readRecords(folder)).filter((r) => r.experiment === "dmm" && r.status === "ok");
  const record = PREFERRED.map((name) => runs.find(({ profile }) => profile === name)).find(Boolean);
  if (!record) {
    throw new Error(
      `Cannot show results of dmm: there is no record in ${folder}; \`deno task reproduce dmm\` makes one`,
    );
  }
  const at = `${folder}/dmm/${record.profile}`;
  return {
    record,
    table: async (name) => fromCSV(await Deno.readTextFile(`${at}/tables/${name}.csv`)),
    figure: async (name) => figure(JSON.parse(await Deno.readTextFile(`${at}/figures/${name}.vl.json`))),
    parameters: () => loadParameters(`${at}/parameters.safetensors`),
  };
}
