import { checkSynchronous } from "../system/mod.ts";
import { withPlaces } from "../compile/internals.ts";
import { isValidationEnabled } from "../distributions/mod.ts";
import {
  describeNode,
  formatShape,
  sameShape,
  sizeOf,
  type Tensor,
  tryBroadcastShapes,
} from "../tensor/mod.ts";
import { type Handler, type Hooks, pass } from "./handler.ts";
import type { KeyMessage, Message, PlateMessage, SampleMessage, ValueMessage } from "./message.ts";
import { checkSize } from "./check_size.ts";
import { noKey } from "./no_key.ts";
import { Subsample } from "./subsample_indices.ts";

/** Any function. */
export type AnyFunction = (...args: any[]) => any;

const stack: Handler[] = [];

/** Returns the handlers that are active, outermost first. */
export function activeHandlers(): readonly Handler[] {
  return stack;
}

/** Runs `body` as if no handler were active: hidden from all outside, in no plate. */
export function isolated<T>(body: () => T): T {
  const outside = stack.splice(0);
  try {
    return body();
  } finally {
    stack.splice(0, stack.length, ...outside);
  }
}

/** A message that has passed the handlers and waits for its value. */
export interface Pending<M extends Message = Message> {
  /** The message as the handlers left it. */
  readonly message: M;
  /** Hands the message with its value back to the handlers that saw it. */
  finish(): void;
}

/** Shows a message to the handlers, innermost first, until one stops it. */
export function begin(message: Message): Pending {
  const height = stack.length;
  let depth = height;
  while (depth > 0 && !message.stop) message = pass(stack[--depth].process, message);
  const finish = () => {
    for (let i = depth; i < height; i++) pass(stack[i].postprocess, message);
  };
  return { message, finish };
}

/** Sends a message through all handlers, gives it its value in between, and returns the result. */
export function send(message: ValueMessage): ValueMessage & { value: Tensor };
/** For a plate. */
export function send(message: PlateMessage): PlateMessage & { subsample: Subsample };
/** For a key. */
export function send(message: KeyMessage): KeyMessage;
export function send(message: Message): Message {
  const pending = begin(message);
  pass(completion, pending.message);
  pending.finish();
  return pending.message;
}

/** Gives messages the values that no handler gave them. */
const completion: Hooks = {
  sample(message) {
    const { value, distribution, key, name, stop } = message;
    if (value === undefined) {
      checkSize(message);
      message.value = distribution.sample(key ?? noKey("sample site", name, stop));
    } else if (isValidationEnabled()) checkSiteValue(message, value);
  },
  param(message) {
    if (message.value !== undefined) return;
    if (message.needsKey && !message.key) noKey("initialise parameter", message.name);
    message.value = message.init(message.key);
  },
  plate(message) {
    const { name, size, subsampleSize, key } = message;
    message.subsample ??= new Subsample(name, size, subsampleSize, key);
  },
};

/** A disposable that `using` holds of an active handler. */
export interface Context extends Disposable {
  /** Leaves the handler; those entered after it must have been left before. */
  [Symbol.dispose](): void;
}

/** Makes a handler active until the end of the block: `using _ = enter(handler)`. */
export function enter(handler: Handler): Context {
  stack.push(handler);
  return { [Symbol.dispose]: () => leave(handler) };
}

/** Ends a handler. Throws where one that was entered after it is still active. */
export function leave(handler: Handler): void {
  const depth = stack.lastIndexOf(handler);
  if (depth < 0) return;
  const open = stack[depth + 1];
  stack.length = depth;
  if (open) leftOpen(open, handler.label);
}

function leftOpen(open: Handler, outer: string): never {
  throw new Error(
    `Cannot leave ${outer}: ${open.label} was entered inside and is still open; declare it with "using"`,
  );
}

/**
 * Returns a function that runs `fn` inside a handler made anew for each call; its type is that of
 * `fn`. It throws where `fn` leaves a handler open, and where it is asynchronous.
 */
export function around<F extends AnyFunction>(fn: F, make: () => Handler): F {
  if (typeof fn !== "function") {
    throw new Error(`Cannot run a model: found ${describeNode(fn)}, expected a function`);
  }
  const wrapped = (...args: unknown[]): unknown => {
    const height = stack.length, handler = make();
    stack.push(handler);
    try {
      const result: unknown = withPlaces(() => fn(...args));
      checkSynchronous(`run ${fn.name || "a function"} in ${handler.label}: models are synchronous`, result);
      if (stack.length > height + 1) leftOpen(stack[height + 1], fn.name || "the function");
      handler.returned?.();
      return result;
    } finally {
      stack.length = height;
    }
  };
  Object.defineProperty(wrapped, "name", { value: fn.name });
  return wrapped as F;
}

/** Throws where a value does not fit a site. */
function checkSiteValue({ name, distribution, isObserved }: SampleMessage, value: Tensor): void {
  const { batchShape, eventShape } = distribution, rank = Math.max(0, value.rank - eventShape.length);
  const [ownBatch, ownEvent] = [value.shape.slice(0, rank), value.shape.slice(rank)];
  const batch = tryBroadcastShapes(ownBatch, batchShape), event = tryBroadcastShapes(ownEvent, eventShape);
  const fits = batch && event && value.rank >= eventShape.length;
  // A column of data beside a row of distributions would score each with each.
  const crosses = isObserved && fits && !(
    [ownBatch, batchShape].some((shape) => sizeOf(shape) === sizeOf(batch)) && sameShape(ownEvent, eventShape)
  );
  if (fits && !crosses) return;
  const [found, own, inner] = [value.shape, batchShape, eventShape].map(formatShape);
  const made = fits ? ` and makes ${formatShape([...batch, ...event])} of it` : "";
  const remedy = fits
    ? "; reshape the data"
    : isObserved
    ? ""
    : "; leave the site out of the values given to have it drawn";
  const act = isObserved ? "observe" : "set", all = formatShape([...batchShape, ...eventShape]);
  throw new Error(
    `Cannot ${act} site "${name}": the value has shape ${found}${made}, expected one that broadcasts with ${all} ` +
      `(${distribution.name} with batch shape ${own} and event shape ${inner})${remedy}`,
  );
}
