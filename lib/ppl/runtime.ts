import { isValidationEnabled } from "../distributions/mod.ts";
import { checkSiteValue, noKey } from "./checks.ts";
import type {
  DeterministicMessage,
  KeyMessage,
  Message,
  ParamMessage,
  PlateMessage,
  SampleMessage,
} from "./message.ts";

/**
 * An effect: it sees the messages of the primitives that run inside it, on the way out (`process`,
 * innermost handler first) and, once the message has its value, on the way back (`postprocess`,
 * outermost first). As Pyro's `Messenger`.
 */
export interface Handler {
  /** How messages call it: `plate "data"`. */
  readonly label: string;
  /** Changes a message on its way out, or returns another one to go on in its place. */
  process?(message: Message): Message | void;
  /** Sees a message that has its value. */
  postprocess?(message: Message): void;
  /** Sees a message within the step of a `scan`, which otherwise does not leave it. */
  withinScan?(message: Message): void;
  /** Whether sites keep their own distributions, for divergences in closed form: those of a `scan` over all steps, and those of automatic guides. */
  readonly keepsDistributions?: boolean;
}

/** Any function. */
export type AnyFunction = (...args: any[]) => any;

const stack: Handler[] = [];

/** The handlers that are active, outermost first. */
export function activeHandlers(): readonly Handler[] {
  return stack;
}

/** Runs `body` as if no handler were active: it is hidden from those outside, and no plate is around it. */
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
  while (depth > 0 && !message.stop) message = stack[--depth].process?.(message) ?? message;
  return {
    message,
    finish: () => {
      for (let i = depth; i < height; i++) stack[i].postprocess?.(message);
    },
  };
}

/** The messages whose value is a tensor; `lift` may turn one into another. */
export type ValueMessage = SampleMessage | ParamMessage | DeterministicMessage;

/** Sends a message through all handlers, and gives it its value in between. Returns it as the handlers left it. */
export function send(message: ValueMessage): ValueMessage;
/** For a plate. */
export function send(message: PlateMessage): PlateMessage;
/** For a key. */
export function send(message: KeyMessage): KeyMessage;
export function send(message: Message): Message {
  const pending = begin(message);
  complete(pending.message);
  pending.finish();
  return pending.message;
}

/** Gives a message the value that no handler gave it. */
function complete(message: Message): void {
  if (message.type === "sample") {
    if (message.value !== undefined) {
      if (isValidationEnabled()) checkSiteValue(message, message.value);
    } else message.value = message.distribution.sample(message.key ?? noKey("sample site", message.name));
  } else if (message.type === "param") {
    if (message.needsKey && message.value === undefined && !message.key) {
      noKey("initialise parameter", message.name);
    }
    message.value ??= message.init(message.key);
  }
}

/** What `using` holds of an active handler. */
export interface Context extends Disposable {
  /** Leaves the handler; what was entered after it must have been left before. */
  [Symbol.dispose](): void;
}

/** Makes a handler active. */
export function push(handler: Handler): void {
  stack.push(handler);
}

/** Ends a handler. Throws where one that was entered after it is still active. */
export function pop(handler: Handler): void {
  const at = stack.lastIndexOf(handler);
  if (at < 0) return;
  const open = stack[at + 1];
  stack.length = at;
  if (open) leftOpen(open, handler.label);
}

function leftOpen(open: Handler, outer: string): never {
  throw new Error(
    `Cannot leave ${outer}: ${open.label} was entered inside and is still open; declare it with "using"`,
  );
}

/** Makes a handler active until the end of the block: `using _ = enter(handler)`. */
export function enter(handler: Handler): Context {
  push(handler);
  return { [Symbol.dispose]: () => pop(handler) };
}

/**
 * A function that runs `fn` inside a handler made anew for each call; its type is that of `fn`.
 * Throws (when called) where `fn` leaves a handler open, and where it is asynchronous.
 */
export function around<F extends AnyFunction>(fn: F, make: () => Handler): F {
  const wrapped = (...args: unknown[]): unknown => {
    const height = stack.length, handler = make();
    stack.push(handler);
    let result: unknown;
    try {
      result = fn(...args);
      if (result instanceof Promise) {
        throw new Error(
          `Cannot run ${
            fn.name || "a function"
          } in ${handler.label}: models are synchronous, it returned a promise`,
        );
      }
      if (stack.length > height + 1) leftOpen(stack[height + 1], fn.name || "the function");
    } finally {
      stack.length = height;
    }
    return result;
  };
  Object.defineProperty(wrapped, "name", { value: fn.name });
  return wrapped as F;
}

/** `around(fn, make)` where there is a function, else `enter(make())`: the two forms of a handler. */
export function install<F extends AnyFunction>(fn: F | undefined, make: () => Handler): F | Context {
  return fn ? around(fn, make) : enter(make());
}
