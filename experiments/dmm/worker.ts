/**
 * Trains and measures one model in a Worker: takes a `Task`, tells of its progress, and gives a `Fit`.
 *
 * @module
 */
import type { ProgressBar } from "../../lib/results/experiment.ts";
import { type Fit, fit, type Task } from "./fits.ts";

/** What a Worker says. */
export type Report =
  | { readonly type: "progress"; readonly done: number; readonly text: string }
  | { readonly type: "fit"; readonly fit: Fit }
  | { readonly type: "error"; readonly message: string };

const say = (report: Report): void => self.postMessage(report);

const bar: ProgressBar = {
  update: (done, text = "") => say({ type: "progress", done, text }),
  done() {},
  [Symbol.dispose]() {},
};

// Deno's types have no scope of Workers beside that of pages.
const self = globalThis as unknown as {
  postMessage(report: Report): void;
  onmessage: (event: MessageEvent<Task>) => Promise<void>;
};

self.onmessage = async ({ data: task }) => {
  try {
    say({ type: "fit", fit: await fit(task, bar) });
  } catch (error) {
    say({ type: "error", message: error instanceof Error ? error.message : String(error) });
  }
};
