/** Trains in a Worker: takes a `TrainTask`, gives the last losses. @module */
import { serveTasks } from "../../lib/workers/mod.ts";
import { train, type TrainTask } from "./train.ts";

serveTasks<TrainTask, number[]>(train);
