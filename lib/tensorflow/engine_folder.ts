import { cacheDir } from "../system/mod.ts";
import { type EngineFile, type Release, RELEASES, thisSystem, VERSION } from "./releases.ts";

/** The description in an engine's folder, `engine.json`; pinned releases need none. */
export interface Manifest extends Release {
  /** The origin of the files. */
  readonly source: string;
}

/** The name of that file. */
export const MANIFEST = "engine.json";

/** The environment variable that names a folder to take TensorFlow from. */
export const FOLDER_VARIABLE = "PYROSAUR_TENSORFLOW";

/** Returns the folder of engines in the user's cache, or undefined where there is no cache. */
export function enginesDir(): string | undefined {
  const cache = cacheDir();
  return cache && `${cache}/engines`;
}

/** Returns the folder of TensorFlow for a device, or undefined where there is no cache. */
export function engineDir(device: "cpu" | "gpu", version: string = VERSION): string | undefined {
  const engines = enginesDir();
  return engines && `${engines}/tensorflow-${version}-${device}`;
}

const isFile = (path: string): boolean => {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
};

function isManifest(value: unknown): value is Manifest {
  const manifest = value as Manifest | null;
  return typeof manifest?.version === "string" && (manifest.device === "cpu" || manifest.device === "gpu") &&
    Array.isArray(manifest.files) && manifest.files.length > 0 &&
    manifest.files.every((file: EngineFile) =>
      typeof file?.path === "string" && typeof file.bytes === "number" && /^[0-9a-f]{64}$/.test(file.sha256)
    );
}

/**
 * Returns the release that a folder holds: what its manifest says, or the pinned one for this
 * system whose files lie there. Throws where it holds neither.
 */
export function releaseIn(folder: string): Release {
  const path = `${folder}/${MANIFEST}`;
  if (isFile(path)) {
    let manifest: unknown;
    try {
      manifest = JSON.parse(Deno.readTextFileSync(path));
    } catch {
      // Falls to the same complaint as a manifest of another form.
    }
    if (!isManifest(manifest)) {
      throw new Error(`Invalid ${path}: it does not list the files of an engine; provision the engine again`);
    }
    return manifest;
  }
  const system = thisSystem(), fitting = RELEASES.filter((release) => release.system === system);
  const found = fitting.find((release) => release.files.every((file) => isFile(`${folder}/${file.path}`)));
  if (found) return found;
  if (fitting.length === 0) {
    const systems = new Set(RELEASES.map((release) => release.system));
    throw new Error(`No release of TensorFlow is pinned for ${system}: there are ${[...systems].join(", ")}`);
  }
  throw new Error(
    `No TensorFlow in ${folder}: expected ${fitting[0].files.map((file) => file.path).join(" and ")} in it`,
  );
}

/** TensorFlow in the user's cache. */
export interface Engine extends Pick<Release, "version" | "device"> {
  /** Its folder. */
  readonly folder: string;
}

/** Returns the engines in the user's cache: for GPUs first, the pinned version first. */
export function installedEngines(): Engine[] {
  const engines = enginesDir();
  if (engines === undefined) return [];
  let names: string[];
  try {
    // A folder appears whole, by a rename: that it is there says that its files are.
    names = [...Deno.readDirSync(engines)].filter((entry) => entry.isDirectory).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const found = names.flatMap((name): Engine[] => {
    const [, version, device] = /^tensorflow-(.+)-(cpu|gpu)$/.exec(name) ?? [];
    return version ? [{ folder: `${engines}/${name}`, version, device: device as Engine["device"] }] : [];
  });
  const rank = (engine: Engine) => (engine.device === "gpu" ? 0 : 2) + (engine.version === VERSION ? 0 : 1);
  return found.sort((a, b) =>
    rank(a) - rank(b) || b.version.localeCompare(a.version, "en", { numeric: true })
  );
}

/**
 * Returns the folder that TensorFlow is taken from: the one that `PYROSAUR_TENSORFLOW` names, else
 * the first of the cache's. Undefined where TensorFlow is not provisioned.
 */
export function findEngine(): string | undefined {
  return Deno.env.get(FOLDER_VARIABLE) || installedEngines()[0]?.folder;
}
