import { fileURLToPath } from "node:url";
import { KINDS, type StepReport } from "./bnn/step.ts";
import { Peers } from "./peers/peers.ts";
import { child } from "./shared/child.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { Times } from "./shared/times.ts";

/** Whole processes, in turn with the peers', and steps in each. */
const ROUNDS = 3, REPETITIONS = 30;

/**
 * A training step of a Bayesian network of 784-1024-10 for a batch of 128 images: data, noise,
 * loss, gradients and update. Weights are drawn (`bnn/step_ms`); the same with divergences in
 * closed form (`bnn/closed`), and with noise on activations (`bnn/local`); with peers beside
 * PyTorch.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const times = new Times(), peers = new Peers(), found = wanted ? await peers.present(["torch"]) : [];
  const script = fileURLToPath(new URL("./bnn/step.ts", import.meta.url));
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of KINDS) {
      const name = kind === "weights" ? "bnn" : `bnn/${kind}`;
      const { step_ms, ready_s } = await child<StepReport>(script, [kind, "auto", REPETITIONS]);
      times.add(`${name}/step_ms`, step_ms);
      times.add(`${name}/ready_s`, ready_s);
      for (const peer of found) {
        const { step_ms } = JSON.parse(await peers.run(`bnn_${peer}.py`, [kind, String(REPETITIONS)]));
        times.add(`${name}/step_ms/peer=${peer}`, step_ms);
      }
    }
  }
  return times.medians();
}
