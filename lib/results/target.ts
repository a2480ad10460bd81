import type { ProfileName } from "./profile.ts";

/** The way in which a metric is better; `target`: nearer to its target. */
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
  /** Its author and publication. */
  readonly source: string;
  /** The profiles it holds for (default: all). */
  readonly profiles?: readonly ProfileName[];
}
