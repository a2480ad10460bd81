import type { ChainDraws } from "@pyrosaur/pyrosaur/plot";
import { quantile } from "@pyrosaur/pyrosaur/statistics";
import { type ChainsTask, drawChains, drawsOf, type Findings, findingsOf, transitions } from "../chains.ts";
import type { Part, PartTask } from "../part.ts";
import { agrees, type KnownNumbers, reportChains, summaryTable } from "../report_chains.ts";
import { effectsFigure, neckFigure } from "./figures.ts";
import { type FormName, FORMS, schools } from "./model.ts";
import reference from "./reference.json" with { type: "json" };

/** One parametrisation with one seed. */
export interface SchoolsTask extends PartTask, ChainsTask {
  /** The part. */
  readonly part: "schools";
  /** The parametrisation. */
  readonly form: FormName;
}

/** The result of a run. */
export interface SchoolsResult {
  /** The parametrisation. */
  readonly form: FormName;
  /** The findings. */
  readonly findings: Findings;
  /** The first percentile of tau. */
  readonly lowestTau: number;
  /** The draws of effects and of their standard deviation. */
  readonly draws: ChainDraws;
}

const names = Object.keys(FORMS) as FormName[], { mu, tau, theta_base: base } = reference.posterior;

/** The reference's moments by the names of the rows. */
export const known: KnownNumbers = {
  mu,
  tau,
  ...Object.fromEntries(
    base.mean.map((mean, i) => [`theta_decentered[${i}]`, { mean, sd: base.sd[i] }]),
  ),
};

/** Eight schools in two parametrisations, against NumPyro's long run. */
export const part: Part<SchoolsTask, SchoolsResult> = {
  tasks: ({ config: { schools: lengths }, seeds, compile }) =>
    seeds.flatMap((seed) =>
      names.map((form) => ({
        name: `schools_${form}_seed=${seed}`,
        steps: transitions(lengths),
        seconds: transitions(lengths) * 3e-5,
        data: { part: "schools" as const, form, seed, lengths, compile },
      }))
    ),
  async perform(task, tell) {
    const { form } = task, result = await drawChains(FORMS[form], schools(), task, tell);
    return {
      form,
      findings: findingsOf(result, ["mu", "tau", "theta", ...form === "centred" ? [] : ["theta_decentered"]]),
      lowestTau: quantile(result.samples.tau.data, 0.01),
      draws: drawsOf(result, ["theta", "tau"]),
    };
  },
  report(ctx, results) {
    const of = (form: FormName) => results.filter((result) => result.form === form);
    for (const form of names) {
      const own = of(form), path = `schools/${form}`, all = own.map(({ findings }) => findings);
      reportChains(ctx, path, all, known);
      const tau = all.map(({ rows }) => rows.find(({ name }) => name === "tau")!.mean);
      ctx.metric(`${path}/tau/mean`, tau);
      ctx.metric(`${path}/tau/percentile1`, own.map(({ lowestTau }) => lowestTau));
    }
    const [[centred], [nonCentred]] = names.map(of);
    ctx.table("schools", summaryTable({ centred: centred.findings, "non-centred": nonCentred.findings }));
    ctx.figure("schools", neckFigure({ centred: centred.draws, "non-centred": nonCentred.draws }));
    ctx.figure("schools_effects", effectsFigure(nonCentred.findings.rows));
  },
  checks: agrees("schools/non_centred", reference.origin),
};
