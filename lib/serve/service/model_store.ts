import { closest, reasonOf } from "../../system/mod.ts";
import type { ReadModelConfig } from "../model_config.ts";
import type { WorkerPool } from "../pool/worker_pool.ts";
import { ServeError } from "../protocol/serve_error.ts";
import { modelNames, readConfig, readLabels, readVersion, readVersions } from "../read_repository.ts";
import { servedVersions } from "../triton_rules.ts";
import { modelSpec, ServedVersion } from "./served_version.ts";

/** A model of the repository, loaded or not. */
interface Model {
  /** Its configuration, where it could be read. */
  readonly config?: ReadModelConfig;
  /** Its versions in increasing order; a text says why one is not loaded. */
  readonly versions: ReadonlyMap<number, ServedVersion | string>;
  /** The reason why it has no versions here. */
  readonly reason?: string;
  /** True where it is not to be loaded. */
  readonly isUnloaded?: boolean;
}

/** A line of the repository's index. */
export interface IndexEntry {
  readonly name: string;
  readonly version?: string;
  readonly state: "READY" | "UNAVAILABLE";
  readonly reason: string;
}

const readyOf = ({ versions }: Model): ServedVersion[] =>
  [...versions.values()].filter((version) => version instanceof ServedVersion);

/** The models of a repository, as far as they are loaded. */
export class ModelStore {
  readonly #models = new Map<string, Model>();
  #changes: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(readonly folder: string, readonly pool: WorkerPool) {}

  /**
   * Loads all models; what cannot be is not ready, with the reason. Rejects for a folder that is
   * none.
   */
  async loadAll(): Promise<void> {
    for (const name of await modelNames(this.folder)) await this.load(name).catch(() => {});
  }

  /** True where all models that are to be loaded are. */
  get isReady(): boolean {
    return [...this.#models.values()].every((model) =>
      model.isUnloaded || (model.versions.size > 0 && readyOf(model).length === model.versions.size)
    );
  }

  /** All versions that are loaded, or those of a model. */
  ready(name?: string): ServedVersion[] {
    if (name !== undefined) return readyOf(this.#model(name));
    return [...this.#models.values()].flatMap(readyOf);
  }

  #model(name: string): Model {
    const model = this.#models.get(name), names = [...this.#models.keys()];
    if (model) return model;
    throw new ServeError(
      404,
      `there is no model "${name.slice(0, 100)}"${closest(name.slice(0, 100), names)}, there is ${
        names.join(", ") || "none"
      }`,
    );
  }

  /**
   * Returns a version of a model: the newest that is loaded, unless one is named.
   *
   * @throws ServeError 404 where there is none, 503 where it is not loaded, with the reason.
   */
  find(name: string, version?: string): ServedVersion {
    const model = this.#model(name), newest = readyOf(model).at(-1);
    if (version === undefined && newest) return newest;
    const found = version === undefined
      ? [...model.versions.values()].at(-1)
      : /^[1-9]\d*$/.test(version)
      ? model.versions.get(Number(version))
      : undefined;
    if (found instanceof ServedVersion) return found;
    if (version !== undefined && found === undefined && model.versions.size > 0) {
      const there = [...model.versions.keys()].join(", ");
      throw new ServeError(
        404,
        `the model "${name}" has no version "${version.slice(0, 30)}", it has ${there}`,
      );
    }
    throw new ServeError(503, `the model "${name}" is not ready: ${found ?? model.reason}`);
  }

  /** Returns the configuration of a model. Throws ServeError where there is none. */
  config(name: string): ReadModelConfig {
    const { config, reason } = this.#model(name);
    if (config) return config;
    throw new ServeError(503, `the model "${name}" is not ready: ${reason}`);
  }

  /** Returns a line for each model with fields in its configuration that are not used. */
  notUsed(): string[] {
    return [...this.#models].filter(([, { config }]) => config && config.notUsed.length > 0)
      .map(([name, { config }]) => `${name}: ${config!.notUsed.join(", ")}`);
  }

  /** Returns a line for each version of each model that the repository has or had. */
  async index(): Promise<IndexEntry[]> {
    const names = new Set([...await modelNames(this.folder).catch(() => []), ...this.#models.keys()]);
    return [...names].sort().flatMap((name): IndexEntry[] => {
      const model = this.#models.get(name);
      if (!model?.versions.size) {
        return [{ name, state: "UNAVAILABLE", reason: model?.reason ?? "not loaded" }];
      }
      return [...model.versions].map(([version, served]) => {
        const isReady = served instanceof ServedVersion;
        return {
          name,
          version: `${version}`,
          state: isReady ? "READY" : "UNAVAILABLE",
          reason: isReady ? "" : served,
        };
      });
    });
  }

  /**
   * Loads a model as it lies in the repository now, in the place of what was loaded, which answers
   * until then, and goes on where this fails.
   *
   * @throws (rejects) ServeError, with the reason.
   */
  load(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#models.get(name);
      if (!before && !(await modelNames(this.folder)).includes(name)) this.#model(name);
      const model = await this.#read(name),
        failed = [...model.versions.values()].find((v) => typeof v === "string");
      const reason = model.reason ?? failed as string | undefined;
      if (reason === undefined || !before || readyOf(before).length === 0) this.#replace(name, model);
      else this.#free(readyOf(model));
      if (reason !== undefined) throw new ServeError(400, `Cannot load the model "${name}": ${reason}`);
    });
  }

  /** Unloads a model: it answers what it has taken, and nothing more. */
  unload(name: string): Promise<void> {
    return this.#inTurn(() => {
      const { config } = this.#model(name);
      this.#replace(name, { config, versions: new Map(), reason: "unloaded", isUnloaded: true });
    });
  }

