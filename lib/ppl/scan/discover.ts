import {
  flatten,
  isTensor,
  sameShape,
  type Tensor,
  tryBroadcastShapes,
  unflatten,
} from "../../tensor/mod.ts";
import { broadcastTo, withoutValidation } from "../../distributions/mod.ts";
import { dryKey } from "../dry_run.ts";
import type { EnumeratedLoop } from "../enum/loop.ts";
import type { Variable } from "../enum/variable.ts";
import type { Handler } from "../handler.ts";
import type { Message, ParamMessage, PlateMessage } from "../message.ts";
import { activePlates, expandTo } from "../plate.ts";
import { enter } from "../runtime.ts";

/** The result of a look at a step. */
export interface Discovered<C> {
  /** The messages. */
  readonly found: readonly Message[];
  /** The carry it returned. */
  readonly carry: C;
  /** The values that enumerated sites were given. */
  readonly values: ReadonlyMap<Tensor, Variable>;
}

/**
 * Runs one step for the messages that it sends, in their order, and the carry that it returns; the
 * values in them do not count (in a graph they are dead code).
 *
 * @param loop the sites that are enumerated, if any are
 */
export function discover<C>(run: () => C, loop?: EnumeratedLoop): Discovered<C> {
  const found: Message[] = [],
    values = new Map<Tensor, Variable>(),
    key = dryKey(),
    plates = activePlates().reverse();
  const giveKey = (message: ParamMessage | PlateMessage) => void (message.key = key);
  const handler: Handler = {
    label: "scan",
    process: {
      any(message) {
        message.stop = true;
      },
      sample(message) {
        plates.forEach(({ frame }) => expandTo(message, frame));
        if (loop?.has(message.name)) {
          const own = loop.own(message);
          message.value = own.values;
          values.set(own.values, own.variable);
        } else if (!message.isObserved && message.value === undefined) message.key = key;
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
    return { carry: run(), found, values };
  });
}

/** Returns the first carry in the shapes of the next, if it broadcasts: a 0 serves any batch. */
export function broadcastCarry<C>(init: C, next: C): C {
  const first = flatten(init, isTensor), after = flatten(next, isTensor);
  if (first.structure !== after.structure) return init;
  const leaves = first.leaves.map((leaf, i) => {
    const { shape } = after.leaves[i], common = tryBroadcastShapes(leaf.shape, shape);
    return common && sameShape(common, shape) ? broadcastTo(leaf, shape) : leaf;
  });
  return leaves.every((leaf, i) => leaf === first.leaves[i]) ? init : unflatten(init, isTensor, leaves);
}
