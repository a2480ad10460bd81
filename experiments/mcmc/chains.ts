import {
  bfmi,
  chainsOf,
  MCMC,
  type MCMCResult,
  NUTS,
  type NUTSOptions,
  summary,
  type SummaryRow,
} from "@pyrosaur/pyrosaur/infer";
import type { ChainDraws } from "@pyrosaur/pyrosaur/plot";
import type { Settings } from "@pyrosaur/pyrosaur/results";
import type { Moments } from "@pyrosaur/pyrosaur/statistics";
import { random } from "@pyrosaur/pyrosaur/tensor";
import type { Tell } from "@pyrosaur/pyrosaur/workers";
import type { Lengths, McmcConfig } from "./settings.ts";

/** The settings of a run of chains. */
export interface ChainsTask extends Pick<Settings<McmcConfig>, "compile"> {
  /** The seed. */
  readonly seed: number;
  /** The lengths. */
  readonly lengths: Lengths;
}

/** The transitions that a run makes: the steps that it tells of. */
export const transitions = ({ chains, warmup, draws }: Lengths): number => chains * (warmup + draws);

/** Draws chains of a model's posterior by NUTS, in this thread. */
export async function drawChains(
  model: (...args: any[]) => unknown,
  args: readonly unknown[],
  { seed, lengths: { chains, warmup, draws }, compile: { engine, device } }: ChainsTask,
  tell: Tell = () => {},
  options?: NUTSOptions,
): Promise<MCMCResult> {
  const mcmc = new MCMC(new NUTS(model, options), {
    numChains: chains,
    numWarmup: warmup,
    numSamples: draws,
    numWorkers: 0,
    engine,
    device,
  });
  try {
    return await mcmc.run(random.key(seed), args, {
      progress: ({ chains }) => tell(chains.reduce((sum, { done }) => sum + done, 0)),
    });
  } finally {
    await mcmc.release();
  }
}

/** The findings on a run: plain data. */
export interface Findings {
  /** A row for each number, with ArviZ's columns; R-hat of one chain is that of its halves. */
  readonly rows: readonly SummaryRow[];
  /** Transitions that diverged. */
  readonly divergences: number;
  /** Gradients after the warm-up. */
  readonly gradients: number;
  /** The lowest fraction of missing information among the chains. */
  readonly bfmi: number;
}

/** Returns the findings on a run, of some of its sites. */
export function findingsOf(result: MCMCResult, names: readonly string[]): Findings {
  const { chains: all, divergences, extraFields: { energy, numSteps } } = result;
  const chains = Object.fromEntries(names.map((name) => [name, all[name]])), drawn = { chains, divergences };
  const { rows } = summary(drawn, { style: "arviz" }), halves = summary(drawn).rows;
  return {
    rows: result.numChains > 1 ? rows : rows.map((row, i) => ({ ...row, rHat: halves[i].rHat })),
    divergences,
    gradients: Array.from(numSteps.data).reduce((sum, steps) => sum + steps, 0),
    bfmi: Math.min(...bfmi(chainsOf(energy))),
  };
}

/** Returns the draws of some sites, with energies and divergences: what figures are made from. */
export function drawsOf(
  { chains, extraFields: { energy, diverging } }: MCMCResult,
  names: readonly string[],
): ChainDraws {
  return {
    chains: Object.fromEntries(names.map((name) => [name, chains[name]])),
    extraFields: { energy, diverging },
  };
}

/** The largest errors of a run's means, in their standard errors, and of its spreads, as shares. */
export interface Errors {
  readonly mean: number;
  readonly sd: number;
}

/** Holds the rows of a summary against what is known, by name. */
export function errorsOf({ rows }: Findings, known: Readonly<Record<string, Moments>>): Errors {
  let mean = 0, sd = 0;
  for (const row of rows) {
    const expected = known[row.name];
    if (!expected) continue;
    mean = Math.max(mean, Math.abs(row.mean - expected.mean) / row.mcseMean!);
    sd = Math.max(sd, Math.abs(row.std / expected.sd - 1));
  }
  return { mean, sd };
}

/** The lowest effective sample size among the numbers, of centre and tails. */
export const leastEss = ({ rows }: Findings): number =>
  Math.min(...rows.flatMap(({ essBulk, essTail }) => [essBulk!, essTail!]));

/** The largest R-hat among the numbers. */
export const largestRHat = ({ rows }: Findings): number => Math.max(...rows.map(({ rHat }) => rHat!));
