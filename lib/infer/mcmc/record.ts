import type { ChainState } from "./chain.ts";
import type { ChainProgress } from "./progress.ts";
import { STATISTICS } from "./statistics.ts";

/** The draws that a run is to keep of a chain, plain data. */
export interface Plan {
  /** The number of transitions before the first that counts. */
  readonly first: number;
  /** The number of draws. */
  readonly draws: number;
  /** The transitions for each draw. */
  readonly thinning: number;
}

/** Returns the number of transitions at the end of a plan. */
export const endOf = ({ first, draws, thinning }: Plan): number => first + draws * thinning;

/** Returns the number of draws that a plan has kept once a chain has made some transitions. */
export const keptAt = ({ first, thinning }: Plan, step: number): number =>
  Math.max(0, Math.floor((step - first) / thinning));

/** The draws of a part of a chain, and its state at the end of it, plain data. */
export interface Part {
  /** The state after them. */
  readonly state: ChainState;
  /** Unconstrained numbers, one draw behind the other. */
  readonly vectors: Float64Array;
  /** The statistics of each draw, as `STATISTICS` lists them. */
  readonly statistics: Float64Array;
  /** The transitions that diverged after the warm-up, those thinned out included. */
  readonly divergences: number;
}

/** The draws of a run that is not over: what to go on from without losing any. */
export interface Unfinished extends Plan, Omit<Part, "state"> {}

/** The draws of a chain that are there, and its state after them. */
export class ChainRecord {
  readonly #vectors: Float64Array;
  readonly #statistics: Float64Array;
  #kept = 0;
  /** The number of transitions made, which may be ahead of the state. */
  step: number;
  /** The transitions that diverged after the warm-up. */
  divergences = 0;
  /** The reason why it stopped before its end, if it failed. */
  failure: string | undefined;
  readonly #begun: number;

  /** @param unfinished the draws before the state, of the same plan */
  constructor(readonly plan: Plan, public state: ChainState, unfinished?: Unfinished) {
    this.#vectors = new Float64Array(plan.draws * state.position.length);
    this.#statistics = new Float64Array(plan.draws * STATISTICS.length);
    if (unfinished) this.add({ ...unfinished, state });
    this.#begun = this.step = state.step;
  }

  /** Takes in the next draws. */
  add({ state, vectors, statistics, divergences }: Part): void {
    this.#vectors.set(vectors, this.#kept * state.position.length);
    this.#statistics.set(statistics, this.#kept * STATISTICS.length);
    this.#kept += statistics.length / STATISTICS.length;
    this.divergences += divergences;
    this.state = state;
    this.step = state.step;
  }

  /** The number of draws. */
  get kept(): number {
    return this.#kept;
  }

  /** Tells whether nothing more is to come. */
  get isOver(): boolean {
    return this.failure !== undefined || this.state.step >= endOf(this.plan);
  }

  /** The unconstrained numbers so far. */
  get vectors(): Float64Array {
    return this.#vectors.subarray(0, this.#kept * this.state.position.length);
  }

  /** The statistics so far. */
  get statistics(): Float64Array {
    return this.#statistics.subarray(0, this.#kept * STATISTICS.length);
  }

  /** The draws so far with their plan. */
  get unfinished(): Unfinished {
    const { plan, vectors, statistics, divergences } = this;
    return { ...plan, vectors: vectors.slice(), statistics: statistics.slice(), divergences };
  }

  /** The transitions of this run, for reports. */
  get progress(): ChainProgress {
    const { step, divergences, plan } = this;
    return { done: step - this.#begun, total: endOf(plan) - this.#begun, divergences };
  }
}
