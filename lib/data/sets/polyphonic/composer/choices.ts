import { fillUniform, type ThreefryKey } from "../../../../tensor/random/mod.ts";

const BLOCK = 512;

/** Random choices at known probabilities, one after the other, from one key. */
export class Choices {
  #key: ThreefryKey;
  #uniform = new Float32Array(BLOCK);
  #used = BLOCK;
  #blocks = 0;
  #logProb = 0;

  constructor(key: ThreefryKey) {
    this.#key = key;
  }

  /** The log probability of all choices made so far. */
  get logProb(): number {
    return this.#logProb;
  }

  #next(): number {
    if (this.#used === BLOCK) {
      fillUniform(this.#key.foldIn(this.#blocks++), this.#uniform);
      this.#used = 0;
    }
    return this.#uniform[this.#used++];
  }

  /** True with probability `p`. */
  coin(p: number): boolean {
    const yes = this.#next() < p;
    this.#logProb += Math.log(yes ? p : 1 - p);
    return yes;
  }

  /** Draws an index in proportion to its weight, among the first `count` (default: all). */
  pick(weights: ArrayLike<number>, count: number = weights.length): number {
    let total = 0;
    for (let i = 0; i < count; i++) total += weights[i];
    let left = this.#next() * total, chosen = -1;
    for (let i = 0; i < count; i++) {
      if (weights[i] === 0) continue;
      chosen = i;
      left -= weights[i];
      if (left < 0) break;
    }
    this.#logProb += Math.log(weights[chosen] / total);
    return chosen;
  }
}
