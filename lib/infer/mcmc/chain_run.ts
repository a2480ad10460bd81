import type { Chain } from "./chain.ts";
import type { BoundPotential } from "./point.ts";
import { endOf, keptAt, type Part, type Plan } from "./record.ts";
import { STATISTICS } from "./statistics.ts";

/** A chain on its way to a number of draws. */
export class ChainRun {
  readonly #vectors: Float64Array;
  readonly #statistics: Float64Array;
  #kept = 0;
  /** The draws that were taken already. */
  #taken = 0;
  #divergences = 0;

  /** @param plan the draws to keep, of which the chain's state may have passed some */
  constructor(
    private readonly chain: Chain,
    private readonly potential: BoundPotential,
    private readonly plan: Plan,
  ) {
    const left = Math.max(0, plan.draws - keptAt(plan, chain.step));
    this.#vectors = new Float64Array(left * potential.position.length);
    this.#statistics = new Float64Array(left * STATISTICS.length);
  }

  /** Tells whether all draws are there. */
  get isDone(): boolean {
    return this.chain.step >= endOf(this.plan);
  }

  /** The number of transitions made. */
  get step(): number {
    return this.chain.step;
  }

  /** Returns copies of the draws since it was called last, and of the state. */
  take(): Part {
    const size = this.potential.position.length, width = STATISTICS.length;
    const [from, to, divergences] = [this.#taken, this.#kept, this.#divergences];
    [this.#taken, this.#divergences] = [to, 0];
    return {
      state: this.chain.state,
      vectors: this.#vectors.slice(from * size, to * size),
      statistics: this.#statistics.slice(from * width, to * width),
      divergences,
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
    const { chain, plan: { first, thinning } } = this, after = chain.step - first;
    if (after <= 0) return;
    if (chain.isDivergent) this.#divergences++;
    if (after % thinning) return;
    chain.writeStatistics(this.#statistics, this.#kept * STATISTICS.length);
    const { position } = chain, at = this.#kept++ * position.length;
    for (let i = 0; i < position.length; i++) this.#vectors[at + i] = position[i];
  }
}
