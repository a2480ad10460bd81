import { readNamed } from "../../system/mod.ts";
import { decodeSafetensors, encodeSafetensors, type HostArray } from "../../tensor/mod.ts";
import { fromStateDict, parameterShapes, type StateDict, toStateDict } from "../../nn/mod.ts";
import { storedOptions } from "../stored_options.ts";
import { type BayesianClassifier, bayesianClassifier } from "./bayesian_classifier.ts";

/** A trained classifier as it was read from a file. */
export interface TrainedBayesianClassifier {
  /** The classifier. */
  readonly classifier: BayesianClassifier;
  /** The parameters of its guide by name: `net.layers[0].weight.loc` and so on. */
  readonly params: Record<string, HostArray>;
  /** Further entries of the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Returns the parameters of a classifier's guide as a safetensors file: tensors by PyTorch's names,
 * `layers.0.weight.loc`, and sizes in its metadata.
 *
 * @param metadata further entries
 * @throws Error where the parameters are not those of such a guide.
 */
export function encodeBayesianClassifier(
  params: StateDict,
  { family, options }: BayesianClassifier,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const tensors = toStateDict(params, "net");
  fromStateDict(tensors, parameterShapes("net", family.net), "net", { source: "the parameters" });
  return encodeSafetensors({ tensors, metadata: { ...metadata, options: JSON.stringify(options) } });
}

/** Reads such a file. Throws (rejects) where there is none, and where it is not of a classifier. */
export async function loadBayesianClassifier(path: string): Promise<TrainedBayesianClassifier> {
  const { tensors, metadata } = decodeSafetensors(await readNamed("the parameters", path), path);
  const { options, ...rest } = metadata, classifier = bayesianClassifier(storedOptions(options, path));
  const params = fromStateDict(tensors, parameterShapes("net", classifier.family.net), "net", {
    source: path,
  });
  return { classifier, params, metadata: rest };
}
