import { withoutValidation } from "../../distributions/mod.ts";
import { dryKey } from "../dry_run.ts";
import type { DeterministicMessage, Message, ParamMessage, PlateMessage, SampleMessage } from "../message.ts";
import { expandTo, Plate } from "../plate.ts";
import { activeHandlers, enter, type Handler } from "../runtime.ts";

/** A message of a step's. */
export type Found = SampleMessage | ParamMessage | DeterministicMessage | PlateMessage;

/** What one step sends, and the carry it returns. */
export interface Discovered<C> {
  /** The messages in their order, with the values of a run that does not count. */
  readonly found: readonly Found[];
  /** Whether the step asks for keys. */
  readonly asksForKey: boolean;
  /** The carry it returns. */
  readonly carry: C;
}

/** Runs one step for its messages; what it computes is thrown away (in a graph it is dead code). */
export function discover<C>(run: () => C): Discovered<C> {
  const found: Found[] = [];
  let asksForKey = false;
  const key = dryKey();
  const around = outerPlates();
  const handler: Handler = {
    label: "scan",
    process(message: Message): void {
      message.stop = true;
      if (message.type === "key") {
        message.value = key;
        asksForKey = true;
      } else if (message.type === "sample") {
        around.forEach((plate) => expandTo(message, plate.frame));
        if (!message.isObserved && message.value === undefined) message.key = key;
      } else if (message.type !== "deterministic") message.key = key;
    },
    postprocess(message: Message): void {
      if (message.type !== "key") found.push({ ...message });
    },
  };
  // Not a dryRun: the plates around the loop are around its steps.
  return withoutValidation(() => {
    using _handler = enter(handler);
    const carry = run();
    return { found, asksForKey, carry };
  });
}

/** The plates around the loop, innermost first. */
export function outerPlates(): Plate[] {
  return activeHandlers().filter((h): h is Plate => h instanceof Plate).reverse();
}
