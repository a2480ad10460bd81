import type { Context, Profile, Settings, Target, Task } from "@pyrosaur/pyrosaur/results";
import type { Tell } from "@pyrosaur/pyrosaur/workers";
import type { McmcConfig, PartName } from "./settings.ts";

/** The work on one seed of one part. */
export interface PartTask {
  /** The part. */
  readonly part: PartName;
}

/** Targets by metric name. */
export type Targets = Readonly<Record<string, Target>>;

/** A part of the experiment: one model, sampled in several ways. */
export interface Part<Data extends PartTask, Result> {
  /** Returns its tasks. */
  tasks(settings: Settings<Profile<McmcConfig>>): Task<Data>[];
  /** Performs a task. */
  perform(data: Data, tell: Tell): Promise<Result>;
  /** Reports the results, one a task. */
  report(ctx: Context<Profile<McmcConfig>>, results: readonly Result[]): Promise<void> | void;
  /** Targets that hold whatever the data. */
  readonly checks: Targets;
  /** Targets for the real data. */
  readonly targets?: Targets;
  /** Targets for simulated data, from the parameters they were drawn at. */
  recovery?(parameters: Readonly<Record<string, number>>): Targets;
}
