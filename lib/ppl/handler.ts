import type { Message } from "./message.ts";
import type { PlateFrame } from "./plate_frame.ts";

/**
 * Functions by type of message. `any` sees messages of all types, before the function of the type;
 * a function may return another message to go on in place of its own.
 */
export type Hooks =
  & { readonly [M in Message as M["type"]]?: (message: M) => Message | void }
  & { readonly any?: (message: Message) => Message | void };

/** An effect: it sees the messages of the primitives that run inside it. As Pyro's `Messenger`. */
export interface Handler {
  /** The handler's name in errors: `plate "data"`. */
  readonly label: string;
  /** Changes messages on their way out, innermost handler first. */
  readonly process?: Hooks;
  /** Sees messages that have their values, on the way back, outermost handler first. */
  readonly postprocess?: Hooks;
  /** Sees messages within the step of a `scan`, which otherwise do not leave it. */
  readonly withinScan?: Hooks;
  /** Runs when the function that it is around has returned; not at the end of a context. */
  readonly returned?: () => void;
  /** The batch axes that are taken as long as it is active. */
  readonly axes?: readonly Pick<PlateFrame, "dim">[];
  /** True where it keeps log densities, so that those of a scan's steps are collected. */
  readonly keepsLogProbs?: boolean;
  /**
   * True where it wants the distributions of single sites, for divergences in closed form: sites
   * of a scan keep theirs over all steps, automatic guides draw site by site.
   */
  readonly keepsDistributions?: boolean;
  /**
   * True where it trains the parameters: a guide then draws as it is trained, not as it predicts.
   */
  readonly isTraining?: boolean;
}

/** Shows a message to hooks, and returns the message to go on with. */
export function pass(hooks: Hooks | undefined, message: Message): Message {
  if (!hooks) return message;
  const next = hooks.any?.(message) ?? message;
  const hook = hooks[next.type] as ((message: Message) => Message | void) | undefined;
  return hook?.(next) ?? next;
}
