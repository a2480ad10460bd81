import { choicesOf, reasonOf, transientCode } from "../system/mod.ts";
import { tf } from "../tensor/mod.ts";
import { chooseBackend } from "../backend/mod.ts";
import { receive } from "./worker.ts";
import type { Order, Report, Stop } from "./in_workers.ts";
import type { Perform } from "./perform.ts";

/**
 * Does the tasks that `inWorkers` sends, one after another. Does nothing outside a Worker, where
 * the module that calls it can be imported for its function.
 */
export function serveTasks<Task, Result>(perform: Perform<Task, Result>): void {
  let stop = new AbortController();
  const post: (report: Report<Result>) => void = receive(async (message) => {
    const order = message as Order<Task> | Stop;
    if (order.type === "stop") return stop.abort();
    const { task, backend, workspace = { folder: "", resume: false } } = order;
    stop = new AbortController();
    const tell = (done: number, text = "") => post({ type: "progress", done, text });
    try {
      if (tf.getBackend() !== backend) await chooseBackend(backend);
      const result = await perform(task, tell, { ...workspace, signal: stop.signal });
      post({ type: "result", result, engines: choicesOf("engine") });
    } catch (error) {
      post({ type: "error", message: reasonOf(error), code: transientCode(error) });
    }
  });
}
