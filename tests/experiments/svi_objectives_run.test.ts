import assert from "node:assert/strict";
import type { ColumnTable } from "arquero";
import { resolveDataset, type ResolvedDataset } from "../../lib/data/mod.ts";
import type { Figure } from "../../lib/plot/mod.ts";
import { type Context, targetsFor } from "../../lib/results/mod.ts";
import type { ObjectivesConfig } from "../../experiments/svi_objectives/settings.ts";
import { examples } from "../../experiments/svi_objectives/examples/mod.ts";
import experiment from "../../experiments/svi_objectives/mod.ts";
import { perform } from "../../experiments/svi_objectives/worker.ts";

/** What an experiment reported. */
interface Report {
  metrics: Map<string, number>;
  figures: Map<string, Figure>;
  tables: Map<string, ColumnTable>;
  curves: string[];
}

/** Runs the experiment on some data, with one seed. */
async function runOn(data: ResolvedDataset<unknown>): Promise<Report> {
  const report: Report = { metrics: new Map(), figures: new Map(), tables: new Map(), curves: [] };
  const context: Context<ObjectivesConfig & { seeds: number }> = {
    profile: "quick",
    config: experiment.profiles.quick,
    seeds: [0],
    compile: { engine: "auto", device: "cpu", dtype: "float32" },
    simulated: data.simulated,
    dataset: (() => data) as unknown as Context["dataset"],
    metric: (name, value) => void report.metrics.set(name, typeof value === "number" ? value : value[0]),
    curve: (name) => void report.curves.push(name),
    table: (name, table) => void report.tables.set(name, table),
    figure: (name, figure) => void report.figures.set(name, figure),
    svg() {},
    file() {},
    log() {},
  };
  const [task] = experiment.tasks(context);
  await experiment.report(context, [await perform(task.data)]);
  return report;
}

function checkTargets(metrics: Report["metrics"], targets: typeof experiment.targets): void {
  for (const [name, { value, tolerance }] of Object.entries(targetsFor(targets, "quick"))) {
    const found = metrics.get(name)!;
    assert.ok(
      Math.abs(found - value) <= tolerance,
      `${name}: found ${found}, expected ${value} ± ${tolerance}`,
    );
  }
}

Deno.test("svi_objectives on its twin", async (t) => {
  const twin = await resolveDataset("rugged", { data: "simulated" });
  const { metrics, figures, tables, curves } = await runOn(twin);

  await t.step("reports differences and fits of all examples", () => {
    const numbers = ["max_difference", "float64/max_difference", "loss"];
    const slopes = ["within/mean", "within/sd", "outside/mean", "outside/sd"].map((name) => `slope/${name}`);
    for (const { name } of examples) {
      for (const number of [...numbers, ...slopes]) {
        assert.ok(Number.isFinite(metrics.get(`${name}/${number}`)), `${name}/${number}`);
      }
    }
    assert.ok(Object.keys(experiment.targets).every((name) => metrics.has(name)));
  });
  await t.step("recovers what the data were drawn at", () => {
    checkTargets(metrics, experiment.recovery(twin.parameters!));
  });
  await t.step("says what the objectives do: none but the ELBO's own has a better ELBO", () => {
    const loss = (name: string) => metrics.get(`${name}/loss`)!;
    for (const name of ["regulariser", "clipping", "beta_vae", "two_optimisers"]) {
      assert.ok(loss(name) > loss("basic") + 0.3, name);
    }
  });
  await t.step("draws its figures and table, and says that the data are simulated", async () => {
    assert.deepEqual([...figures.keys()], ["losses", "slopes"]);
    for (const figure of figures.values()) assert.match(await figure.toSVG(), /Simulated data/);
    assert.equal(tables.get("examples")!.numRows(), 9);
    assert.deepEqual(curves, ["losses"]);
  });
});

const real = await resolveDataset("rugged", { fetch: false });

Deno.test({
  name: `svi_objectives on the real data meets every target${
    real.simulated ? " (skipped: rugged_data.csv is not there)" : ""
  }`,
  ignore: real.simulated,
  fn: async () => checkTargets((await runOn(real)).metrics, experiment.targets),
});
