import type { Adaptation, AdaptationState } from "./adaptation.ts";
import type { Metric } from "./metric.ts";
import type { Point, Potential, Trajectory } from "./point.ts";
import type { StepSearch } from "./step_search.ts";
import type { Stream } from "./stream.ts";

/** The state of a chain between two transitions, plain data. */
export interface ChainState {
  /** The chain's key, as its two words; transition s draws from it and s alone. */
  readonly key: readonly [number, number];
  /** The number of transitions made, those of the warm-up included. */
  readonly step: number;
  /** The length of the warm-up. */
  readonly warmup: number;
  /** The unconstrained numbers. */
  readonly position: Float64Array;
  /** The inverse mass matrix: its diagonal, or its blocks one behind the other. */
  readonly inverseMass: Float64Array;
  /** The step size of the next transition. */
  readonly stepSize: number;
  /** True where a step size is to be searched before it. */
  readonly isSearching: boolean;
  /** The momentum, of kernels that keep it from one transition to the next. */
  readonly momentum?: Float64Array;
  /** The memory of the warm-up; null once it is over, and before it begins. */
  readonly adaptation: AdaptationState | null;
}

/** The parts that a chain is made of. */
export interface ChainParts {
  readonly potential: Potential;
  readonly metric: Metric;
  readonly stream: Stream;
  readonly trajectory: Trajectory;
  readonly search: StepSearch;
  readonly adaptation: Adaptation;
  /** True to search a step size after each new mass matrix. */
  readonly searches: boolean;
  /** The share by which the step size of a transition varies at random. */
  readonly jitter: number;
}

/** The thing that the next gradient is for. */
type Phase = "start" | "search" | "trajectory";

/**
 * A Markov chain on arrays of its own. A transition asks for gradients as a trajectory does: after
 * `begin`, and as long as `advance` returns true.
 */
export class Chain {
  readonly #point: Point;
  #stepSize: number;
  #usedStepSize = NaN;
  #step: number;
  #isSearching: boolean;
  #isKnown = false;
  #phase: Phase = "start";

  /** Goes on from a state. */
  constructor(private readonly parts: ChainParts, private readonly from: ChainState) {
    const { position } = from, { metric, adaptation } = parts;
    this.#point = { position: position.slice(), gradient: new Float64Array(position.length), potential: NaN };
    [this.#step, this.#stepSize, this.#isSearching] = [from.step, from.stepSize, from.isSearching];
    metric.set(from.inverseMass);
    adaptation.restart(from.stepSize);
    if (from.adaptation) adaptation.state = from.adaptation;
  }

  /** The number of transitions made. */
  get step(): number {
    return this.#step;
  }

  /** The unconstrained numbers of the newest draw. */
  get position(): Float64Array {
    return this.#point.position;
  }

  /** Tells whether the newest transition diverged. */
  get isDivergent(): boolean {
    return this.parts.trajectory.transition.divergent;
  }

  /** A copy of the state. */
  get state(): ChainState {
    const { from: { key, warmup }, parts: { metric, adaptation } } = this;
    return {
      key,
      warmup,
      step: this.#step,
      position: this.#point.position.slice(),
      inverseMass: metric.inverse.slice(),
      stepSize: this.#stepSize,
      isSearching: this.#isSearching,
      adaptation: this.#step < warmup ? adaptation.state : null,
    };
  }

  /** Begins a transition. */
  begin(): void {
    const { stream, potential } = this.parts;
    stream.begin(this.#step);
    if (this.#isKnown) return this.#launch();
    // Nobody knows the gradient yet.
    potential.position.set(this.#point.position);
    this.#phase = "start";
  }

  #launch(): void {
    const { search, trajectory, jitter, stream } = this.parts;
    this.#phase = this.#isSearching ? "search" : "trajectory";
    if (this.#isSearching) return search.begin(this.#point, this.#stepSize);
    const stepSize = jitter ? this.#stepSize * (1 + jitter * (2 * stream.uniform() - 1)) : this.#stepSize;
    this.#usedStepSize = stepSize;
    trajectory.begin(this.#point, stepSize, this.#step < this.from.warmup);
  }

  /** Goes on with the gradient; returns whether the transition needs another. */
  advance(): boolean {
    const { potential, search, trajectory } = this.parts;
    if (this.#phase === "trajectory") return trajectory.advance() || this.#end();
    if (this.#phase === "search") {
      if (search.advance()) return true;
      this.#isSearching = false;
      this.parts.adaptation.restart(this.#stepSize = search.stepSize);
    } else {
      this.#point.gradient.set(potential.gradient);
      this.#point.potential = potential.energy[0];
      this.#isKnown = true;
      if (this.#step === 0 && this.from.warmup > 0) this.parts.adaptation.start?.(this.#point);
    }
    this.#launch();
    return true;
  }

  /** Adapts what is adapted, and counts the transition. */
  #end(): false {
    const { adaptation, trajectory, searches } = this.parts, { warmup } = this.from;
    if (this.#step < warmup) {
      const isNew = adaptation.update(this.#step, this.#point, trajectory.transition);
      this.#stepSize = this.#step === warmup - 1 ? adaptation.finalStepSize : adaptation.stepSize;
      if (isNew && searches) this.#isSearching = true;
      else if (isNew) adaptation.restart(this.#stepSize);
    }
    this.#step++;
    return false;
  }

  /** Writes the statistics of the newest transition, as `STATISTICS` lists them. */
  writeStatistics(out: Float64Array, at: number): void {
    const { acceptance, energy, gradients, depth, divergent } = this.parts.trajectory.transition;
    out[at] = -this.#point.potential;
    out[at + 1] = energy;
    out[at + 2] = acceptance;
    out[at + 3] = this.#usedStepSize;
    out[at + 4] = gradients;
    out[at + 5] = depth;
    out[at + 6] = Number(divergent);
  }
}
