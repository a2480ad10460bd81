import type { ChainDraws } from "@pyrosaur/pyrosaur/plot";
import { energyPlot, tracePlot } from "@pyrosaur/pyrosaur/plot";
import { quantile } from "@pyrosaur/pyrosaur/statistics";
import { type ChainsTask, drawChains, drawsOf, type Findings, findingsOf, transitions } from "../chains.ts";
import type { Part, PartTask } from "../part.ts";
import { agrees, reportChains, summaryTable } from "../report_chains.ts";
import { funnelFigure } from "./figures.ts";
import { type FormName, formOf, FORMS } from "./forms.ts";
import { Y_SD } from "./model.ts";

/** One parametrisation with one seed. */
export interface FunnelTask extends PartTask, ChainsTask {
  /** The part. */
  readonly part: "funnel";
  /** The parametrisation. */
  readonly form: FormName;
}

/** The result of a run. */
export interface FunnelResult {
  /** The parametrisation. */
  readonly form: FormName;
  /** The findings. */
  readonly findings: Findings;
  /** The share of location and scale that stays, where there is one. */
  readonly centredness?: number;
  /** The first percentile of y. */
  readonly lowestY: number;
  /** The draws of y and of the first number in the neck. */
  readonly draws: ChainDraws;
}

const TITLES: Record<FormName, string> = {
  centred: "centred",
  non_centred: "non-centred",
  learned: "learned",
  neutra: "NeuTra",
};

/** Neal's funnel under several parametrisations. */
export const part: Part<FunnelTask, FunnelResult> = {
  tasks: ({ config: { funnel: lengths }, seeds, compile }) =>
    seeds.flatMap((seed) =>
      FORMS.map((form) => ({
        name: `funnel_${form}_seed=${seed}`,
        steps: transitions(lengths),
        seconds: 2 + transitions(lengths) * 2e-4,
        data: { part: "funnel" as const, form, seed, lengths, compile },
      }))
    ),
  async perform(task, tell) {
    const { form, seed } = task, { model, centredness, options } = await formOf(form, seed);
    const result = await drawChains(model, [], task, tell, options);
    return {
      form,
      findings: findingsOf(result, ["y", "x"]),
      centredness,
      lowestY: quantile(result.samples.y.data, 0.01),
      draws: drawsOf(result, ["x", "y"]),
    };
  },
  report(ctx, results) {
    const of = (form: FormName) => results.filter((result) => result.form === form);
    for (const form of FORMS) {
      const own = of(form), path = `funnel/${form}`;
      reportChains(ctx, path, own.map(({ findings }) => findings), { y: { mean: 0, sd: Y_SD } });
      ctx.metric(`${path}/y/percentile1`, own.map(({ lowestY }) => lowestY));
    }
    ctx.metric("funnel/learned/centredness", of("learned").map(({ centredness }) => centredness!));
    const first = FORMS.map((form) => [TITLES[form], of(form)[0]] as const), [[, centred]] = first;
    ctx.table(
      "funnel",
      summaryTable(Object.fromEntries(first.map(([name, { findings }]) => [name, findings]))),
    );
    ctx.figure("funnel", funnelFigure(Object.fromEntries(first.map(([name, { draws }]) => [name, draws]))));
    ctx.figure(
      "funnel_trace",
      tracePlot(centred.draws, { sites: ["y"], title: "The centred funnel: log variance" }),
    );
    ctx.figure("funnel_energy", energyPlot(centred.draws, { title: "The centred funnel: energies" }));
  },
  checks: Object.assign({}, ...FORMS.slice(1).map((form) => agrees(`funnel/${form}`, "its definition"))),
};
