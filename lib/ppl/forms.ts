import { describeNode } from "../tensor/mod.ts";
import type { Handler } from "./handler.ts";
import { type AnyFunction, around, type Context, enter } from "./runtime.ts";

/** The two forms of a handler, with the arguments `A` that make it. */
export interface HandlerForms<A extends unknown[]> {
  /** Around a function: returns one of the same type that runs inside the handler. */
  <F extends AnyFunction>(fn: F, ...args: A): F;
  /** As a context, `using _ = ...`: active to the end of the block. */
  (...args: A): Context;
}

/**
 * Makes the two forms of a handler from a function of its arguments. Arguments that may be left out
 * have defaults in `make`.
 *
 * @example A handler that counts sites
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { handler, sample, seed } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const count = handler("count", (names: string[]) => ({
 *   postprocess: { sample: ({ name }) => void names.push(name) },
 * }));
 * const names: string[] = [];
 * seed(count(() => sample("x", new Normal(0, 1)), names), random.key(0))();
 * assert.deepEqual(names, ["x"]);
 * ```
 */
export function handler<A extends unknown[]>(
  label: string,
  make: (...args: A) => Omit<Handler, "label">,
): HandlerForms<A> {
  const made = (args: unknown[]): Handler => ({ label, ...make(...args as A) });
  return ((...args: unknown[]) => {
    const [first, ...rest] = args;
    if (typeof first !== "function" && rest.some((arg) => typeof arg === "function")) {
      throw new Error(
        `Cannot apply ${label}: found ${
          describeNode(first)
        } as its first argument, and a function after it; ` +
          "the function comes first",
      );
    }
    // A function alone may be the argument of a context, unless all arguments may be left out.
    return typeof first === "function" && args.length > make.length
      ? around(first as AnyFunction, () => made(rest))
      : enter(made(args));
  }) as HandlerForms<A>;
}
