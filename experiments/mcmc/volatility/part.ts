import { coverage, type Intervals, mean, predictiveIntervals } from "@pyrosaur/pyrosaur/statistics";
import { type ChainsTask, drawChains, type Findings, findingsOf, transitions } from "../chains.ts";
import type { Part, PartTask } from "../part.ts";
import { converged, reportChains, summaryTable } from "../report_chains.ts";
import { volatilityFigure } from "./figures.ts";
import { NUMBERS, stochasticVolatility } from "./model.ts";
import { ether, type Series, simulate, TRUTH } from "./series.ts";

/** One series with one seed. */
export interface VolatilityTask extends PartTask, ChainsTask {
  /** The part. */
  readonly part: "volatility";
  /** The kind of series. */
  readonly kind: "simulated" | "ether";
  /** The series. */
  readonly series: Series;
}

/** The result on a series. */
export interface VolatilityResult {
  /** The kind of series. */
  readonly kind: VolatilityTask["kind"];
  /** The series. */
  readonly series: Series;
  /** The findings, on the numbers that all days share. */
  readonly findings: Findings;
  /** Means and central 90% intervals of each day's volatility. */
  readonly volatility: Intervals;
}

const KINDS = ["simulated", "ether"] as const;

/**
 * The acceptance that steps are adapted to. Next to a persistence of 1 the level is hardly known,
 * and the posterior narrows like a funnel: with the usual 0.8 some chains diverge by hundreds.
 */
const targetAcceptProb = 0.95;

/** Stochastic volatility, of series drawn from it and of ether. */
export const part: Part<VolatilityTask, VolatilityResult> = {
  tasks: ({ config: { volatility: lengths, days }, seeds, compile, dataset }) => {
    const real = ether(dataset("ethusd").value);
    const all = seeds.flatMap((seed) => [
      { kind: "simulated" as const, seed, series: simulate(days, seed) },
      { kind: "ether" as const, seed, series: real },
    ]);
    return all.map(({ kind, seed, series }) => ({
      name: `volatility_${kind}_seed=${seed}`,
      steps: transitions(lengths),
      seconds: transitions(lengths) * series.returns.length * 5e-6,
      data: { part: "volatility" as const, kind, series, seed, lengths, compile },
    }));
  },
  async perform(task, tell) {
    const { kind, series } = task, returns = { data: series.returns, shape: [series.returns.length] };
    const result = await drawChains(stochasticVolatility, [returns], task, tell, { targetAcceptProb });
    const { data, shape: [draws, places] } = result.samples.volatility;
    return {
      kind,
      series,
      findings: findingsOf(result, NUMBERS),
      volatility: predictiveIntervals({ data, draws, places }),
    };
  },
  report(ctx, results) {
    const of = (kind: VolatilityTask["kind"]) => results.filter((result) => result.kind === kind);
    for (const kind of KINDS) {
      const own = of(kind), path = `volatility/${kind}`, all = own.map(({ findings }) => findings);
      reportChains(ctx, path, all);
      for (const name of NUMBERS) {
        const rows = all.map(({ rows }) => rows.find((row) => row.name === name)!);
        ctx.metric(`${path}/${name}/mean`, rows.map((row) => row.mean));
        ctx.metric(`${path}/${name}/sd`, rows.map(({ std }) => std));
      }
      ctx.metric(`${path}/volatility`, own.map(({ volatility }) => mean(volatility.mean)), { unit: "%" });
    }
    const drawn = of("simulated");
    const off = drawn.flatMap(({ findings: { rows } }) =>
      rows.map(({ name, mean, std }) => Math.abs(mean - TRUTH[name as keyof typeof TRUTH]) / std)
    );
    ctx.metric("volatility/simulated/truth_error", Math.max(...off), { direction: "lower", n: off.length });
    ctx.metric(
      "volatility/simulated/coverage90",
      drawn.map(({ volatility, series }) => coverage(volatility, series.volatility!)),
    );
    const [[simulated], [real]] = KINDS.map(of), { simulated: isTwin } = ctx.dataset("ethusd");
    ctx.table("volatility", summaryTable({ simulated: simulated.findings, ether: real.findings }));
    ctx.figure(
      "volatility_simulated",
      volatilityFigure(simulated.series, simulated.volatility, { title: "Volatility of drawn returns" }),
    );
    ctx.figure(
      "volatility_ether",
      volatilityFigure(real.series, real.volatility, { title: "Volatility of ether", simulated: isTwin }),
    );
  },
  checks: {
    ...converged("volatility/simulated"),
    "volatility/simulated/truth_error": {
      value: 0,
      tolerance: 4,
      source: "what the returns were drawn at, in standard deviations of the posterior",
    },
    "volatility/simulated/coverage90": {
      value: 0.9,
      tolerance: 0.1,
      source: "what 90% intervals promise, of days whose volatilities go together",
    },
  },
  targets: converged("volatility/ether"),
  recovery: ({ drift, volatility }) => ({
    "volatility/ether/drift/mean": {
      value: 100 * drift,
      tolerance: 400 * volatility / Math.sqrt(898),
      source: "what the data were drawn at",
    },
    "volatility/ether/volatility": {
      value: 100 * volatility,
      tolerance: 400 * volatility / Math.sqrt(2 * 898),
      source: "what the data were drawn at",
    },
  }),
};
