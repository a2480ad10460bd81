import { reasonOf } from "../system/mod.ts";
import { tf } from "../tensor/mod.ts";
import { chooseBackend } from "../backend/mod.ts";
import { receive } from "./worker.ts";
import type { Order, Report } from "./in_workers.ts";
import type { Perform } from "./perform.ts";

/**
 * Does the tasks that `inWorkers` sends, one after another. Does nothing outside a Worker, where
 * the module that calls it can be imported for its function.
 */
export function serveTasks<Task, Result>(perform: Perform<Task, Result>): void {
  const post: (report: Report<Result>) => void = receive(async (order) => {
    const { task, backend, workspace = { folder: "", resume: false } } = order as Order<Task>;
    const tell = (done: number, text = "") => post({ type: "progress", done, text });
    try {
      if (tf.getBackend() !== backend) await chooseBackend(backend);
      post({ type: "result", result: await perform(task, tell, workspace) });
    } catch (error) {
      post({ type: "error", message: reasonOf(error) });
    }
  });
}
