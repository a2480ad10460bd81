import { reasonOf } from "../system/mod.ts";
import { tf } from "../tensor/mod.ts";
import { chooseBackend } from "../backend/mod.ts";
import { receive } from "./worker.ts";
import type { Order, Report } from "./in_workers.ts";

/** Tells how far a task is. */
export type Tell = (done: number, text?: string) => void;

/** In a Worker: does the tasks that `inWorkers` sends, one after another. */
export function serveTasks<Task, Result>(work: (task: Task, tell: Tell) => Promise<Result>): void {
  const post: (report: Report<Result>) => void = receive(async (order) => {
    const { task, backend } = order as Order<Task>;
    try {
      if (tf.getBackend() !== backend) await chooseBackend(backend);
      const result = await work(task, (done, text = "") => post({ type: "progress", done, text }));
      post({ type: "result", result });
    } catch (error) {
      post({ type: "error", message: reasonOf(error) });
    }
  });
}
