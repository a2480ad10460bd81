import type { ProfileName } from "./profile.ts";

/** The way in which a metric is better; `target`: nearer to its target. */
export type Direction = "lower" | "higher" | "target";

/**
 * A value a metric is held against. It is met within `tolerance` either way, or for the directions
 * `lower` and `higher` also by being better than that: without a tolerance, an aim.
 */
export interface Target {
  /** The published value, the known one, or the one aimed at. */
  readonly value: number;
  /** The largest absolute difference that still counts as met; 0: none. */
  readonly tolerance: number;
  /** Its author and publication, and which of our numbers is held against it. */
  readonly source: string;
  /** The profiles it holds for (default: all). */
  readonly profiles?: readonly ProfileName[];
}

/** Targets by metric name; of several for one metric the first that holds for a profile counts. */
export type Targets = Readonly<Record<string, Target | readonly Target[]>>;

/** Returns the targets that hold for a profile, by metric name. */
export function targetsFor(targets: Targets, profile: ProfileName): Record<string, Target> {
  const found: Record<string, Target> = {};
  for (const [name, given] of Object.entries(targets)) {
    const target = [given].flat().find(({ profiles }) => profiles?.includes(profile) ?? true);
    if (target) found[name] = target;
  }
  return found;
}
