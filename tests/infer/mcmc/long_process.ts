/**
 * Chains in a process of their own, which saves them to the file it is given at every turn, goes on from it where it is
 * there, and is killed once it has saved them if it is asked to.
 */
import { loadMCMC } from "../../../lib/infer/mod.ts";
import { random } from "../../../lib/tensor/mod.ts";
import { longRun, schools } from "./models.ts";

const [checkpoint, workers, isKilled] = Deno.args;
const state = await loadMCMC(checkpoint).catch(() => undefined);
/** What tells one version of the file from the next; undefined where there is none. */
const version = (): string | undefined => {
  try {
    const { ino, mtime } = Deno.statSync(checkpoint);
    return `${ino} ${mtime?.getTime()}`;
  } catch {
    return undefined;
  }
};
const before = version();
let turn = 0;
const { notices } = await longRun(Number(workers)).run(random.key(6), schools, {
  checkpoint,
  checkpointSeconds: 0,
  state,
  progress: () => isKilled === "true" && ++turn > 1 && version() !== before && Deno.kill(Deno.pid, "SIGKILL"),
});
console.log(JSON.stringify(notices));
