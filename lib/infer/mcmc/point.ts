/** The potential energy of a model and its gradient, on arrays that stay the same. */
export interface Potential {
  /** The unconstrained numbers to evaluate it at, to be written. */
  readonly position: Float64Array;
  /** The gradient there. */
  readonly gradient: Float64Array;
  /** The energy there, one number. */
  readonly energy: Float64Array;
}

/** A potential with the way to evaluate it at its position. */
export interface BoundPotential extends Potential {
  /** Evaluates it; of an engine that takes its time, a promise. */
  evaluate(): void | Promise<void>;
}

/** A draw with what is known of it, on arrays of its own. */
export interface Point {
  readonly position: Float64Array;
  readonly gradient: Float64Array;
  /** The potential energy. */
  potential: number;
}

/** Statistics of one transition. */
export interface Transition {
  /** The mean acceptance, over the trajectory. */
  acceptance: number;
  /** The energy, potential and kinetic, of the draw. */
  energy: number;
  /** True where the energy error was beyond all bounds. */
  divergent: boolean;
  /** Gradients evaluated. */
  gradients: number;
  /** Doublings of the tree; 0 for HMC. */
  depth: number;
}

/** Returns the statistics of a transition that has not begun. */
export const noTransition = (): Transition => ({
  acceptance: NaN,
  energy: NaN,
  divergent: false,
  gradients: 0,
  depth: 0,
});

/** The error of the energy from which a trajectory counts as divergent, as in Stan. */
export const LARGEST_ERROR = 1000;

/**
 * A trajectory that asks for the gradient at one position after another: after `begin`, and as long
 * as `advance` returns true, the potential is to be evaluated at its position. The same code serves
 * engines that answer at once and those that are waited for.
 */
export interface Trajectory {
  /** The statistics, once it has ended. */
  readonly transition: Transition;
  /**
   * Begins at a point, which receives the draw at the end.
   *
   * @param isWarmup true during the warm-up, whose trajectories may have bounds of their own
   */
  begin(point: Point, stepSize: number, isWarmup: boolean): void;
  /** Goes on with the gradient; returns whether it needs another. */
  advance(): boolean;
}
