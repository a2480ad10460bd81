import { createHash } from "node:crypto";
import type { Experiment, ProfileName } from "../../lib/results/mod.ts";
import { UsageError } from "../runner/arguments.ts";
import { parseSetting, type Setting, withSettings } from "../runner/set_config.ts";

/** A cell of a grid: a run of an experiment with one seed and its settings. */
export interface Cell {
  /** Its folder of results, from that of the sweep: `cells/rugged/steps=100/seed=3`. */
  readonly path: string;
  /** The experiment. */
  readonly experiment: string;
  /** The profile. */
  readonly profile: ProfileName;
  /** The seed. */
  readonly seed: number;
  /** Its settings as `reproduce --set` takes them. */
  readonly set: readonly string[];
}

/** A grid: the experiments, and the values of each setting. */
export interface Grid {
  /** The experiments. */
  readonly experiments: readonly Experiment[];
  /** The profile. */
  readonly profile: ProfileName;
  /** Settings as `key=a,b,c`, as they were given. */
  readonly set: readonly string[];
  /** The first seed. */
  readonly firstSeed: number;
  /** The number of seeds. */
  readonly seeds: number;
}

/** Cuts a list at its commas, but for those within brackets, braces and quotes. */
export function valuesOf(text: string): string[] {
  const values = [""];
  let depth = 0, isQuoted = false;
  for (const [i, letter] of [...text].entries()) {
    if (letter === '"' && text[i - 1] !== "\\") isQuoted = !isQuoted;
    if (!isQuoted) depth += "[{".includes(letter) ? 1 : "]}".includes(letter) ? -1 : 0;
    if (letter === "," && depth === 0 && !isQuoted) values.push("");
    else values[values.length - 1] += letter;
  }
  return values;
}

/**
 * Returns a text as a part of a path: letters, digits and a few others; a hash where it was
 * changed.
 */
function safe(text: string): string {
  const plain = text.replace(/[^\w.,=+-]/g, "-").slice(0, 80);
  return plain === text ? text : `${plain}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
}

/** Returns all ways to take a value of each setting. */
function products(axes: readonly (readonly Setting[])[]): Setting[][] {
  return axes.reduce<Setting[][]>((sets, axis) => sets.flatMap((set) => axis.map((one) => [...set, one])), [
    [],
  ]);
}

/** Returns the settings of a grid, a list of values each. @throws UsageError as `cellsOf`. */
function axesOf(set: readonly string[]): Setting[][] {
  const axes = set.map((given) => {
    const setting = parseSetting(given), values = valuesOf(setting.text);
    if (setting.path === "seeds") throw new UsageError("Cannot set seeds: a cell has one; give --seeds N");
    const twice = values.find((value, i) => values.indexOf(value) < i);
    if (twice !== undefined) throw new UsageError(`Cannot set ${given}: it has the value ${twice} twice`);
    return values.map((text) => ({ ...setting, text }));
  });
  const keys = axes.map(([{ experiment = "", path }]) => `${experiment}:${path}`);
  const again = keys.find((key, i) => keys.indexOf(key) < i);
  if (again !== undefined) {
    throw new UsageError(`Cannot set ${again.replace(/^:/, "")} twice: give its values in one list`);
  }
  return axes;
}

const isFor = (name: string) => ([{ experiment }]: readonly Setting[]): boolean =>
  experiment === undefined || experiment === name;

/** Returns the number of cells of a grid, whose values are not looked at. */
export function countCells({ experiments, set, seeds }: Grid): number {
  const axes = axesOf(set);
  const counts = experiments.map(({ name }) =>
    axes.filter(isFor(name)).reduce((product, axis) => product * axis.length, seeds)
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The largest seed, as that of every command. */
const LAST_SEED = 0xffff_ffff;

/**
 * Returns the cells of a grid: each experiment with all combinations of the values that are for it,
 * and each seed.
 *
 * @throws UsageError for settings that an experiment has not, values of another type, a value that
 * comes twice, `seeds` among the settings, and seeds beyond the largest one.
 */
export function cellsOf({ experiments, profile, set, firstSeed, seeds }: Grid): Cell[] {
  const last = firstSeed + seeds - 1;
  if (last > LAST_SEED) throw new UsageError(`Cannot plan seeds to ${last}: the largest is ${LAST_SEED}`);
  const axes = axesOf(set);
  return experiments.flatMap((experiment) => {
    const { name } = experiment, own = axes.filter(isFor(name));
    for (const value of own.flat()) withSettings(experiment, profile, [value]);
    return products(own).flatMap((settings) => {
      const texts = settings.map(({ path, text }) => `${path}=${text}`);
      const folder = `cells/${name}/${texts.length > 0 ? safe(texts.join("+")) : profile}`;
      return Array.from({ length: seeds }, (_, i): Cell => {
        const seed = firstSeed + i;
        return { path: `${folder}/seed=${seed}`, experiment: name, profile, seed, set: texts };
      });
    });
  });
}
