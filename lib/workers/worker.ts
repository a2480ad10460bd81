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

/** Starts a module as a Worker: of the web's under Deno, of `node:worker_threads` under Node. */
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
  const worker = new Worker(script, { type: "module" });
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message);
  };
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: (receiver) => worker.onmessage = ({ data }) => receiver(data),
    onError,
    terminate: () => worker.terminate(),
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
    postMessage(answer: unknown, transfer: ArrayBuffer[]): void;
    onmessage: (event: MessageEvent<unknown>) => void;
  };
  scope.onmessage = ({ data }) => receiver(data);
  return (answer, transfer = []) => scope.postMessage(answer, transfer);
}
