import { withoutValidation } from "../../distributions/mod.ts";
import { dryKey } from "../dry_run.ts";
import type { Handler } from "../handler.ts";
import type { Message, ParamMessage, PlateMessage } from "../message.ts";
import { activePlates, expandTo } from "../plate.ts";
import { enter } from "../runtime.ts";

/** The messages that one step sends, and the carry it returns. */
export interface Discovered<C> {
  /** The messages in their order, with the values of a run that does not count. */
  readonly found: readonly Message[];
  /** The carry it returns. */
  readonly carry: C;
}

/** Runs one step for its messages; what it computes is thrown away (in a graph it is dead code). */
export function discover<C>(run: () => C): Discovered<C> {
  const found: Message[] = [], key = dryKey(), plates = activePlates().reverse();
  const giveKey = (message: ParamMessage | PlateMessage) => void (message.key = key);
  const handler: Handler = {
    label: "scan",
    process: {
      any(message) {
        message.stop = true;
      },
      sample(message) {
        plates.forEach(({ frame }) => expandTo(message, frame));
        if (!message.isObserved && message.value === undefined) message.key = key;
      },
      param: giveKey,
      plate: giveKey,
      key: (message) => void (message.value = key),
    },
    postprocess: { any: (message) => void found.push({ ...message }) },
  };
  // Not a dryRun: the plates around the loop are around its steps.
  return withoutValidation(() => {
    using _handler = enter(handler);
    return { carry: run(), found };
  });
}
