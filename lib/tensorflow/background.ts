/** Something that runs on another thread. */
interface Running {
  /** Returns whether it has ended there, asked without waiting for the event loop. */
  hasEnded(): boolean;
}

const running = new Set<Running>();

/** The time that the end of the process waits for running operations, in milliseconds. */
const PATIENCE = 3000;

/**
 * Waits, at the end of the process, for what runs in the background: a process that is taken apart
 * while TensorFlow computes crashes.
 */
function waitForAll(): void {
  const until = performance.now() + PATIENCE, never = new Int32Array(new SharedArrayBuffer(4));
  while ([...running].some((one) => !one.hasEnded()) && performance.now() < until) {
    Atomics.wait(never, 0, 0, 1);
  }
}

let isListening = false;

/** Says that something runs, until `leave`. */
export function enter(one: Running): void {
  running.add(one);
  if (isListening) return;
  isListening = true;
  for (const event of ["unload", "error", "unhandledrejection"]) addEventListener(event, waitForAll);
}

/** Says that it has ended. */
export function leave(one: Running): void {
  running.delete(one);
}
