import { reasonOf } from "../system/mod.ts";

/** A Worker of the web's, or one of Node's. */
export interface WorkerLike {
  /**
   * Sends it plain data; the arrays of `transfer` move to it and are empty here (default: none).
   */
  post(message: unknown, transfer?: ArrayBuffer[]): void;
  /** Sets the receiver of its messages. */
  onMessage(receiver: (message: unknown) => void): void;
  /** Sets the receiver of what it throws and does not catch. */
  onError(receiver: (message: string) => void): void;
  /** Ends it. */
  terminate(): unknown;
}

/**
 * Keeps the error of a Worker that comes before its receiver: one that cannot be loaded may fail
 * before anything else runs, and an error that nobody receives ends the program.
 */
function errorKeeper(): { fail: (message: string) => void; onError: WorkerLike["onError"] } {
  let early: string | undefined, receive = (message: string): void => void (early ??= message);
  return {
    fail: (message) => receive(message),
    onError(receiver) {
      receive = receiver;
      if (early !== undefined) receiver(early);
    },
  };
}

/** The message of a Worker of the web's that its lock is held, as long as it lives. */
interface Held {
  readonly held: string;
}

const isHeld = (message: unknown): message is Held =>
  typeof message === "object" && message !== null && "held" in message;

/** Calls back once the holder of a lock has ended, unless the signal comes first. */
function onceFree(lock: string, ended: () => void, signal: AbortSignal): void {
  navigator.locks.request(lock, { signal }, ended).catch(() => {});
}

/**
 * Starts a module as a Worker: of the web's under Deno, of `node:worker_threads` under Node. One
 * that ends of itself, once its module has called `receive`, counts as one that failed.
 */
export async function startWorker(script: URL): Promise<WorkerLike> {
  const { fail, onError } = errorKeeper();
  if (typeof Worker === "undefined") {
    const threads = await import("node:worker_threads"), worker = new threads.Worker(script);
    worker.on("error", (error) => fail(reasonOf(error)));
    // One that ended of itself will not answer; after its end is asked for nobody listens.
    worker.on("exit", (code) => fail(`the Worker ended, with code ${code}`));
    return {
      post: (message, transfer = []) => worker.postMessage(message, transfer),
      onMessage: (receiver) => worker.removeAllListeners("message").on("message", receiver),
      onError,
      terminate: () => worker.terminate(),
    };
  }
  // The web has no event for a Worker that closes itself: the lock that it holds falls free.
  const over = new AbortController(), name = `worker ${crypto.randomUUID()}`;
  const worker = new Worker(script, { type: "module", name });
  let receiver = (_message: unknown): void => {};
  worker.onmessage = ({ data }) => {
    if (isHeld(data)) onceFree(data.held, () => fail("the Worker ended of itself"), over.signal);
    else receiver(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message);
  };
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: (given) => receiver = given,
    onError,
    terminate: () => {
      over.abort();
      worker.terminate();
    },
  };
}

/**
 * Sets the receiver of messages to this Worker, if it is one, and returns the way to answer; the
 * arrays of `transfer` move with the answer.
 */
export function receive(
  receiver: (message: unknown) => void,
): (answer: unknown, transfer?: ArrayBuffer[]) => void {
  if (typeof Worker === "undefined") {
    const port = import("node:worker_threads").then(({ parentPort }) => parentPort?.on("message", receiver));
    return (answer, transfer = []) => void port.then((p) => p?.postMessage(answer, transfer));
  }
  if (!("WorkerGlobalScope" in globalThis)) return () => {};
  // Deno's types have no scope of Workers beside that of pages.
  const scope = globalThis as unknown as {
    readonly name: string;
    postMessage(answer: unknown, transfer: ArrayBuffer[]): void;
    onmessage: (event: MessageEvent<unknown>) => void;
  };
  const held = holdLock(scope.name).then((held) => held && scope.postMessage({ held: scope.name }, []));
  scope.onmessage = ({ data }) => void held.then(() => receiver(data));
  return (answer, transfer = []) => scope.postMessage(answer, transfer);
}

/** Holds a lock for life; false where there are no locks. */
function holdLock(name: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(false);
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, () => {
      resolve(true);
      return new Promise(() => {});
    }).catch(reject);
  });
}
