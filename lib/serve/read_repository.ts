import { readdir, readFile } from "node:fs/promises";
import { isMissing, reasonOf } from "../system/mod.ts";
import { checkFits } from "./fits_model.ts";
import { type ModelConfig, parseModelConfig, type ReadModelConfig } from "./model_config.ts";

/** The names of a model's files: its configuration, and in the folder of a version the model. */
export const CONFIG = "config.pbtxt", MODEL = "model.onnx";

/** A model as it lies in a repository. */
export interface StoredModel {
  /** Its name, inputs and outputs. */
  readonly config: ReadModelConfig;
  /** Its versions in increasing order, and the path of each one's file. */
  readonly versions: readonly { readonly version: number; readonly path: string }[];
}

/** Folders with such a name are not models: those that are being written, among them. */
const HIDDEN = /^\./;

/**
 * Returns the models of a repository, by name in alphabetical order.
 *
 * @throws (rejects) Error for a folder that cannot be read, a model without a configuration or
 * without a version, a configuration that cannot be read or has the name of another model, and a
 * version without a model or with one whose inputs are not those of the configuration.
 */
export async function readRepository(folder: string): Promise<StoredModel[]> {
  return await Promise.all((await modelNames(folder)).map(async (name) => {
    const config = await readConfig(folder, name), versions = await readVersions(folder, name);
    await Promise.all(versions.map((version) => readVersion(folder, config, version)));
    return {
      config,
      versions: versions.map((version) => ({ version, path: `${folder}/${name}/${version}/${MODEL}` })),
    };
  }));
}

/** Returns the names of the models in a repository, in alphabetical order. */
export async function modelNames(folder: string): Promise<string[]> {
  return (await foldersIn(folder)).filter((name) => !HIDDEN.test(name));
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isFile()).map(({ name }) => name).sort();
  } catch (cause) {
    const reason = isMissing(cause) ? "there is no such folder" : reasonOf(cause);
    throw new Error(`Cannot read the model repository ${folder}: ${reason}`, { cause });
  }
}

/** Reads the configuration of a model. Throws (rejects) Error where it has none of its own. */
export async function readConfig(folder: string, name: string): Promise<ReadModelConfig> {
  const path = `${folder}/${name}/${CONFIG}`;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const reason = isMissing(cause) ? `there is no ${CONFIG}` : reasonOf(cause);
    throw new Error(`${actOf(folder, name)}: ${reason}`, { cause });
  }
  const parsed = parseModelConfig(text, path), config = { ...parsed, name: parsed.name || name };
  if (config.name === name) return config;
  throw new Error(`${actOf(folder, name)}: its ${CONFIG} is of "${config.name}"`);
}

/** Reads the files of labels of a model's outputs: a line for each class. */
export async function readLabels(folder: string, config: ModelConfig): Promise<Map<string, string[]>> {
  const labels = new Map<string, string[]>();
  for (const { name, labelFilename } of config.output) {
    if (labelFilename === undefined) continue;
    try {
      const text = await readFile(`${folder}/${config.name}/${labelFilename}`, "utf8");
      labels.set(labelFilename, text.replace(/\r?\n$/, "").split(/\r?\n/));
    } catch (cause) {
      const reason = isMissing(cause) ? "is not there" : `cannot be read (${reasonOf(cause)})`;
      const file = `the file ${labelFilename} of the labels of "${name}"`;
      throw new Error(`${actOf(folder, config.name)}: ${file} ${reason}`, { cause });
    }
  }
  return labels;
}

const actOf = (folder: string, name: string) => `Cannot read the model ${folder}/${name}`;

/**
 * Returns the versions of a model in increasing order. Throws (rejects) Error where it has none.
 */
export async function readVersions(folder: string, name: string): Promise<number[]> {
  const numbers = (await foldersIn(`${folder}/${name}`)).filter((n) => /^[1-9]\d*$/.test(n));
  const act = actOf(folder, name), large = numbers.find((number) => !Number.isSafeInteger(Number(number)));
  if (numbers.length === 0) throw new Error(`${act}: it has no version (a folder such as 1)`);
  if (large) {
    throw new Error(
      `${act}: its version ${large} does not fit, expected at most ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  return numbers.map(Number).sort((a, b) => a - b);
}

/**
 * Returns a version's model as an ONNX file.
 *
 * @throws (rejects) Error where there is none, or one whose inputs are not those of the
 * configuration.
 */
export async function readVersion(
  folder: string,
  config: ModelConfig,
  version: number,
): Promise<Uint8Array> {
  const act = actOf(folder, config.name);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(`${folder}/${config.name}/${version}/${MODEL}`);
  } catch (cause) {
    const reason = isMissing(cause) ? `has no ${MODEL}` : `cannot be read (${reasonOf(cause)})`;
    throw new Error(`${act}: its version ${version} ${reason}`, { cause });
  }
  checkFits(config, bytes, act, `version ${version}`);
  return bytes;
}
