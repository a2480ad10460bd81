import { closest, ownValue, reasonOf } from "../../lib/system/mod.ts";
import type { Experiment, Profile, ProfileName } from "../../lib/results/mod.ts";
import { UsageError } from "./arguments.ts";

/** A setting that is to be another than the profile's: its path, and its value as text. */
export interface Setting {
  /** The experiment that it is for (default: all). */
  readonly experiment?: string;
  /** Its path, as `training.epochs`. */
  readonly path: string;
  /** Its value as text. */
  readonly text: string;
}

/** Settings by their paths, as a record has them. */
export type SetValues = Readonly<Record<string, unknown>>;

type Tree = Readonly<Record<string, unknown>>;

/** Parses `key=value` or `experiment:key=value`. @throws UsageError for anything else. */
export function parseSetting(given: string): Setting {
  const found = /^(?:([a-z][a-z0-9_]*):)?([^=\s:]+)=(.*)$/s.exec(given);
  if (!found) throw new UsageError(`Invalid value "${given}" of --set: expected key=value, as steps=1000`);
  const [, experiment, path, text] = found;
  return { experiment, path, text };
}

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;

/** Says in words which type a value has. */
const typeOf = (value: unknown): string =>
  Array.isArray(value) ? "a list" : isTree(value) ? "a group of settings" : `a ${typeof value}`;

/** Returns why a value cannot take the place of one; undefined where it can. */
function mismatch(model: unknown, value: unknown, path: string): string | undefined {
  const found = () => `${path} is ${JSON.stringify(model)}, ${typeOf(model)}: found ${JSON.stringify(value)}`;
  if (model === null || model === undefined) return undefined;
  if (Array.isArray(model)) {
    if (!Array.isArray(value)) return found();
    // Members of a list are like the first one.
    const wrong = value.map((part, i) => mismatch(model[0], part, `${path}.${i}`));
    return wrong.find((reason) => reason !== undefined);
  }
  if (isTree(model)) {
    if (!isTree(value) || Array.isArray(value)) return found();
    for (const [name, part] of Object.entries(value)) {
      if (!Object.hasOwn(model, name)) {
        const names = Object.keys(model);
        return `${path} has no setting "${name}"${closest(name, names)}: it has ${names.join(", ")}`;
      }
      const reason = mismatch(model[name], part, `${path}.${name}`);
      if (reason) return reason;
    }
    return undefined;
  }
  return typeof value === typeof model ? undefined : found();
}

/** Reads a text as the type of a model. Throws Error that says what was expected. */
function valueOf(model: unknown, text: string, path: string): unknown {
  const expected = (what: string) =>
    new Error(`${path} is ${JSON.stringify(model)}: found "${text}", expected ${what}`);
  if (typeof model === "number") {
    const value = text.trim() === "" ? NaN : Number(text);
    if (Number.isNaN(value)) throw expected("a number");
    return value;
  }
  if (typeof model === "boolean") {
    if (text !== "true" && text !== "false") throw expected("true or false");
    return text === "true";
  }
  if (typeof model === "string") return text;
  if (typeof model === "function") throw new Error(`${path} is a function, which has no text`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (!isTree(model)) throw expected("JSON");
    const inside = Array.isArray(model)
      ? "a list in JSON"
      : `one of its settings (${
        Object.keys(model).map((name) => `${path}.${name}`).join(", ")
      }), or all of it in JSON`;
    throw expected(inside);
  }
  const reason = mismatch(model, value, path);
  if (reason) throw new Error(reason);
  return value;
}

/** Returns all numbers of a value, each with its path. */
function numbersOf(value: unknown, path: string): [path: string, number: number][] {
  if (typeof value === "number") return [[path, value]];
  return isTree(value)
    ? Object.entries(value).flatMap(([name, part]) => numbersOf(part, `${path}.${name}`))
    : [];
}

/** Returns the numbers that trees have at a path; members of a list stand for each other. */
function numbersAt(trees: readonly unknown[], path: string): number[] {
  const below = (tree: Tree, name: string) => Array.isArray(tree) ? tree : [ownValue(tree, name)];
  const found = path.split(".").reduce<readonly unknown[]>(
    (here, name) => here.filter(isTree).flatMap((tree) => below(tree, name)),
    trees,
  );
  return found.filter((value) => typeof value === "number");
}

