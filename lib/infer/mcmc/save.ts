import { formatPlain, parsePlain, readNamed, writeFileAtomic } from "../../system/mod.ts";
import { decodeSafetensors, encodeSafetensors, type HostArray } from "../../tensor/mod.ts";
import { digest, restore, store } from "../checkpoint/stored_tree.ts";
import type { MCMCState } from "./state.ts";

const FORMAT = "pyrosaur-mcmc-1";

/** Replaces arrays of float64 by arrays with a shape, or the other way round. */
function swap(tree: unknown, isLeaf: (node: unknown) => boolean, leaf: (node: any) => unknown): unknown {
  if (isLeaf(tree)) return leaf(tree);
  if (Array.isArray(tree)) return tree.map((item) => swap(item, isLeaf, leaf));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([name, item]) => [name, swap(item, isLeaf, leaf)]));
}

const isFloats = (node: unknown): boolean => node instanceof Float64Array;
const isArray = (node: unknown): boolean => isFloats((node as Partial<HostArray> | undefined)?.data);

/**
 * Writes the state of chains as a safetensors file, to go on from later, bit for bit. The file is
 * written beside its place, flushed and renamed: a crash leaves the old one or the new one.
 *
 * @example Stop, and go on later
 * ```ts
 * import { key, loadMCMC, MCMC, Normal, NUTS, sample, saveMCMC } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new Normal(0, 1));
 * const mcmc = new MCMC(new NUTS(model), { numWarmup: 50, numSamples: 9 });
 * const file = await Deno.makeTempFile();
 * await saveMCMC(file, await mcmc.warmup(key(0)));
 * const { samples } = await mcmc.run(key(0), [], { state: await loadMCMC(file) });
 * assert.deepEqual(samples, (await mcmc.run(key(0))).samples);
 * await Deno.remove(file);
 * ```
 */
export async function saveMCMC(path: string, state: MCMCState): Promise<void> {
  const tensors: Record<string, HostArray> = {};
  const shaped = swap(state, isFloats, (data: Float64Array) => ({ data, shape: [data.length] }));
  const tree = store(shaped, "state", tensors);
  const metadata: Record<string, string> = { format: FORMAT, state: formatPlain(tree) };
  metadata.sha256 = await digest(tensors, metadata);
  await writeFileAtomic(path, encodeSafetensors({ tensors, metadata }));
}

/**
 * Reads the state of chains.
 *
 * @throws (rejects) Error for a file that is missing, truncated, altered, or of another format.
 */
export async function loadMCMC(path: string): Promise<MCMCState> {
  const bytes = await readNamed("the chains", path);
  const { tensors, metadata } = decodeSafetensors(bytes, `the chains ${path}`);
  if (metadata.format !== FORMAT) {
    throw new Error(
      `Cannot read the chains ${path}: the format is ${metadata.format ?? "not named"}, expected ${FORMAT}`,
    );
  }
  if (await digest(tensors, metadata) !== metadata.sha256) {
    throw new Error(
      `Cannot read the chains ${path}: the file was altered or damaged; go on from an older one`,
    );
  }
  return swap(restore(parsePlain(metadata.state), tensors), isArray, ({ data }) => data) as MCMCState;
}
