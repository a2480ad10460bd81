import { loadParameters, type TrainedParameters } from "../../lib/models/dmm/parameters.ts";
import type { ProfileName } from "../../lib/results/mod.ts";
import { type StoredResult as Stored, storedResult as stored } from "../../lib/results/stored.ts";

/** A run that was stored, with its files. */
export interface StoredResult extends Stored {
  /** The best model's parameters, and the options to make it with. */
  parameters(): Promise<TrainedParameters>;
}

/**
 * The stored run of the first of these profiles that there is (default: the best one). Throws
 * (rejects) where no such run is stored that succeeded.
 */
export async function storedResult(folder: string, profiles?: readonly ProfileName[]): Promise<StoredResult> {
  const result = await stored("dmm", folder, profiles);
  return { ...result, parameters: () => loadParameters(`${result.folder}/parameters.safetensors`) };
}
