import * as diagnostics from "../../lib/infer/mod.ts";
import { autocorrelation, hpdi } from "../../lib/statistics/mod.ts";
import { array, type GoldenFile, type Outcome, relativeError } from "./reader.ts";

/** Diagnostics of explicit draws; they are computed in float64 alone. */
export default async function* diagnosticsReader({ cases }: GoldenFile): AsyncIterable<Outcome> {
  for (const c of cases) {
    const { found, expected } = c.draws ? ofDraws(c) : ofLikelihoods(c);
    for (const [name, value] of Object.entries(expected)) {
      if (value === undefined) continue;
      const error = relativeError(array(found[name]).data, array(value).data);
      yield { case: `${c.name} ${name}`, float32: 0, float64: error };
    }
    await Promise.resolve();
  }
}

type Values = Record<string, unknown>;

function ofDraws(c: any): { found: Values; expected: Values } {
  const draws: number[][] = c.draws, interval = hpdi(draws.flat(), 0.9);
  const found = {
    ess_bulk: diagnostics.essBulk(draws),
    ess_tail: diagnostics.essTail(draws),
    ess_mean: diagnostics.essMean(draws),
    r_hat_rank: diagnostics.rHat(draws),
    r_hat_split: diagnostics.splitRHat(draws),
    mcse_mean: diagnostics.mcseMean(draws),
    mcse_sd: diagnostics.mcseSd(draws),
    hdi90_of_all: [interval.low, interval.high],
    numpyro_ess: diagnostics.effectiveSampleSize(draws),
    numpyro_split_r_hat: diagnostics.splitRHat(draws),
    numpyro_hpdi90: [interval.low, interval.high],
    numpyro_autocorrelation_first6: [...autocorrelation(draws[0]).subarray(0, 6)],
  };
  return { found, expected: Object.fromEntries(Object.keys(found).map((name) => [name, c[name]])) };
}

function ofLikelihoods(c: any): { found: Values; expected: Values } {
  const likelihoods = array(c.log_likelihood), efficiency = Number(c.reff ?? 0.7);
  const { elpd, se, p, k } = diagnostics.loo(likelihoods, { efficiency });
  const { elpd: elpdWaic, p: pWaic } = diagnostics.waic(likelihoods);
  const found = { elpd_loo: elpd, se, p_loo: p, pareto_k: [...k], elpd_waic: elpdWaic, p_waic: pWaic };
  return { found, expected: Object.fromEntries(Object.keys(found).map((name) => [name, c[name]])) };
}
