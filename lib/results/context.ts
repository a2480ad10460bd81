import type { ColumnTable } from "arquero";
import type { CompileOptions } from "../compile/mod.ts";
import type { DatasetName, DatasetTypes, ResolvedDataset } from "../data/mod.ts";
import type { Figure } from "../plot/mod.ts";
import type { ProfileName } from "./profile.ts";
import type { Direction, Target } from "./target.ts";

/** The settings and the data of a run. */
export interface Settings<Config = Record<string, unknown>> {
  /** The profile that is run. */
  readonly profile: ProfileName;
  /** The profile's settings. */
  readonly config: Readonly<Config>;
  /** As many seeds as the profile asks for, counting up from `--seed`. */
  readonly seeds: readonly number[];
  /** Engine, device and element type of floats that compiled functions should have. */
  readonly compile: Required<Pick<CompileOptions, "engine" | "device" | "dtype">>;
  /** True where any of the data are drawn: figures should then say so. */
  readonly simulated: boolean;
  /**
   * Returns one of the data sets that the experiment declares.
   *
   * @throws Error for any other name.
   */
  dataset<Name extends DatasetName>(name: Name): ResolvedDataset<DatasetTypes[Name]>;
}

/** Facts about a metric beside its value. */
export interface MetricOptions {
  /** Standard error of the value; of several values it is computed. Default null: unknown. */
  readonly se?: number | null;
  /** The number of values or draws it is the mean of. Default: as many as were given. */
  readonly n?: number;
  /** Such as `nats` or `s`. Default "": a plain number. */
  readonly unit?: string;
  /** Default "target". */
  readonly direction?: Direction;
  /** Replaces the target that the experiment declares under this name. */
  readonly target?: Target | null;
}

/** The ways in which an experiment reports results. Each throws on a name that is used twice. */
export interface Reporting {
  /**
   * Reports a metric: a number, or several (one a seed, say), whose mean is then the value and
   * whose standard error follows. Names are paths, as `autonormal/a/mean`. Throws on an empty list;
   * a value that is not finite is recorded as null.
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
  /** Reports a file of another kind, a model's parameters say, written as it is. */
  file(name: string, contents: Uint8Array): void;
  /** Prints a line for the reader at the terminal. */
  log(line: string): void;
}

/** The settings of a run, and the ways to report its results. */
export interface Context<Config = Record<string, unknown>> extends Settings<Config>, Reporting {}