  /** One change after another. */
  #inTurn(change: () => void | Promise<void>): Promise<void> {
    const done = this.#changes.then(change);
    this.#changes = done.catch(() => {});
    return done;
  }

  #replace(name: string, model: Model): void {
    const before = this.#models.get(name);
    this.#models.set(name, model);
    if (before) this.#free(readyOf(before));
  }

  #free(versions: readonly ServedVersion[]): void {
    for (const { calls, key } of versions) calls.ended().then(() => this.pool.unload(key));
  }

  async #read(name: string): Promise<Model> {
    try {
      const config = await readConfig(this.folder, name), labels = await readLabels(this.folder, config);
      const versions = new Map<number, ServedVersion | string>();
      const all = await readVersions(this.folder, name), served = servedVersions(config.versionPolicy, all);
      if (served.length === 0) {
        throw new Error(`its version_policy names none of its versions, ${all.join(", ")}`);
      }
      for (const version of served) {
        versions.set(version, await this.#readVersion(config, version, labels).catch(reasonOf));
      }
      return { config, versions };
    } catch (error) {
      return { versions: new Map(), reason: reasonOf(error) };
    }
  }

  async #readVersion(
    config: ReadModelConfig,
    version: number,
    labels: ReadonlyMap<string, readonly string[]>,
  ): Promise<ServedVersion> {
    const { name } = config, key = `${name}/${version}/${this.#count++}`;
    const model = modelSpec(config, version, labels);
    if (config.backend !== "onnxruntime") {
      throw new Error(`its backend is "${config.backend}", expected onnxruntime`);
    }
    const bytes = await readVersion(this.folder, config, version);
    try {
      await this.pool.load(key, bytes, model.outputs.map((output) => output.name), `${name}/${version}`);
    } catch (error) {
      const reason = reasonOf(error).trim();
      // The newest writers of ONNX are ahead of the newest runtime.
      const hint = /IR version|opset/i.test(reason)
        ? "; export it with ir_version 13 and opset 26 at most"
        : "";
      throw new Error(reason + hint);
    }
    return new ServedVersion(key, model, config);
  }
}
