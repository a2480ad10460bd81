import type { Message } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";

class Uncondition implements Handler {
  readonly label = "uncondition";

  process(message: Message): void {
    if (message.type !== "sample" || !message.isObserved) return;
    message.isObserved = false;
    message.value = undefined;
  }
}

/** Forgets all observations: the sites are drawn from their distributions, as Pyro's `uncondition`. */
export function uncondition<F extends AnyFunction>(fn: F): F;
/** As a context: forgets observations to the end of the block. */
export function uncondition(): Context;
export function uncondition<F extends AnyFunction>(fn?: F): F | Context {
  return install(fn, () => new Uncondition());
}
