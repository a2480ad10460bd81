import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import type { Handler } from "../handler.ts";
import { activeHandlers, type AnyFunction, around, enter } from "../runtime.ts";

/** Options of `markov`. */
export interface MarkovOptions {
  /** The number of steps before it that a step may depend on (default 1). */
  history?: number;
}

const optionNames: OptionNames<MarkovOptions> = { history: true };

/** One step of a chain. */
export type Frame = Readonly<Record<never, never>>;

/** The chain around sites: which of its steps they may depend on. */
export class MarkovScope implements Handler {
  /** The handler's name in errors. */
  readonly label = "markov";
  /** The steps so far that have not ended, or are within the history; the last is the present. */
  readonly frames: Frame[] = [];

  /** Makes a chain whose steps depend on `history` steps before. */
  constructor(readonly history: number) {}

  /** Tells whether the present step may depend on a step. */
  sees(frame: Frame): boolean {
    return this.frames.slice(-this.history - 1).includes(frame);
  }
}

/** Returns the chains that are active, outermost first. */
export function activeScopes(): MarkovScope[] {
  return activeHandlers().filter((h): h is MarkovScope => h instanceof MarkovScope);
}

/**
 * Goes through the steps of a chain, as Pyro's `markov`: what is sampled in a step depends on
 * earlier steps only through the `history` steps before it. Enumeration then needs `history + 1`
 * batch axes, however long the chain is. After the loop, nothing may depend on its sites.
 *
 * @param steps the steps, such as an array of data, or `Array(n).keys()`
 * @throws Error for a history that is not an integer from 0.
 *
 * @example Two axes serve a chain of four
 * ```ts
 * import { Bernoulli, configEnumerate, enumerate, markov, sample } from "@pyrosaur/pyrosaur";
 * import { trace } from "@pyrosaur/pyrosaur";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * function chain() {
 *   let x: Tensor = tf.scalar(0);
 *   for (const t of markov([0, 1, 2, 3])) x = sample(`x${t}`, new Bernoulli(x.mul(0.5).add(0.2)));
 * }
 * const run = trace(enumerate(configEnumerate(chain), { firstAvailableDim: -1 })).get();
 * assert.deepEqual(run.sampleSites.map(({ value }) => value.shape), [[2], [2, 1], [2], [2, 1]]);
 * ```
 */
export function markov<T>(steps: Iterable<T>, options?: MarkovOptions): Iterable<T>;
/** Makes a function that calls itself a chain: each call within a call is a further step. */
export function markov<F extends AnyFunction>(fn: F, options?: MarkovOptions): F;
export function markov<T, F extends AnyFunction>(
  chain: Iterable<T> | F,
  options?: MarkovOptions,
): Iterable<T> | F {
  checkOptions("make markov", options, optionNames);
  const { history = 1 } = options ?? {};
  if (!(Number.isSafeInteger(history) && history >= 0)) {
    throw new Error(`Cannot make markov: its history is ${shown(history)}, expected an integer from 0`);
  }
  return typeof chain === "function" ? recursive(chain, history) : iterated(chain, history);
}

function* iterated<T>(steps: Iterable<T>, history: number): Generator<T> {
  const scope = new MarkovScope(history);
  for (const step of steps) {
    scope.frames.push({});
    if (scope.frames.length > history + 1) scope.frames.shift();
    using _scope = enter(scope);
    yield step;
  }
}

function recursive<F extends AnyFunction>(fn: F, history: number): F {
  const scope = new MarkovScope(history);
  const step = (...args: Parameters<F>): unknown => {
    scope.frames.push({});
    try {
      return fn(...args);
    } finally {
      scope.frames.pop();
    }
  };
  return around(step as F, () => scope);
}
