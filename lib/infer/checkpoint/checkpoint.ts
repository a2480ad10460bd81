import { decodeSafetensors, encodeSafetensors, type HostArray, isHostArray } from "../../tensor/mod.ts";
import type { SVIState } from "../svi/state.ts";
import { digest, restore, store } from "./stored_tree.ts";
import {
  canonicalJson,
  checkOptions,
  formatPlain,
  type OptionNames,
  parsePlain,
  readNamed,
  writeFileAtomic,
} from "../../system/mod.ts";

/** Additions to the state in a checkpoint. */
export interface CheckpointExtra {
  /**
   * The configuration of the training, plain data (JSON, numbers that are not finite, typed
   * arrays): a checkpoint of another one is refused. Functions (schedules) are left out: they
   * cannot be compared.
   */
  config?: unknown;
  /** Curves and the like, by name: losses so far, for example. */
  history?: Readonly<Record<string, HostArray | Float32Array | Float64Array>>;
  /** Anything else, such as the sha256 of the data. */
  metadata?: Readonly<Record<string, string>>;
}

const optionNames: OptionNames<CheckpointExtra> = { config: true, history: true, metadata: true };

/** A checkpoint as it was read. */
export interface Checkpoint {
  /** The state, to go on from: `svi.run(key, steps, args, { state })`. */
  readonly state: SVIState;
  /** The configuration of the training. */
  readonly config: unknown;
  /** Curves by name. */
  readonly history: Record<string, HostArray>;
  /** Anything else that was stored. */
  readonly metadata: Record<string, string>;
}

const FORMAT = "pyrosaur-svi-1";

/**
 * Writes a training state as a safetensors file: unconstrained parameters as `params/<name>`, the
 * optimiser's as `optimiser/<path>`. The file is written beside its place, flushed and renamed: a
 * crash leaves the old one or the new one.
 *
 * @example Stop, and go on later
 * ```ts
 * import { Normal, param, sample } from "@pyrosaur/pyrosaur";
 * import { adam, loadCheckpoint, saveCheckpoint, SVI } from "@pyrosaur/pyrosaur/infer";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(param("mean", 0), 1), { obs: 3 });
 * const svi = new SVI(model, () => {}, adam({ lr: 0.1 })), file = await Deno.makeTempFile();
 * const { state: half } = await svi.run(random.key(0), 10, []);
 * await saveCheckpoint(file, half);
 * const saved = await loadCheckpoint(file);
 * const { state } = await svi.run(random.key(0), 10, [], { state: saved.state });
 * const { state: straight } = await svi.run(random.key(0), 20, []);
 * assert.deepEqual(state.params, straight.params);
 * await Deno.remove(file);
 * ```
 */
export async function saveCheckpoint(path: string, state: SVIState, extra?: CheckpointExtra): Promise<void> {
  checkOptions("save the checkpoint", extra, optionNames);
  const tensors: Record<string, HostArray> = {};
  for (const [name, array] of Object.entries(state.params)) tensors[`params/${name}`] = array;
  for (const [name, data] of Object.entries(extra?.history ?? {})) {
    tensors[`history/${name}`] = isHostArray(data) ? data : { data, shape: [data.length] };
  }
  const optimiser = store(state.optimiser, "optimiser", tensors);
  const metadata: Record<string, string> = {
    format: FORMAT,
    step: String(state.step),
    key: JSON.stringify(state.key),
    optimiser: formatPlain(optimiser),
    config: formatPlain(extra?.config ?? null, { omitFunctions: true }),
    extra: JSON.stringify(extra?.metadata ?? {}),
  };
  metadata.sha256 = await digest(tensors, metadata);
  await writeFileAtomic(path, encodeSafetensors({ tensors, metadata }));
}

/**
 * Reads a checkpoint.
 *
 * @param config the configuration of the training that goes on: it must be that stored (default:
 * not compared)
 * @throws (rejects) Error for a file that is missing, truncated, altered, of another format, or of
 * another configuration.
 *
 * @example A missing file
 * ```ts
 * import { loadCheckpoint } from "@pyrosaur/pyrosaur/infer";
 * import assert from "node:assert/strict";
 *
 * const missing = loadCheckpoint("nowhere.safetensors");
 * await assert.rejects(missing, /Cannot read the checkpoint nowhere\.safetensors/);
 * ```
 */
export async function loadCheckpoint(
  path: string,
  options?: { config?: unknown },
): Promise<Checkpoint> {
  checkOptions("load the checkpoint", options, { config: true });
  const { config } = options ?? {};
  const bytes = await readNamed("the checkpoint", path);
  const { tensors, metadata } = decodeSafetensors(bytes, `the checkpoint ${path}`);
  if (metadata.format !== FORMAT) {
    throw new Error(
      `Cannot read the checkpoint ${path}: its format is ${
        metadata.format === undefined ? "not named" : `"${metadata.format}"`
      }, expected "${FORMAT}"`,
    );
  }
  const found = await digest(tensors, metadata);
  if (found !== metadata.sha256) {
    throw new Error(
      `Cannot read the checkpoint ${path}: it was altered or damaged: its contents have sha256 ${found}, it says ${metadata.sha256}; ` +
        "go on from an older one",
    );
  }
  const stored = parsePlain(metadata.config);
  if (config !== undefined && canonicalJson(config) !== canonicalJson(stored)) {
    throw new Error(
      `Cannot go on from the checkpoint ${path}: it was saved with the configuration ${
        canonicalJson(stored)
      }, this training has ` +
        `${canonicalJson(config)}; use another folder, or the same configuration`,
    );
  }
  const part = (prefix: string) =>
    Object.fromEntries(
      Object.entries(tensors).filter(([name]) => name.startsWith(prefix)).map((
        [name, array],
      ) => [name.slice(prefix.length), array]),
    );
  const [hi, lo]: number[] = JSON.parse(metadata.key);
  return {
    state: {
      step: Number(metadata.step),
      key: [hi, lo],
      params: part("params/"),
      optimiser: restore(parsePlain(metadata.optimiser), tensors),
    },
    config: stored,
    history: part("history/"),
    metadata: JSON.parse(metadata.extra),
  };
}
