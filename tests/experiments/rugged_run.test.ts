import assert from "node:assert/strict";
import type { ColumnTable } from "arquero";
import { resolveDataset, type ResolvedDataset } from "../../lib/data/mod.ts";
import type { Figure } from "../../lib/plot/mod.ts";
import { type Context, targetsFor } from "../../lib/results/mod.ts";
import type { RuggedConfig } from "../../experiments/rugged/settings.ts";
import experiment from "../../experiments/rugged/mod.ts";
import { perform } from "../../experiments/rugged/worker.ts";

/** What an experiment reported. */
interface Report {
  metrics: Map<string, number[]>;
  figures: Map<string, Figure>;
  drawings: Map<string, string>;
  tables: Map<string, ColumnTable>;
  curves: string[];
}

/** Runs the experiment on some data. */
async function runOn(data: ResolvedDataset<unknown>, seeds: readonly number[]): Promise<Report> {
  const report: Report = {
    metrics: new Map(),
    figures: new Map(),
    drawings: new Map(),
    tables: new Map(),
    curves: [],
  };
  const context: Context<RuggedConfig & { seeds: number }> = {
    profile: "quick",
    config: experiment.profiles.quick,
    seeds,
    compile: { engine: "onnx", device: "cpu", dtype: "float32" },
    simulated: data.simulated,
    dataset: (() => data) as unknown as Context["dataset"],
    metric: (name, value) =>
      void report.metrics.set(name, typeof value === "number" ? [value] : Array.from(value)),
    curve: (name) => void report.curves.push(name),
    table: (name, table) => void report.tables.set(name, table),
    figure: (name, figure) => void report.figures.set(name, figure),
    svg: (name, svg) => void report.drawings.set(name, svg),
    file() {},
    log() {},
  };
  const results = [];
  for (const { data } of experiment.tasks(context)) results.push(await perform(data));
  await experiment.report(context, results);
  return report;
}

/** The names the records have promised. */
function promisedMetrics(): string[] {
  const coefficients = ["a", "bA", "bR", "bAR"],
    moments = ["mean", "sd"],
    names = ["a", "bA", "bR", "bAR", "sigma"].map((n) => `mle/${n}`);
  for (const guide of ["autonormal", "custom", "mvn"]) {
    for (const c of coefficients) for (const m of moments) names.push(`${guide}/${c}/${m}`);
  }
  for (const guide of ["autonormal", "mvn"]) {
    names.push(`${guide}/loss`, `${guide}/coverage90`);
    for (const where of ["within", "outside"]) {
      for (const m of moments) names.push(`${guide}/slope/${where}/${m}`);
    }
  }
  return names;
}

Deno.test("rugged on its twin", async (t) => {
  const twin = await resolveDataset("rugged", { data: "simulated" }), parameters = twin.parameters!;
  const report = await runOn(twin, [0, 1]);
  const mean = (name: string) => report.metrics.get(name)!.reduce((a, b) => a + b, 0) / 2;

  await t.step("reports every metric once a seed", () => {
    for (const name of promisedMetrics()) assert.equal(report.metrics.get(name)?.length, 2, name);
  });
  await t.step("has no target without a metric", () => {
    const wanted = [...Object.keys(experiment.targets), ...Object.keys(experiment.recovery(parameters))];
    assert.deepEqual(wanted.filter((name) => !report.metrics.has(name)), []);
  });
  await t.step("recovers what the data were drawn at", () => {
    for (const [name, { value, tolerance }] of Object.entries(experiment.recovery(parameters))) {
      assert.ok(
        Math.abs(mean(name) - value) <= tolerance,
        `${name}: found ${mean(name)}, expected ${value} within ${tolerance}`,
      );
    }
  });
  await t.step("is too sure with a mean field, and not with full rank", () => {
    for (const name of ["a", "bA", "bR", "bAR"]) {
      assert.ok(mean(`autonormal/${name}/sd`) < 0.8 * mean(`mvn/${name}/sd`), name);
    }
    assert.ok(mean("autonormal/slope/sd_ratio") < 0.6, "the mean field's slopes differ in width");
    assert.ok(Math.abs(mean("mvn/slope/sd_ratio") - 1) < 0.35, "the full-rank slopes do not");
  });
  await t.step("draws its figures and models, and says that the data are simulated", async () => {
    assert.deepEqual([...report.drawings.keys()], ["model_likelihood", "model", "guide_custom"]);
    for (const svg of report.drawings.values()) assert.match(svg, /<svg/);
    assert.deepEqual([...report.figures.keys()], [
      "data",
      "mle",
      "losses",
      "slopes_autonormal",
      "slopes",
      "cross_sections",
      "predictive_autonormal",
      "predictive_mvn",
    ]);
    for (const figure of report.figures.values()) assert.match(await figure.toSVG(), /Simulated data/);
  });
});

const real = await resolveDataset("rugged", { fetch: false });

Deno.test({
  name: `rugged on the real data meets every target${
    real.simulated ? " (skipped: rugged_data.csv is not there)" : ""
  }`,
  ignore: real.simulated,
  fn: async () => {
    const { metrics } = await runOn(real, [0, 1]);
    for (const [name, { value, tolerance }] of Object.entries(targetsFor(experiment.targets, "quick"))) {
      const values = metrics.get(name)!, mean = values.reduce((a, b) => a + b, 0) / values.length;
      assert.ok(
        Math.abs(mean - value) <= tolerance,
        `${name}: found ${mean}, expected ${value} within ${tolerance}`,
      );
    }
  },
});
