/**
 * Trains and measures models in a Worker: takes a `Task`, tells of its progress, and gives a `Fit`.
 *
 * @module
 */
import { serveTasks } from "../../lib/workers/serve_tasks.ts";
import { type Fit, fit, type Task } from "./fits.ts";

serveTasks<Task, Fit>((task, tell) => fit(task, { update: tell, done() {}, [Symbol.dispose]() {} }));
