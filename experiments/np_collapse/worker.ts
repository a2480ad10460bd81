/**
 * Trains runs in a Worker: takes a `Task`, tells of its progress, and gives `Runs`.
 *
 * @module
 */
import { serveTasks } from "../../lib/workers/serve_tasks.ts";
import { type Runs, runsOf, type Task } from "./runs.ts";

serveTasks<Task, Runs>(runsOf);
