/**
 * The seconds that independent trainings of a Neural Process take in a process of their own, from
 * the model to the last loss: `total.ts RUNS STEPS`. Prints JSON.
 *
 * @module
 */
import { answer } from "../shared/child.ts";
import { median } from "../../lib/statistics/mod.ts";
import { train } from "./train.ts";

const [runs, steps] = Deno.args.map(Number), begin = performance.now();
const losses = await train({ runs, steps });
answer({ total_s: (performance.now() - begin) / 1000, loss: median(losses) });
