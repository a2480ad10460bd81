import { readNamed, writeFileAtomic } from "../../system/mod.ts";
import { decodeSafetensors, encodeSafetensors, type HostArray } from "../../tensor/mod.ts";
import type { StateDict } from "../../nn/mod.ts";
import { type Dmm, dmm } from "./dmm.ts";
import type { DmmOptions } from "./options.ts";
import { storedOptions } from "../stored_options.ts";
import { fromDmmStateDict, toDmmStateDict } from "./state_dict.ts";

/** A trained model as it was read from a file. */
export interface TrainedDmm {
  /** The parameters by name, to be substituted: `dmm.rnn.bias_hh_l0` and so on. */
  readonly params: Record<string, HostArray>;
  /** The options of the model. */
  readonly options: Dmm["options"];
  /** Further entries of the file: the experiment, the sha256 of the data. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Returns a safetensors file of parameters, with the tensors of a PyTorch state_dict and the
 * model's sizes and the form of its flows in its metadata.
 *
 * @param metadata further entries: experiment, commit, sha256 of the data
 * @throws Error where the parameters are not those of such a model, or not finite.
 */
export function encodeDmm(
  params: StateDict,
  options: DmmOptions,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { permutations: _, maskDegrees: __, ...own } = dmm(options).options;
  return encodeSafetensors({
    tensors: toDmmStateDict(params, options),
    metadata: { ...metadata, options: JSON.stringify(own) },
  });
}

/**
 * Reads parameters from such a file, or from a state_dict that PyTorch saved as safetensors.
 *
 * @param source the origin of the bytes, for messages
 * @throws Error where the bytes are no safetensors, and where they are not of a Deep Markov Model.
 */
export function decodeDmm(bytes: Uint8Array, source = "the parameters"): TrainedDmm {
  const { tensors, metadata } = decodeSafetensors(bytes, source), { options: text, ...rest } = metadata;
  const stored = storedOptions(text, source);
  // Orders of variables that a file of ours lacks were drawn from the seed.
  const given = stored && { permutations: 0, ...stored };
  return { ...fromDmmStateDict(tensors, { options: given, source }), metadata: rest };
}

/**
 * Writes parameters as `encodeDmm` makes them, so that a crash leaves the old file or the new one.
 *
 * @example A model that is written and read
 * ```ts
 * import { dmm, loadDmm, saveDmm } from "@pyrosaur/pyrosaur/models";
 * import { module, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random, toHostArray } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const options = { inputDim: 3, zDim: 2, rnnDim: 4 }, model = dmm(options);
 * const { paramSites } = trace(seed(() => module("dmm", model.net)(), random.key(0))).get();
 * const entries = paramSites.map(({ name, value }) => [name, toHostArray(value)]);
 * const params = Object.fromEntries(entries);
 * const file = await Deno.makeTempFile();
 * await saveDmm(file, params, options, { experiment: "an example" });
 * const read = await loadDmm(file);
 * assert.deepEqual(read.params, params);
 * assert.equal(read.options.rnnDim, 4);
 * await Deno.remove(file);
 * ```
 */
export async function saveDmm(
  path: string,
  params: StateDict,
  options: DmmOptions,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFileAtomic(path, encodeDmm(params, options, metadata));
}

/** Reads a file of parameters. Throws (rejects) where there is none, and as `decodeDmm` does. */
export async function loadDmm(path: string): Promise<TrainedDmm> {
  return decodeDmm(await readNamed("the parameters", path), path);
}
