import type { Device, EngineName, Precision } from "../../lib/compile/mod.ts";
import type { DataChoice } from "../../lib/data/mod.ts";
import type { ProfileName } from "../../lib/results/mod.ts";
import type { Setting } from "./set_config.ts";

/** The folder for results of real data unless `--out` says otherwise. */
export const RESULTS = "results";

/** The folder for results of simulated data unless `--out` says otherwise. */
export const SIMULATED_RESULTS = ".pyrosaur/simulated";

/** The folder for results of settings that are not a profile's unless `--out` says otherwise. */
export const SET_RESULTS = ".pyrosaur/set";

/** The settings of a command that runs experiments. */
export interface RunSettings {
  /** The profile. */
  readonly profile: ProfileName;
  /** The first seed. */
  readonly seed: number;
  /** The engine. */
  readonly engine: EngineName;
  /** The backend of eager operations (default: the one they have already). */
  readonly backend?: string;
  /** The device. */
  readonly device: Device;
  /** Element type of floats. */
  readonly dtype: Precision;
  /** The data to take. */
  readonly data: DataChoice;
  /** A folder of data to look in first. */
  readonly dataDir?: string;
  /** The folder that others are relative to. */
  readonly cwd: string;
  /** The folder of records of real data. */
  readonly out: string;
  /** The folder of records of simulated data. */
  readonly simulatedOut: string;
  /** True to go on from checkpoints, and to take kept results. */
  readonly resume: boolean;
  /** Settings in the place of the profile's. */
  readonly set: readonly Setting[];
  /** The repository of the code, for its commit. */
  readonly repository: string;
  /** The number of cores (default: those that the process may run on). */
  readonly cores?: number;
  /** Ends the run, with its checkpoints written. */
  readonly signal?: AbortSignal;
}
