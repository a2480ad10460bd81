import { readNamed } from "../../system/mod.ts";
import { decodeSafetensors, encodeSafetensors, type HostArray } from "../../tensor/mod.ts";
import { fromStateDict, parameterShapes, type StateDict, toStateDict } from "../../nn/mod.ts";
import { storedOptions } from "../stored_options.ts";
import { type Vae, vae, type VaeOptions } from "./vae.ts";

/** A trained variational autoencoder as it was read from a file. */
export interface TrainedVae {
  /** The autoencoder. */
  readonly vae: Vae;
  /** Its parameters by name: `encoder.fc1.weight` and so on. */
  readonly params: Record<string, HostArray>;
  /** Further entries of the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A name in front of both modules, as a state_dict's own: `vae.encoder.fc1.weight`. */
const MODULE = "vae";

/** Returns the parameters of an autoencoder, held against its shapes. @throws Error for others. */
export function checkedParameters(
  { encoder, decoder }: Vae,
  tensors: StateDict,
  source = "the parameters",
): Record<string, HostArray> {
  const shapes = {
    ...parameterShapes(`${MODULE}.encoder`, encoder),
    ...parameterShapes(`${MODULE}.decoder`, decoder),
  };
  return toStateDict(fromStateDict(tensors, shapes, MODULE, { source }), MODULE);
}

/**
 * Returns the parameters of a variational autoencoder as a safetensors file: the tensors of the
 * state_dict of Pyro's example, and the sizes in its metadata.
 *
 * @param params arrays by name, as `svi.run` gives them
 * @param metadata further entries
 * @throws Error where the parameters are not those of such an autoencoder.
 */
export function encodeVae(
  params: StateDict,
  autoencoder: Vae,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const tensors = checkedParameters(autoencoder, params);
  return encodeSafetensors({
    tensors,
    metadata: { ...metadata, options: JSON.stringify(autoencoder.options) },
  });
}

/** Returns the sizes that follow from the shapes of tensors. */
function sizesOf(tensors: StateDict): VaeOptions {
  const length = (name: string, axis: number) => tensors[`${name}.weight`]?.shape[axis];
  const sizes = {
    inputDim: length("encoder.fc1", 1),
    hiddenDim: length("encoder.fc1", 0),
    zDim: length("encoder.fc21", 0),
  };
  return Object.fromEntries(Object.entries(sizes).filter(([, size]) => size !== undefined));
}

/**
 * Reads such a file, or a state_dict that PyTorch saved as safetensors. Throws (rejects) where
 * there is none, and where it is not of a variational autoencoder.
 *
 * @example An autoencoder that is written and read
 * ```ts
 * import { encodeVae, loadVae, vae } from "@pyrosaur/pyrosaur/models";
 * import { module, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random, tf, toHostArray } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const tiny = vae({ inputDim: 4, hiddenDim: 3, zDim: 2 });
 * const { paramSites } = trace(seed(tiny.reconstruct, random.key(0))).get(tf.zeros([1, 4]));
 * const entries = paramSites.map(({ name, value }) => [name, toHostArray(value)]);
 * const params = Object.fromEntries(entries), file = await Deno.makeTempFile();
 * await Deno.writeFile(file, encodeVae(params, tiny, { experiment: "an example" }));
 * const read = await loadVae(file);
 * assert.deepEqual(read.params, params);
 * assert.equal(read.vae.options.hiddenDim, 3);
 * await Deno.remove(file);
 * ```
 */
export async function loadVae(path: string): Promise<TrainedVae> {
  const { tensors, metadata } = decodeSafetensors(await readNamed("the parameters", path), path);
  const { options, ...rest } = metadata;
  const autoencoder = vae(storedOptions(options, path) ?? sizesOf(tensors));
  return { vae: autoencoder, params: checkedParameters(autoencoder, tensors, path), metadata: rest };
}
