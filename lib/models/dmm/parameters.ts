import { readNamed, writeFileAtomic } from "../../system/mod.ts";
import { decodeSafetensors, encodeSafetensors, type HostArray } from "../../tensor/mod.ts";
import type { StateDict } from "../../nn/mod.ts";
import { type DMM, dmm, type DMMOptions } from "./dmm.ts";
import { fromDmmStateDict, toDmmStateDict } from "./state_dict.ts";

/** A trained model as it was read from a file. */
export interface TrainedParameters {
  /** The parameters by name, to be substituted: `dmm.rnn.bias_hh_l0` and so on. */
  readonly params: Record<string, HostArray>;
  /** What to make the model with. */
  readonly options: DMM["options"];
  /** What else the file says: the experiment, the sha256 of the data. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Parameters as a safetensors file with the tensors of a PyTorch state_dict, the model's sizes in
 * its metadata.
 *
 * @param metadata further entries: experiment, commit, sha256 of the data
 * @throws Error where the parameters are not those of such a model, or not finite.
 */
export function encodeParameters(
  params: StateDict,
  options: DMMOptions,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { permutations: _, ...sizes } = dmm(options).options;
  return encodeSafetensors({
    tensors: toDmmStateDict(params, options),
    metadata: { ...metadata, options: JSON.stringify(sizes) },
  });
}

/**
 * Parameters from such a file, or from a state_dict that PyTorch saved as safetensors.
 *
 * @param source what is read, for messages
 * @throws Error where the bytes are no safetensors, and where they are not of a Deep Markov Model.
 */
export function decodeParameters(bytes: Uint8Array, source = "the parameters"): TrainedParameters {
  const { tensors, metadata } = decodeSafetensors(bytes, source), { options: text, ...rest } = metadata;
  const { params, options } = fromDmmStateDict(tensors, { options: stored(text, source), source });
  return { params, options, metadata: rest };
}

/** The options that a file names. Orders of variables that it does not hold were drawn from the seed. */
function stored(text: string | undefined, source: string): DMMOptions | undefined {
  if (text === undefined) return undefined;
  try {
    const options = JSON.parse(text);
    if (typeof options === "object" && options !== null) return { permutations: 0, ...options };
  } catch { /* said below */ }
  throw new Error(`Cannot load ${source}: the options in its metadata are ${text}, expected a JSON object`);
}

/**
 * Writes parameters as `encodeParameters` makes them, so that a crash leaves the old file or the
 * new one.
 *
 * @example A model that is written and read
 * ```ts
 * import { dmm, loadParameters, saveParameters } from "@pyrosaur/pyrosaur/models";
 * import { module, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random, toHostArray } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const options = { inputDim: 3, zDim: 2, rnnDim: 4 }, model = dmm(options);
 * const { paramSites } = trace(seed(() => module("dmm", model.net)(), random.key(0))).get();
 * const params = Object.fromEntries(paramSites.map(({ name, value }) => [name, toHostArray(value)]));
 * const file = await Deno.makeTempFile();
 * await saveParameters(file, params, options, { experiment: "an example" });
 * const read = await loadParameters(file);
 * assert.deepEqual(read.params, params);
 * assert.equal(read.options.rnnDim, 4);
 * await Deno.remove(file);
 * ```
 */
export async function saveParameters(
  path: string,
  params: StateDict,
  options: DMMOptions,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFileAtomic(path, encodeParameters(params, options, metadata));
}

/** Reads a file of parameters. Throws (rejects) where there is none, and as `decodeParameters` does. */
export async function loadParameters(path: string): Promise<TrainedParameters> {
  return decodeParameters(await readNamed("the parameters", path), path);
}
