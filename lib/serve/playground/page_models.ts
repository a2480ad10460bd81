import { reasonOf } from "../../system/mod.ts";
import { modelNames, readConfig, readVersion, readVersions } from "../read_repository.ts";

/** The models that the page has a use for. */
const NAMES = ["dmm_transition", "dmm_emitter", "dmm_guide", "vae_decoder"];

/** A model that the page may load. */
export interface PageModel {
  readonly name: string;
  /** Its newest version. */
  readonly version?: number;
  /** Entries of its configuration. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Its inputs, without the axis of a batch. */
  readonly inputs: readonly { readonly name: string; readonly dims: readonly number[] }[];
  /** The reason why it cannot be read, where it cannot. */
  readonly reason?: string;
}

/** Returns those of the models that a repository has. Throws (rejects) where it cannot be read. */
export async function pageModels(folder: string): Promise<PageModel[]> {
  const there = await modelNames(folder);
  return Promise.all(
    NAMES.filter((name) => there.includes(name)).map(async (name) => {
      try {
        const { parameters, input } = await readConfig(folder, name),
          versions = await readVersions(folder, name);
        return { name, version: versions.at(-1), parameters, inputs: input };
      } catch (error) {
        return { name, parameters: {}, inputs: [], reason: reasonOf(error) };
      }
    }),
  );
}

/** Returns the newest version of a model as an ONNX file; undefined for any other model. */
export async function pageModelFile(folder: string, name: string): Promise<Uint8Array | undefined> {
  if (!NAMES.includes(name)) return undefined;
  const config = await readConfig(folder, name), versions = await readVersions(folder, name);
  return await readVersion(folder, config, versions.at(-1)!);
}