/**
 * Throws Error where a number is of another kind than those that the profiles have at its path: no
 * whole number, or negative.
 */
function checkKinds({ profiles, fractions = [] }: Experiment, value: unknown, path: string): void {
  for (const [at, number] of numbersOf(value, path)) {
    const known = numbersAt(Object.values(profiles), at);
    if (known.length === 0) continue;
    const isCount = !fractions.includes(at) && known.every(Number.isInteger);
    const isLeast0 = known.every((x) => x >= 0);
    if ((!isCount || Number.isSafeInteger(number)) && (!isLeast0 || number >= 0)) continue;
    const expected = `${isCount ? "an integer" : "a number"}${isLeast0 ? " from 0" : ""}`;
    throw new Error(`${at} is ${known[0]}: found ${number}, expected ${expected}`);
  }
}

/** Returns the first value at a path among trees, and throws where none has one there. */
function modelAt(trees: readonly unknown[], path: string, what: string): unknown {
  let here = trees, place = what;
  for (const name of path.split(".")) {
    const groups = here.filter(isTree), below = groups.filter((tree) => Object.hasOwn(tree, name));
    if (below.length === 0) {
      const names = [...new Set(groups.flatMap((tree) => Object.keys(tree)))];
      const there = names.length > 0 ? `it has ${names.join(", ")}` : "it is a single value";
      throw new Error(`${place} has no setting "${name}"${closest(name, names)}: ${there}`);
    }
    here = below.map((tree) => tree[name]);
    place = place === what ? name : `${place}.${name}`;
  }
  return here.find((value) => value !== null && value !== undefined) ?? null;
}

/** Returns a tree with another value at a path, all above it copied. */
function withValue(tree: unknown, [name, ...rest]: readonly string[], value: unknown, path: string): unknown {
  if (!isTree(tree)) {
    throw new Error(`the profile has no group for ${path}: set the group as a whole, in JSON`);
  }
  const inner = rest.length === 0 ? value : withValue(ownValue(tree, name), rest, value, path);
  if (Array.isArray(tree)) return tree.map((part, i) => String(i) === name ? inner : part);
  return { ...tree, [name]: inner };
}

/** Throws where a setting is for an experiment that is not among those to run. */
export function checkNames(set: readonly Setting[], names: readonly string[]): void {
  for (const { experiment } of set) {
    if (experiment !== undefined && !names.includes(experiment)) {
      const hint = closest(experiment, names);
      throw new UsageError(
        `Cannot set "${experiment}:..."${hint}: the experiments to run are ${names.join(", ")}`,
      );
    }
  }
}

/** The largest number of seeds. */
const MOST_SEEDS = 100_000;

/**
 * Returns an experiment whose profile has other settings, and these settings by their paths. A path
 * that some profile has is known; its value has the type that it has there.
 *
 * @throws UsageError for a path that no profile has, and for a value of another type or a number of
 * another kind: no whole number where all profiles have one, or a negative one where none has.
 */
export function withSettings(
  experiment: Experiment,
  profile: ProfileName,
  settings: readonly Setting[],
): { experiment: Experiment; set: SetValues } {
  const { name, profiles } = experiment, own = profiles[profile];
  let config: unknown = own;
  const set: Record<string, unknown> = {};
  if (!own) return { experiment, set };
  for (const { experiment: wanted, path, text } of settings) {
    if (wanted !== undefined && wanted !== name) continue;
    try {
      const model = modelAt([own, ...Object.values(profiles)], path, `the experiment "${name}"`);
      const value = set[path] = valueOf(model, text, path);
      if (
        path === "seeds" && !(Number.isInteger(value) && value as number > 0 && value as number <= MOST_SEEDS)
      ) {
        throw new Error(`seeds is ${own.seeds}: found ${text}, expected an integer from 1 to ${MOST_SEEDS}`);
      }
      checkKinds(experiment, value, path);
      config = withValue(config, path.split("."), value, path);
    } catch (error) {
      throw new UsageError(`Cannot set ${path}=${text}: ${reasonOf(error)}`);
    }
  }
  const changed = { ...profiles, [profile]: config as Profile<unknown> };
  return { experiment: { ...experiment, profiles: changed }, set };
}
