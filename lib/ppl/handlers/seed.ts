import type { Key } from "../../tensor/mod.ts";
import type { Message } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";

/** Hands out keys, splitting off one for each message that draws, in NumPyro's order. */
class Seed implements Handler {
  readonly label = "seed";
  constructor(private key: Key) {}

  process(message: Message): void {
    if (message.type === "key") message.value ??= this.next();
    else if (needsKey(message)) message.key ??= this.next();
  }

  private next(): Key {
    const [rest, own] = this.key.split(2);
    this.key = rest;
    return own;
  }
}

function needsKey(message: Message): message is Extract<Message, { key: Key | undefined }> {
  if (message.type === "sample") return !message.isObserved && message.value === undefined && !message.key;
  if (message.type === "param") return message.needsKey && message.value === undefined;
  return message.type === "plate" && !message.subsample && message.subsampleSize !== message.size;
}

/**
 * Gives the sites of a model keys to draw with, as NumPyro's `seed`: each takes one half of a
 * split, the next site the other. Every call of the function starts from the same key, so it gives
 * the same values. Without a function: `using _ = seed(key)`.
 *
 * @example Every call draws the same
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { sample, seed } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const draw = seed(() => sample("x", new Normal(0, 1)), random.key(0));
 * assert.deepEqual(draw().dataSync(), draw().dataSync());
 * ```
 */
export function seed<F extends AnyFunction>(fn: F, key: Key): F;
/** As a context: seeds the sites to the end of the block. */
export function seed(key: Key): Context;
export function seed<F extends AnyFunction>(...args: [F, Key] | [Key]): F | Context {
  const [fn, key] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn, () => new Seed(key));
}
