import { HERE } from "../stepping/mod.ts";
import { paysWorkers, processors } from "../../workers/pays.ts";
import { ChainRun } from "./chain_run.ts";
import type { ChainSettings } from "./kernel_settings.ts";
import { makeChain } from "./make_chain.ts";
import type { MCMCRunOptions } from "./mcmc_options.ts";
import type { ModelPotential } from "./model_potential.ts";
import { chainBars } from "./progress.ts";
import type { ChainRecord } from "./record.ts";
import { stateOf } from "./result.ts";
import { runHere } from "./run_here.ts";
import { runInWorkers } from "./run_in_workers.ts";
import { Saving } from "./saving.ts";
import type { MCMCState } from "./state.ts";

/**
 * Runs the chains of records to their ends: here, and in Workers where that is asked for or pays.
 * Either way draws are the same, bit for bit.
 *
 * @returns what did not go well beside the chains, such as a checkpoint that was not written
 */
export async function runChains(
  records: readonly ChainRecord[],
  posterior: ModelPotential,
  args: readonly unknown[],
  settings: ChainSettings,
  numWorkers: number | undefined,
  sites: MCMCState["sites"],
  { progress = true, signal, checkpoint, checkpointSeconds = 60 }: MCMCRunOptions,
): Promise<string[]> {
  const tell = typeof progress === "function" ? progress : progress ? chainBars() : () => {};
  const began = performance.now(), notices = new Set<string>();
  // Failed chains are saved as they were at last: what goes on may bring them further.
  const saving = checkpoint === undefined
    ? undefined
    : new Saving(checkpoint, checkpointSeconds, () => stateOf(records, sites, true), notices);
  const report = async (update: () => void) => {
    tell({ chains: records.map((r) => r.progress), seconds: (performance.now() - began) / 1000 });
    await saving?.turn(update);
  };
  const program = posterior.portable, open = () => records.filter((record) => !record.isOver).length;
  const atATime = !program ? 0 : numWorkers ?? (open() > 1 ? processors() : 0);
  const total = records.reduce((sum, { progress: { total } }) => sum + total, 0);
  const leaves = (seconds: number) => {
    if (numWorkers !== undefined) return atATime > 0;
    if (atATime < 2 || seconds < HERE || open() < 2) return false;
    const done = records.reduce((sum, { progress: { done } }) => sum + done, 0);
    return paysWorkers(seconds / done * (total - done));
  };
  const make = (record: ChainRecord) => {
    const potential = posterior.bind(args);
    return new ChainRun(makeChain(settings, potential, record.state), potential, record.plan);
  };
  await runHere(records, { make, report, leaves, signal });
  if (open() > 0 && !signal?.aborted) {
    const shared = { settings, program: program!, data: posterior.inputsOf(args).map(({ data }) => data) };
    await runInWorkers(records, { atATime, shared, report: () => report(() => {}), signal });
  }
  await saving?.end();
  return [...notices];
}
