import { Predictive } from "@pyrosaur/pyrosaur/infer";
import { type ChainDraws, essPlot, tracePlot } from "@pyrosaur/pyrosaur/plot";
import { chainsOf, mcseMean, mean } from "@pyrosaur/pyrosaur/statistics";
import { type HostArray, random, tf } from "@pyrosaur/pyrosaur/tensor";
import { type ChainsTask, drawChains, drawsOf, type Findings, findingsOf, transitions } from "../chains.ts";
import type { Part, PartTask } from "../part.ts";
import { agrees, reportChains, summaryTable } from "../report_chains.ts";
import { exact } from "./exact.ts";
import { locationsFigure } from "./figures.ts";
import { ordered, POINTS, unordered } from "./model.ts";

/** The forms: the tutorial's own run, and chains with an ordered prior. */
export const FORMS = { tutorial: unordered, ordered } as const;

/** The name of a form. */
export type FormName = keyof typeof FORMS;

/** The tutorial's lengths. */
const TUTORIAL = { chains: 1, warmup: 50, draws: 250 } as const;

/** One form with one seed. */
export interface MixtureTask extends PartTask, ChainsTask {
  /** The part. */
  readonly part: "mixture";
  /** The form. */
  readonly form: FormName;
}

/** The result of a run. */
export interface MixtureResult {
  /** The form. */
  readonly form: FormName;
  /** The findings. */
  readonly findings: Findings;
  /** The share of draws with the first two points together, and the last three, and its error. */
  readonly pairAndTriple: { readonly share: number; readonly error: number };
  /** The draws of the locations. */
  readonly draws: ChainDraws;
}

const names = Object.keys(FORMS) as FormName[];

/** Tells of memberships `[draws, points]` whether 0 and 1 are together, and 10, 11 and 12. */
export function pairsAndTriples({ data, shape: [draws, points] }: HostArray): Float64Array {
  return Float64Array.from({ length: draws }, (_, d) => {
    const [a, b, ...rest] = Array.from({ length: points }, (_, i) => data[d * points + i]);
    return Number(a === b && rest.every((c) => c === rest[0] && c !== a));
  });
}

/** The tutorial's mixture, its memberships summed out. */
export const part: Part<MixtureTask, MixtureResult> = {
  tasks: ({ config: { mixture }, seeds, compile }) =>
    seeds.flatMap((seed) =>
      names.map((form) => {
        const lengths = form === "tutorial" ? TUTORIAL : mixture;
        return {
          name: `mixture_${form}_seed=${seed}`,
          steps: transitions(lengths),
          seconds: 2 + transitions(lengths) * 1e-4,
          data: { part: "mixture" as const, form, seed, lengths, compile },
        };
      })
    ),
  async perform(task, tell) {
    const { form, seed, compile: { engine, device } } = task, points = tf.tensor1d([...POINTS]);
    const result = await drawChains(FORMS[form], [points], task, tell), { samples, numChains } = result;
    const predict = new Predictive(FORMS[form], {
      posteriorSamples: samples,
      inferDiscrete: true,
      engine,
      device,
    });
    const { assignment } = await predict.arrays(random.key(seed), points);
    await predict.release();
    const right = pairsAndTriples(assignment), shape = [numChains, right.length / numChains];
    return {
      form,
      findings: findingsOf(result, ["locs", "scale", "weights"]),
      pairAndTriple: { share: mean(right), error: mcseMean(chainsOf({ data: right, shape })) },
      draws: drawsOf(result, ["locs"]),
    };
  },
  report(ctx, results) {
    const known = exact(), of = (form: FormName) => results.filter((result) => result.form === form);
    for (const form of names) {
      const own = of(form), path = `mixture/${form}`;
      reportChains(ctx, path, own.map(({ findings }) => findings), { scale: known.scale });
      ctx.metric(`${path}/pair_and_triple`, own.map(({ pairAndTriple }) => pairAndTriple.share));
    }
    const off = of("ordered").map(({ pairAndTriple: { share, error } }) =>
      Math.abs(share - known.pairAndTriple) / error
    );
    ctx.metric("mixture/ordered/membership_error", Math.max(...off), { direction: "lower", n: off.length });
    ctx.log(
      `two and three points together: probability ${known.pairAndTriple.toFixed(4)}; scale ` +
        `${known.scale.mean.toFixed(4)} ± ${known.scale.sd.toFixed(4)}`,
    );
    const [[tutorial], [four]] = names.map(of);
    ctx.table("mixture", summaryTable({ tutorial: tutorial.findings, ordered: four.findings }));
    ctx.figure("mixture_tutorial", tracePlot(tutorial.draws, { title: "The tutorial's chain" }));
    ctx.figure("mixture_ordered", tracePlot(four.draws, { title: "Four chains with an ordered prior" }));
    ctx.figure("mixture_ess", essPlot(four.draws, { title: "Four chains with an ordered prior" }));
    ctx.figure("mixture_locations", locationsFigure({ tutorial: tutorial.draws, ordered: four.draws }));
  },
  checks: {
    ...agrees("mixture/ordered", "the integral over 32 assignments"),
    "mixture/ordered/membership_error": {
      value: 0,
      tolerance: 4,
      source: "the probability of the tutorial's memberships by an integral, in standard errors of the draws",
    },
  },
};
