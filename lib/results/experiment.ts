import type { ColumnTable } from "arquero";
import type { Device, EngineName, Precision } from "../compile/mod.ts";
import type { DatasetName, DatasetTypes, ResolvedDataset } from "../data/mod.ts";
import type { Figure } from "../plot/mod.ts";
import type { Key } from "../tensor/mod.ts";

/** The names of profiles: every experiment has the first two. */
export const PROFILES = ["quick", "full", "tuned"] as const;

/**
 * The sizes an experiment comes in: `quick` takes minutes on two cores, `full` is the size and has
 * the settings of the paper; `tuned`, which an experiment may lack, has settings of our own that
 * are to do better.
 */
export type ProfileName = typeof PROFILES[number];

/** Which way a metric is better; `target`: nearer to its target. */
export type Direction = "lower" | "higher" | "target";

/**
 * A value a metric is held against. It is met within `tolerance` either way, or for the directions
 * `lower` and `higher` also by being better than that.
 */
export interface Target {
  /** The published value, or the known one. */
  readonly value: number;
  /** The largest absolute difference that still counts as met. */
  readonly tolerance: number;
  /** Who published it, and where. */
  readonly source: string;
  /** The profiles it holds for (default: all). */
  readonly profiles?: readonly ProfileName[];
}

/** What may be said about a metric beside its value. */
export interface MetricOptions {
  /** Standard error of the value; of several values it is computed. Default null: unknown. */
  readonly se?: number | null;
  /** How many values or draws it is the mean of. Default: as many as were given. */
  readonly n?: number;
  /** Such as `nats` or `s`. Default "": a plain number. */
  readonly unit?: string;
  /** Default "target". */
  readonly direction?: Direction;
  /** Replaces the target that the experiment declares under this name. */
  readonly target?: Target | null;
}

/** A bar in the terminal. It ends with `using`, or by `done()`. */
export interface ProgressBar extends Disposable {
  /** Moves it to `done` of the total, with a short text behind it. */
  update(done: number, text?: string): void;
  /** Ends it. */
  done(): void;
}

/** What the runner gives an experiment: its settings and data, and where its results go. */
export interface Context<Config = Record<string, unknown>> {
  /** The profile that is run. */
  readonly profile: ProfileName;
  /** The profile's settings. */
  readonly config: Readonly<Config>;
  /** As many seeds as the profile asks for, counting up from `--seed`. */
  readonly seeds: readonly number[];
  /** The key of the first seed. */
  readonly key: Key;
  /** The engine compiled functions should run in. */
  readonly engine: EngineName;
  /** The device it should run on. */
  readonly device: Device;
  /** Element type of floats. */
  readonly dtype: Precision;
  /** Whether any of the data are drawn: figures should then say so (`simulated: ctx.simulated`). */
  readonly simulated: boolean;
  /** One of the data sets that the experiment declares. Throws for any other name. */
  dataset<Name extends DatasetName>(name: Name): ResolvedDataset<DatasetTypes[Name]>;
  /**
   * Reports a metric: a number, or several (one a seed, say), whose mean is then the value and
   * whose standard error follows. Names are paths, as `autonormal/a/mean`. Throws on a name used
   * twice and on an empty list; a value that is not finite is recorded as null.
   */
  metric(name: string, value: number | ArrayLike<number>, options?: MetricOptions): void;
  /** Reports columns of equal length, written as `curves/<name>.csv`: a loss by step, say. */
  curve(name: string, columns: Readonly<Record<string, ArrayLike<number> | readonly string[]>>): void;
  /** Reports a table, shown in the terminal and written as `tables/<name>.csv`. */
  table(name: string, table: ColumnTable): void;
  /** Reports a figure, written as `figures/<name>.vl.json` and `figures/<name>.svg`. */
  figure(name: string, figure: Figure): void;
  /** Reports a drawing that is SVG already (a rendered model), written as `figures/<name>.svg`. */
  svg(name: string, svg: string): void;
  /** Reports a file of another kind, a model's parameters say, written as it is beside the folders of the others. */
  file(name: string, contents: Uint8Array): void;
  /** A progress bar of `total` steps. */
  progress(label: string, total: number): ProgressBar;
  /** A line for the reader at the terminal. */
  log(line: string): void;
  /** A folder of this experiment's and profile's own for checkpoints; it exists. */
  readonly checkpointDir: string;
  /** Whether to go on from what is in `checkpointDir`. */
  readonly resume: boolean;
}

/** A profile: how many seeds, and the experiment's own settings, all of which go into the record. */
export type Profile<Config> = Config & {
  /** How many seeds the experiment is run with. */
  readonly seeds: number;
};

/** The profiles of an experiment by name. */
export type Profiles<Config> = Readonly<
  & Record<Exclude<ProfileName, "tuned">, Profile<Config>>
  & Partial<Record<"tuned", Profile<Config>>>
>;

/** An experiment, as a value: a runner (`deno task reproduce`) does the rest. */
export interface Experiment<Config = any> {
  /** Its name on the command line and the folder of its results: lower-case letters, digits and `_`. */
  readonly name: string;
  /** Its title in tables. */
  readonly title: string;
  /** What it asks, in a sentence or two. */
  readonly question: string;
  /** The data sets it needs. */
  readonly data: readonly DatasetName[];
  /** Its sizes. */
  readonly profiles: Profiles<Config>;
  /** Published values by metric name, for the real data. */
  readonly targets: Readonly<Record<string, Target>>;
  /**
   * With simulated data: the targets by metric name, made from the parameters the data were drawn
   * at (of all data sets together). All of them must be met for the run to succeed.
   */
  recovery(parameters: Readonly<Record<string, number>>): Readonly<Record<string, Target>>;
  /** Does the work and reports through `ctx`. */
  run(ctx: Context<Profile<Config>>): Promise<void> | void;
}
