import { readNamed } from "../../system/mod.ts";
import { decodeSafetensors, encodeSafetensors, type HostArray } from "../../tensor/mod.ts";
import { fromStateDict, parameterShapes, type StateDict, toStateDict } from "../../nn/mod.ts";
import { storedOptions } from "../stored_options.ts";
import { type NeuralProcess, neuralProcess } from "./neural_process.ts";

/** A trained process as it was read from a file. */
export interface TrainedNeuralProcess {
  /** The process. */
  readonly np: NeuralProcess;
  /** Its parameters by name: `np.decoder.layers[0].weight` and so on. */
  readonly params: Record<string, HostArray>;
  /** Further entries of the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Returns the parameters of a process as a safetensors file: the tensors of a PyTorch state_dict,
 * and the sizes in its metadata.
 *
 * @param metadata further entries
 * @throws Error where the parameters are not those of such a process.
 */
export function encodeNeuralProcess(
  params: StateDict,
  { net, options }: NeuralProcess,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const tensors = toStateDict(params, "np");
  fromStateDict(tensors, parameterShapes("np", net), "np", { source: "the parameters" });
  return encodeSafetensors({ tensors, metadata: { ...metadata, options: JSON.stringify(options) } });
}

/** Reads such a file. Throws (rejects) where there is none, and where it is not of a process. */
export async function loadNeuralProcess(path: string): Promise<TrainedNeuralProcess> {
  const { tensors, metadata } = decodeSafetensors(await readNamed("the parameters", path), path);
  const { options, ...rest } = metadata, np = neuralProcess(storedOptions(options, path));
  const params = fromStateDict(tensors, parameterShapes("np", np.net), "np", { source: path });
  return { np, params, metadata: rest };
}
