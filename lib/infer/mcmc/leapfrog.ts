import type { Metric } from "./metric.ts";
import {
  LARGEST_ERROR,
  noTransition,
  type Point,
  type Potential,
  type Trajectory,
  type Transition,
} from "./point.ts";
import type { Stream } from "./stream.ts";
import { kinetic } from "./tree.ts";

/** The most steps of a trajectory: as many as a tree of ten doublings has. */
export const MOST_STEPS = 1023;

/**
 * The trajectory of Hamiltonian Monte Carlo: leapfrog steps over a fixed length, and the end of it
 * accepted or not (Duane et al. 1987; Neal 2011).
 */
export class Leapfrog implements Trajectory {
  readonly transition: Transition = noTransition();
  readonly #momentum: Float64Array;
  readonly #velocity: Float64Array;
  #point!: Point;
  #start = NaN;
  #step = NaN;
  #left = 0;

  /** @param length the length of the trajectory, or the number of its steps */
  constructor(
    private readonly potential: Potential,
    private readonly metric: Metric,
    private readonly stream: Stream,
    private readonly length: { readonly time: number } | { readonly steps: number },
  ) {
    const { length: size } = potential.position;
    [this.#momentum, this.#velocity] = [new Float64Array(size), new Float64Array(size)];
  }

  /** Begins at a point. */
  begin(point: Point, stepSize: number): void {
    const { metric, stream, potential: { position, gradient }, length, transition } = this;
    const momentum = this.#momentum, velocity = this.#velocity;
    this.#point = point;
    this.#step = stepSize;
    const steps = "steps" in length ? length.steps : Math.floor(length.time / stepSize);
    this.#left = Math.max(1, Math.min(steps, MOST_STEPS));
    stream.normals(momentum);
    metric.momentum(momentum);
    metric.velocity(momentum, velocity);
    this.#start = point.potential + kinetic(momentum, velocity);
    position.set(point.position);
    gradient.set(point.gradient);
    transition.gradients = 0;
    transition.divergent = false;
    this.#move();
  }

  /** Moves half a step of the momentum and a step of the position. */
  #move(): void {
    const { metric, potential: { position, gradient } } = this, step = this.#step, half = step / 2;
    const momentum = this.#momentum, velocity = this.#velocity;
    for (let i = 0; i < momentum.length; i++) momentum[i] -= half * gradient[i];
    metric.velocity(momentum, velocity);
    for (let i = 0; i < momentum.length; i++) position[i] += step * velocity[i];
  }

  /** Goes on with the gradient at the newest position; returns whether it needs another. */
  advance(): boolean {
    const { metric, stream, transition } = this, { position, gradient, energy } = this.potential;
    const momentum = this.#momentum, velocity = this.#velocity, half = this.#step / 2, point = this.#point;
    for (let i = 0; i < momentum.length; i++) momentum[i] -= half * gradient[i];
    transition.gradients++;
    const isFinite = Math.abs(energy[0]) < Infinity;
    if (isFinite && --this.#left > 0) {
      this.#move();
      return true;
    }
    metric.velocity(momentum, velocity);
    const whole = energy[0] + kinetic(momentum, velocity), gain = this.#start - whole;
    transition.divergent = !(gain >= -LARGEST_ERROR && gain < Infinity);
    transition.acceptance = transition.divergent ? 0 : Math.min(1, Math.exp(gain));
    transition.energy = this.#start;
    if (stream.uniform() >= transition.acceptance) return false;
    point.position.set(position);
    point.gradient.set(gradient);
    point.potential = energy[0];
    transition.energy = whole;
    return false;
  }
}
