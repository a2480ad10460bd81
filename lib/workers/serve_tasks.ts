import { tf } from "../tensor/mod.ts";
import { chooseBackend } from "../backend/mod.ts";
import type { Order, Report } from "./in_workers.ts";

/** Tells how far a task is. */
export type Tell = (done: number, text?: string) => void;

/** In a Worker: does the tasks that `inWorkers` sends, one after another. */
export function serveTasks<Task, Result>(work: (task: Task, tell: Tell) => Promise<Result>): void {
  // Deno's types have no scope of Workers beside that of pages.
  const self = globalThis as unknown as {
    postMessage(report: Report<Result>): void;
    onmessage: (event: MessageEvent<Order<Task>>) => Promise<void>;
  };
  self.onmessage = async ({ data: { task, backend } }) => {
    try {
      if (tf.getBackend() !== backend) await chooseBackend(backend);
      const result = await work(
        task,
        (done, text = "") => self.postMessage({ type: "progress", done, text }),
      );
      self.postMessage({ type: "result", result });
    } catch (error) {
      self.postMessage({ type: "error", message: error instanceof Error ? error.message : String(error) });
    }
  };
}
