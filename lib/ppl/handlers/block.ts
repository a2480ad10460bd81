import { checkOptions, checkSynchronous, type OptionNames } from "../../system/mod.ts";
import type { Message } from "../message.ts";
import { checkList } from "../named_values.ts";
import { handler, type HandlerForms } from "../forms.ts";

/** The messages that `block` hides: all, unless one of these says which. */
export interface BlockOptions {
  /** Names to hide. */
  hide?: readonly string[];
  /** Names to let through; all others are hidden. */
  expose?: readonly string[];
  /** The types of messages to let through; all others are hidden. */
  exposeTypes?: readonly Message["type"][];
  /** Returns true for messages to hide. */
  hideFn?: (message: Message) => boolean;
}

const optionNames: OptionNames<BlockOptions> = { hide: true, expose: true, exposeTypes: true, hideFn: true };

function predicate({ hide, expose, exposeTypes, hideFn }: BlockOptions): (message: Message) => boolean {
  if (hideFn) {
    return (message) => {
      const hides = hideFn(message);
      checkSynchronous("block: hideFn is synchronous", hides);
      return hides;
    };
  }
  if (expose) return (message) => !expose.includes(message.name);
  if (exposeTypes) return (message) => !exposeTypes.includes(message.type);
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
export const block: HandlerForms<[options?: BlockOptions]> = handler("block", (options = {}) => {
  checkOptions("block", options, optionNames);
  checkList("block", "hide", options.hide);
  checkList("block", "expose", options.expose);
  checkList("block", "exposeTypes", options.exposeTypes);
  const hides = predicate(options);
  return {
    process: {
      any(message) {
        if (hides(message)) message.stop = true;
      },
    },
  };
});
