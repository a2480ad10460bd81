import type { Metric } from "./metric.ts";
import type { Point, Potential } from "./point.ts";
import type { Stream } from "./stream.ts";
import { kinetic } from "./tree.ts";

/** The log of the acceptance of one step that the search looks for, as in Stan. */
const LOG_ACCEPTANCE = Math.log(0.8);
/** Beyond these there is no step size: 2^±56 from where a search begins. */
const MOST = 56;

/**
 * The search for a first step size: doubled, or halved, until the acceptance of one step crosses
 * 0.8, as Stan does (Hoffman and Gelman 2014, algorithm 4). It asks for gradients as a trajectory
 * does.
 */
export class StepSearch {
  readonly #momentum: Float64Array;
  readonly #velocity: Float64Array;
  #point!: Point;
  #attempt = 0;
  #grows: boolean | undefined;
  #start = 0;
  /** The step size that is tried, and that was found at the end. */
  stepSize = 1;

  constructor(
    private readonly potential: Potential,
    private readonly metric: Metric,
    private readonly stream: Stream,
  ) {
    this.#momentum = new Float64Array(potential.position.length);
    this.#velocity = new Float64Array(potential.position.length);
  }

  /** Begins at a point, with a step size. */
  begin(point: Point, stepSize: number): void {
    [this.#point, this.stepSize, this.#attempt, this.#grows] = [point, stepSize, 0, undefined];
    this.#try();
  }

  /** Takes a step with a momentum of its own. */
  #try(): void {
    const { metric, stepSize, potential: { position } } = this;
    const momentum = this.#momentum, velocity = this.#velocity, point = this.#point;
    this.stream.moreNormals(this.#attempt++, momentum);
    metric.momentum(momentum);
    metric.velocity(momentum, velocity);
    this.#start = point.potential + kinetic(momentum, velocity);
    for (let i = 0; i < momentum.length; i++) momentum[i] -= stepSize / 2 * point.gradient[i];
    metric.velocity(momentum, velocity);
    for (let i = 0; i < momentum.length; i++) position[i] = point.position[i] + stepSize * velocity[i];
  }

  /** Goes on with the gradient; returns whether it needs another. */
  advance(): boolean {
    const { metric, stepSize, potential: { gradient, energy: { 0: potential } } } = this;
    const momentum = this.#momentum, velocity = this.#velocity;
    for (let i = 0; i < momentum.length; i++) momentum[i] -= stepSize / 2 * gradient[i];
    metric.velocity(momentum, velocity);
    // NaN is no acceptance.
    const grows = this.#start - potential - kinetic(momentum, velocity) > LOG_ACCEPTANCE;
    if (grows !== (this.#grows ??= grows) || this.#attempt > MOST) return false;
    this.stepSize *= grows ? 2 : 0.5;
    this.#try();
    return true;
  }
}
