/**
 * Chains in a process of their own, which saves them to the file it is given at every turn, goes on from it where it is
 * there, and is killed at one of its first turns if it is asked to.
 */
import { loadMCMC } from "../../../lib/infer/mod.ts";
import { random } from "../../../lib/tensor/mod.ts";
import { longRun, schools } from "./models.ts";

const [checkpoint, workers, turns] = Deno.args;
const state = await loadMCMC(checkpoint).catch(() => undefined);
let turn = 0;
const { notices } = await longRun(Number(workers)).run(random.key(6), schools, {
  checkpoint,
  checkpointSeconds: 0,
  state,
  progress: () => ++turn === Number(turns) && Deno.kill(Deno.pid, "SIGKILL"),
});
console.log(JSON.stringify(notices));
