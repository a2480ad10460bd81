import { mkdir, rename, rm } from "node:fs/promises";
import { isMissing, reasonOf, writeFileAtomic } from "../system/mod.ts";
import { checkFits } from "./fits_model.ts";
import { encodeModelConfig, type ModelConfig } from "./model_config.ts";
import { CONFIG, MODEL } from "./read_repository.ts";

/** A model to be put into a repository. */
export interface RepositoryModel {
  /** Its name, inputs and outputs. */
  readonly config: ModelConfig;
  /** The model itself, as an ONNX file. */
  readonly bytes: Uint8Array;
  /** Its version (default 1). */
  readonly version?: number;
}

/** The characters that a folder's name may have everywhere. */
const NAME = /^[A-Za-z0-9_][\w.-]*$/;

function checkModels(models: readonly RepositoryModel[]): void {
  for (const [i, { config, bytes, version = 1 }] of models.entries()) {
    const { name } = config;
    if (!NAME.test(name)) {
      throw new Error(
        `Cannot store a model under the name "${name}": expected letters, digits, "_", "-" and "."`,
      );
    }
    if (models.findIndex((other) => other.config.name === name) !== i) {
      throw new Error(`Cannot store two models under the name "${name}"`);
    }
    if (!(Number.isSafeInteger(version) && version > 0)) {
      throw new Error(`Cannot store version ${version} of "${name}": expected a positive integer`);
    }
    encodeModelConfig(config);
    checkFits(config, bytes, `Cannot store "${name}"`, "its model");
  }
}

/**
 * Puts models into a repository of the form that Triton reads,
 * `<folder>/<model>/<version>/model.onnx` and `<folder>/<model>/config.pbtxt`. All are written in a
 * hidden folder beside the others and moved to their places when all are there; what lay there
 * under these names goes, other models stay. Where that fails, what lay there is put back.
 *
 * @throws (rejects) Error for names that are none of a folder's, repeated ones, a model whose
 * inputs are not those of its configuration, and a folder that cannot be written.
 *
 * @example
 * ```ts
 * import { exportOnnx } from "@pyrosaur/pyrosaur/compile";
 * import { readRepository, writeModels } from "@pyrosaur/pyrosaur/serve";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * const { bytes } = exportOnnx((x: Tensor) => ({ y: x.mul(2) }), [tf.zeros([1, 3])], {
 *   inputs: ["x"],
 *   axes: [["batch", null]],
 * });
 * const config = {
 *   name: "double",
 *   maxBatchSize: 8,
 *   input: [{ name: "x", dataType: "FP32" as const, dims: [3] }],
 *   output: [{ name: "y", dataType: "FP32" as const, dims: [3] }],
 * };
 * await writeModels(folder, [{ config, bytes }]);
 * const [{ versions }] = await readRepository(folder);
 * assert.deepEqual(versions, [{ version: 1, path: `${folder}/double/1/model.onnx` }]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeModels(folder: string, models: readonly RepositoryModel[]): Promise<void> {
  checkModels(models);
  const hidden = `${folder}/.${crypto.randomUUID().slice(0, 8)}.unfinished`;
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { config, bytes, version = 1 } of models) {
      await writeFileAtomic(`${hidden}/new/${config.name}/${version}/${MODEL}`, bytes);
      await writeFileAtomic(`${hidden}/new/${config.name}/${CONFIG}`, encodeModelConfig(config));
    }
    await mkdir(`${hidden}/old`);
    for (const { config: { name } } of models) {
      await replace(`${folder}/${name}`, `${hidden}/new/${name}`, `${hidden}/old/${name}`, undo);
    }
  } catch (cause) {
    for (const step of undo.reverse()) await step();
    throw new Error(`Cannot write models to ${folder}: ${reasonOf(cause)}`, { cause });
  } finally {
    await rm(hidden, { recursive: true, force: true }).catch(() => {});
  }
}

/** Moves a new folder to its place, and the old one away. */
async function replace(
  place: string,
  fresh: string,
  old: string,
  undo: (() => Promise<void>)[],
): Promise<void> {
  try {
    await rename(place, old);
    undo.push(() => rename(old, place));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await rename(fresh, place);
  undo.push(() => rename(place, fresh));
}
