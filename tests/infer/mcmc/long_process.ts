/** Chains in a process of their own, which saves them to the file it is given, and goes on from it where it is there. */
import { loadMCMC } from "../../../lib/infer/mod.ts";
import { random } from "../../../lib/tensor/mod.ts";
import { longRun } from "./models.ts";
import { schools } from "./models.ts";

const [checkpoint, workers] = Deno.args;
const state = await loadMCMC(checkpoint).catch(() => undefined);
const { notices } = await longRun(Number(workers)).run(random.key(6), schools, {
  checkpoint,
  checkpointSeconds: 0.1,
  state,
  progress: ({ chains }) => console.log(chains.reduce((sum, { done }) => sum + done, 0)),
});
console.log(JSON.stringify(notices));
