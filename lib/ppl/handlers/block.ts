import type { Message } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";

/** Which messages `block` hides. Without any of these: all. */
export interface BlockOptions {
  /** Names to hide. */
  hide?: readonly string[];
  /** Names to let through; all others are hidden. */
  expose?: readonly string[];
  /** Hides the messages that it is true for. */
  hideFn?: (message: Message) => boolean;
}

class Block implements Handler {
  readonly label = "block";
  constructor(private readonly hides: (message: Message) => boolean) {}

  process(message: Message): void {
    if (this.hides(message)) message.stop = true;
  }
}

function predicate({ hide, expose, hideFn }: BlockOptions): (message: Message) => boolean {
  if (hideFn) return hideFn;
  if (expose) return (message) => !expose.includes(message.name);
  if (hide) return (message) => hide.includes(message.name);
  return () => true;
}

/**
 * Hides sites from the handlers outside, as Pyro's `block`; by default all of them, keys included.
 *
 * @example A site that the trace does not see
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { block, sample, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("y", new Normal(sample("x", new Normal(0, 1)), 1));
 * const run = trace(block(seed(model, random.key(0)), { hide: ["x"] })).get();
 * assert.deepEqual([...run.sites.keys()], ["y"]);
 * ```
 */
export function block<F extends AnyFunction>(fn: F, options?: BlockOptions): F;
/** As a context: hides the sites to the end of the block. */
export function block(options?: BlockOptions): Context;
export function block<F extends AnyFunction>(first?: F | BlockOptions, second?: BlockOptions): F | Context {
  const [fn, options] = typeof first === "function" ? [first, second] : [undefined, first];
  return install(fn, () => new Block(predicate(options ?? {})));
}
