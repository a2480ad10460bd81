import { ruggedRegression } from "@pyrosaur/pyrosaur/models";
import { moments } from "@pyrosaur/pyrosaur/statistics";
import { random } from "@pyrosaur/pyrosaur/tensor";
import { type Countries, countriesOf, tensorsOf } from "../../rugged/countries.ts";
import { slopesFigure } from "../../rugged/figures.ts";
import { fitGuide } from "../../rugged/fits.ts";
import { type Draws, posteriorOf } from "../../rugged/posterior.ts";
import reference from "../../rugged/reference.json" with { type: "json" };
import { settings } from "../../rugged/settings.ts";
import { slopesOf } from "../../rugged/slopes.ts";
import { summaryTable } from "../../rugged/summary.ts";
import { COEFFICIENTS } from "../../rugged/targets.ts";
import { type ChainsTask, drawChains, type Findings, findingsOf, transitions } from "../chains.ts";
import type { Part, PartTask } from "../part.ts";
import { agrees, converged, type KnownNumbers, reportChains } from "../report_chains.ts";
import { marginalsFigure } from "./figures.ts";

/** The regression with one seed. */
export interface RuggednessTask extends PartTask, ChainsTask {
  /** The part. */
  readonly part: "ruggedness";
  /** The data. */
  readonly countries: Countries;
}

/** The methods, with their titles. */
export const METHODS = {
  nuts: "NUTS",
  autonormal: "AutoNormal",
  mvn: "AutoMultivariateNormal",
} as const;

/** The name of a method. */
export type Method = keyof typeof METHODS;

/** The result with one seed. */
export interface RuggednessResult {
  /** The findings on the chains. */
  readonly findings: Findings;
  /** Draws of the coefficients by each method. */
  readonly draws: Readonly<Record<Method, Draws>>;
}

const methods = Object.keys(METHODS) as Method[], NUMBERS = [...COEFFICIENTS, "sigma"] as const;

/** The reference's moments by name. */
export const known: KnownNumbers = Object.fromEntries(
  reference.names.map((name, i) => [name, { mean: reference.mean[i], sd: reference.sd[i] }]),
);

/** Mean and standard deviation of all numbers of a method: coefficients and slopes. */
const momentsOf = (draws: Draws) =>
  Object.fromEntries(
    [...COEFFICIENTS.map((name) => [name, draws[name]] as const), ...Object.entries(slopesOf(draws))]
      .map(([name, values]) => [name, moments(values)]),
  );

/** The regression by NUTS, beside two guides. */
export const part: Part<RuggednessTask, RuggednessResult> = {
  tasks: ({ config: { ruggedness: lengths }, seeds, compile, dataset }) => {
    const countries = countriesOf(dataset("rugged").value);
    return seeds.map((seed) => ({
      name: `ruggedness_seed=${seed}`,
      steps: transitions(lengths),
      seconds: 2 + transitions(lengths) * 5e-5,
      data: { part: "ruggedness" as const, countries, seed, lengths, compile },
    }));
  },
  async perform(task, tell) {
    const data = tensorsOf(task.countries), key = random.key(task.seed);
    const result = await drawChains(ruggedRegression, data, task, tell);
    const byGuide = async (name: "autonormal" | "mvn") => {
      const fit = await fitGuide(name, data, { ...task, config: settings });
      return (await posteriorOf(fit, key, data, {
        config: { ...settings, predictions: 1 },
        compile: task.compile,
      }))
        .draws;
    };
    const { a, bA, bR, bAR } = result.samples;
    return {
      findings: findingsOf(result, NUMBERS),
      draws: {
        nuts: { a: a.data, bA: bA.data, bR: bR.data, bAR: bAR.data },
        autonormal: await byGuide("autonormal"),
        mvn: await byGuide("mvn"),
      },
    };
  },
  report(ctx, results) {
    const { simulated } = ctx.dataset("rugged"), all = results.map(({ findings }) => findings);
    reportChains(ctx, "ruggedness/nuts", all, simulated ? undefined : known);
    for (const method of methods) {
      const found = results.map(({ draws }) => momentsOf(draws[method]));
      for (const name of Object.keys(found[0])) {
        ctx.metric(`ruggedness/${method}/${name}/mean`, found.map((of) => of[name].mean));
        ctx.metric(`ruggedness/${method}/${name}/sd`, found.map((of) => of[name].sd));
      }
    }
    const [{ draws }] = results,
      titled = Object.fromEntries(methods.map((name) => [METHODS[name], draws[name]]));
    ctx.table("ruggedness", summaryTable(titled));
    ctx.figure("ruggedness_marginals", marginalsFigure(titled, { simulated }));
    const slopes = Object.fromEntries(Object.entries(titled).map(([name, own]) => [name, slopesOf(own)]));
    ctx.figure("ruggedness_slopes", slopesFigure(slopes, { simulated }));
  },
  checks: converged("ruggedness/nuts"),
  targets: agrees("ruggedness/nuts", reference.origin),
  recovery: (parameters) =>
    Object.fromEntries(COEFFICIENTS.map((name, i) => [`ruggedness/nuts/${name}/mean`, {
      value: parameters[name],
      tolerance: 4 * reference.sd[i],
      source: "what the data were drawn at",
    }])),
};
