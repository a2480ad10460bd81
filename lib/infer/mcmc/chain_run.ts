import { type Chain, STATISTICS } from "./chain.ts";
import type { ChainProgress } from "./progress.ts";
import type { BoundPotential } from "./point.ts";

/** The draws of a part of a chain. */
export interface Drawn {
  /** Unconstrained numbers, one draw behind the other. */
  readonly vectors: Float64Array;
  /** The statistics of each draw, as `STATISTICS` lists them. */
  readonly statistics: Float64Array;
}

/** A chain on its way to a number of draws. */
export class ChainRun {
  readonly #vectors: Float64Array;
  readonly #statistics: Float64Array;
  /** The number of transitions before the first that is kept. */
  readonly first: number;
  /** The number of transitions at the end. */
  readonly end: number;
  readonly #begun: number;
  #kept = 0;
  /** The divergences after the warm-up. */
  divergences = 0;

  /**
   * @param draws the number of draws to keep, one in `thinning` after the warm-up
   */
  constructor(
    readonly chain: Chain,
    private readonly potential: BoundPotential,
    first: number,
    draws: number,
    private readonly thinning: number,
  ) {
    this.first = first;
    this.#begun = chain.step;
    this.end = first + draws * thinning;
    this.#vectors = new Float64Array(draws * potential.position.length);
    this.#statistics = new Float64Array(draws * STATISTICS.length);
  }

  /** Tells whether all draws are there. */
  get isDone(): boolean {
    return this.chain.step >= this.end;
  }

  /** The transitions of this run, for reports. */
  get progress(): ChainProgress {
    const { chain, divergences, end } = this;
    return { done: chain.step - this.#begun, total: end - this.#begun, divergences };
  }

  /** The draws so far. */
  get drawn(): Drawn {
    return {
      vectors: this.#vectors.subarray(0, this.#kept * this.potential.position.length),
      statistics: this.#statistics.subarray(0, this.#kept * STATISTICS.length),
    };
  }

  /** Goes on until a time, by `performance.now()`, or the end; a promise with some engines. */
  advance(until: number): void | Promise<void> {
    const { chain, potential } = this;
    let stride = 1, left = 1, last = performance.now();
    while (!this.isDone) {
      chain.begin();
      do {
        const waiting = potential.evaluate();
        if (waiting) return this.#wait(waiting, until);
      } while (chain.advance());
      this.#keep();
      if (--left > 0) continue;
      // A look at the clock takes a tenth of a short transition.
      const now = performance.now();
      if (now >= until) return;
      left = stride = now - last < 0.1 * stride ? Math.min(2 * stride, 64) : 1;
      last = now;
    }
  }

  async #wait(first: Promise<void>, until: number): Promise<void> {
    const { chain, potential } = this;
    await first;
    do {
      while (chain.advance()) await potential.evaluate();
      this.#keep();
      if (this.isDone || performance.now() >= until) return;
      chain.begin();
      await potential.evaluate();
    } while (true);
  }

  /** Keeps the newest draw, if its turn has come. */
  #keep(): void {
    const { chain } = this, after = chain.step - this.first;
    if (after <= 0) return;
    if (chain.isDivergent) this.divergences++;
    if (after % this.thinning) return;
    chain.writeStatistics(this.#statistics, this.#kept * STATISTICS.length);
    const { position } = chain, first = this.#kept++ * position.length;
    for (let i = 0; i < position.length; i++) this.#vectors[first + i] = position[i];
  }
}
