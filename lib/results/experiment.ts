import type { DatasetName } from "../data/mod.ts";
import type { Context, Settings } from "./context.ts";
import type { Profile, Profiles } from "./profile.ts";
import type { Target, Targets } from "./target.ts";

/**
 * A part of an experiment that can be computed apart from the others. Its result is kept under the
 * hash of `data`, so these must be plain (JSON, and typed arrays) and say all that it depends on:
 * seeds, settings, and the data themselves.
 */
export interface Task<Data = unknown> {
  /** Its name in messages and files: letters, digits, ".", "_", "=" and "-". */
  readonly name: string;
  /** The number of steps of progress that it tells of. */
  readonly steps: number;
  /** A rough estimate of its duration on one core, in seconds: Workers for a moment do not pay. */
  readonly seconds: number;
  /** The number of threads it computes with (default 1). */
  readonly threads?: number;
  /** All that its result depends on. */
  readonly data: Data;
}

/** An experiment, as a value: a runner (`deno task reproduce`) does the rest. */
export interface Experiment<Config = any, Data = any, Result = any> {
  /** Its name on the command line and in results: lower-case letters, digits and `_`. */
  readonly name: string;
  /** Its title in tables. */
  readonly title: string;
  /** The question that it asks, in a sentence or two. */
  readonly question: string;
  /** The data sets it needs. */
  readonly data: readonly DatasetName[];
  /** Its sizes. A setting that is a whole number in all of them takes whole numbers alone. */
  readonly profiles: Profiles<Config>;
  /** The paths of settings that take others too, as `training.minutes` (default: none). */
  readonly fractions?: readonly string[];
  /** Published values by metric name, for the real data. */
  readonly targets: Targets;
  /**
   * Returns the targets by metric name for simulated data, made from the parameters the data were
   * drawn at (of all data sets together). All of them must be met for the run to succeed.
   */
  recovery(parameters: Readonly<Record<string, number>>): Readonly<Record<string, Target>>;
  /** Returns the parts of the work. */
  tasks(settings: Settings<Profile<Config>>): readonly Task<Data>[];
  /** The steps that its tasks tell of, in a word for the bar: "epochs". */
  readonly steps: string;
  /**
   * The module that performs a task: it exports `perform`, a `Perform<Data, Result>`, and serves it
   * where it runs in a Worker (`serveTasks`).
   */
  readonly worker: URL;
  /** Reports the results, one a task, in the order of the tasks. */
  report(ctx: Context<Profile<Config>>, results: readonly Result[]): Promise<void> | void;
}
