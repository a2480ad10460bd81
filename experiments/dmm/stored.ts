import { loadParameters, type TrainedParameters } from "../../lib/models/dmm/parameters.ts";
import { type StoredResult as Stored, storedResult as stored } from "../runner/stored_result.ts";

/** A run that was stored, with its files. */
export interface StoredResult extends Stored {
  /** The best model's parameters, and the options to make it with. */
  parameters(): Promise<TrainedParameters>;
}

/** The stored run of the best profile there is. Throws (rejects) where no run is stored that succeeded. */
export async function storedResult(folder: string): Promise<StoredResult> {
  const result = await stored("dmm", folder);
  return { ...result, parameters: () => loadParameters(`${result.folder}/parameters.safetensors`) };
}
