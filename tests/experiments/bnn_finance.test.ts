import assert from "node:assert/strict";
import { LinearForecasts } from "../../experiments/bnn_finance/linear.ts";
import { experiment } from "../../experiments/bnn_finance/mod.ts";
import { estimate, outcomesOf } from "../../experiments/bnn_finance/outcome.ts";
import { part } from "../../experiments/bnn_finance/rows.ts";
import { drawnScores, normalScores, SCORES } from "../../experiments/bnn_finance/scores.ts";
import { rollingSplits, sourceChanges, sourceSplit } from "../../experiments/bnn_finance/series.ts";
import { common, METHODS, NETWORKS } from "../../experiments/bnn_finance/settings.ts";
import type { FitsTask, SplitResult } from "../../experiments/bnn_finance/task.ts";
import { registry, type RegistryEntry } from "../../experiments/registry.ts";
import { datasets, resolveDataset } from "../../lib/data/mod.ts";
import { parseRecord, type Settings } from "../../lib/results/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { reproduce } from "../../tasks/reproduce.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "../tasks/fake.ts";

const real = await resolveDataset("ethusd", { fetch: false });
const twin = datasets.ethusd.simulate(0).value;
const config = { ...common, origins: null, bayesianSteps: 10 };
const near = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);

Deno.test("the text's split has its 352 windows of 49 inputs, of which 30 are the test", () => {
  const { train, test, dates } = sourceSplit(twin, config);
  assert.deepEqual([train.count, test.count, train.x.length / train.count], [322, 30, 49]);
  assert.deepEqual([dates[0], dates.at(-1)], ["2017-12-23", "2018-01-21"]);
});

Deno.test("of days without a number of tweets the text makes a fall to nothing, and no change after it", () => {
  const rows = twin.objects({ limit: Infinity }) as Record<string, unknown>[];
  const gap = twin.assign({ tweets: rows.map(({ tweets }, i) => i === 890 || i === 891 ? null : tweets) });
  const { dates, columns } = sourceChanges(gap, 360), at = dates.indexOf(String(rows[890].date));
  assert.equal(dates.length, 360);
  assert.deepEqual([...columns.tweets.subarray(at, at + 3)], [-1, 0, 0]);
  assert.deepEqual([columns.close[0], columns.tweets[0]], [0, 0]);
});

Deno.test("rolling splits are 18 months of tests in a row, each after its fit", () => {
  const splits = rollingSplits(twin, config);
  assert.equal(splits.length, 18);
  assert.deepEqual([splits[0].name, splits.at(-1)!.dates.at(-1)], ["2016-07-31", "2018-01-21"]);
  splits.forEach(({ train, test, dates }, i) => {
    assert.deepEqual([train.count, test.count, dates.length], [322, 30, 30]);
    if (i === 0) return;
    // The last 30 targets of this fit are those of the test before it.
    assert.deepEqual(train.y.subarray(-30), splits[i - 1].test.y);
    assert.ok(splits[i - 1].dates.at(-1)! < dates[0]);
  });
});

Deno.test("scores by draws of a normal forecast are nearly those in closed form", () => {
  const draws = 4000, y = Float64Array.of(0.1, -2, 0.5), means = Float64Array.of(0, 0.5, 1);
  const z = random.normal(random.key(0), [draws, 3]).dataSync(), closed = normalScores(means, 1, y);
  const drawn = drawnScores({
    means,
    draws: z.map((noise, i) => means[i % 3] + noise),
    logDensities: y.map((value, i) => -0.5 * (value - means[i]) ** 2 - 0.5 * Math.log(2 * Math.PI)),
  }, y);
  for (const score of SCORES) near(drawn.scores[score], closed.scores[score], 0.02);
  closed.forecast.low.forEach((low, i) => near(drawn.forecast.low[i], low, 0.1));
});

Deno.test("the penalty is chosen without a look at the test", async () => {
  const [split] = rollingSplits(twin, { ...config, origins: 1 });
  const forecasts = new LinearForecasts({ ...config, draws: 50 }, {});
  const other = { ...split, test: { ...split.test, y: split.test.y.map((y) => 3 * y + 1) } };
  const [a, b] = [await forecasts.scored(split, random.key(0)), await forecasts.scored(other, random.key(0))];
  await forecasts.release();
  for (const method of METHODS) {
    if (!(method in a)) continue;
    assert.deepEqual(a[method as keyof typeof a].forecast, b[method as keyof typeof a].forecast, method);
  }
  assert.notEqual(a.ridge.scores.mse, b.ridge.scores.mse);
});

Deno.test("ridge shrinks to the mean where nothing can be learnt, and finds what can", async () => {
  const [{ train, test, ...split }] = rollingSplits(twin, { ...config, origins: 1 });
  const forecasts = new LinearForecasts({ ...config, draws: 50 }, {});
  const onNoise = await forecasts.scored({ ...split, train, test }, random.key(0));
  // The change of the window's last close, doubled, with little noise.
  const learnable = ({ x, y, count }: typeof train) => ({
    x,
    y: y.map((v, i) => 2 * x[49 * i + 45] + v / 100),
    count,
  });
  const onSignal = await forecasts.scored(
    { ...split, train: learnable(train), test: learnable(test) },
    random.key(0),
  );
  await forecasts.release();
  near(onNoise.ridge.scores.mse / onNoise.mean.scores.mse, 1, 0.05);
  for (const method of ["least_squares", "ridge", "blr_evidence"] as const) {
    assert.ok(onSignal[method].scores.mse < 1e-3 * onSignal.zero.scores.mse, method);
  }
});

Deno.test({
  name: `the text's split has the known errors of no change and of least squares${
    real.simulated ? " (skipped: the data set ethusd is not on this machine)" : ""
  }`,
  ignore: real.simulated,
  async fn() {
    const forecasts = new LinearForecasts({ ...config, draws: 50 }, {});
    const { zero, least_squares: squares } = await forecasts.scored(
      sourceSplit(real.value, config),
      random.key(0),
    );
    await forecasts.release();
    assert.deepEqual([zero.scores.mse.toFixed(6), squares.scores.mse.toFixed(6)], ["0.005726", "0.009016"]);
  },
});

Deno.test("outcomes take splits together: means over seeds first, differences split by split", () => {
  const scores = (mse: number) => ({ ...Object.fromEntries(SCORES.map((name) => [name, 0])), mse }) as never;
  const result = (method: string, split: string, ...mse: number[]) =>
    ({ method, split, scores: mse.map(scores) }) as unknown as SplitResult;
  const all = METHODS.map((method) => [
    result(method, "2017-02-01", 5, 7),
    result(method, "source", 1, 2),
    result(method, "2017-01-01", 1, method === "nn" ? 5 : 3),
  ]);
  const { nn, zero } = outcomesOf(all);
  assert.deepEqual([nn.onSource("mse"), nn.onWindows("mse"), nn.ofSeeds("mse")], [[1, 2], [3, 6], [3, 6]]);
  assert.deepEqual(nn.minus(zero, "mse"), [1, 0]);
  assert.deepEqual(estimate([1, 3]), { value: 2, se: 1, n: 2 });
});

Deno.test("tasks cover every split once, by every network, and have all that they depend on", () => {
  const given = {
    config: experiment.profiles.full,
    seeds: [0, 1],
    compile: {},
    dataset: () => ({ value: twin }),
  };
  const tasks = experiment.tasks(given as unknown as Settings<typeof given.config>);
  assert.equal(new Set(tasks.map(({ name }) => name)).size, tasks.length);
  for (const what of ["linear", ...NETWORKS]) {
    const own = tasks.map(({ data }) => data as FitsTask).filter((data) => data.what === what);
    assert.deepEqual(own.flatMap(({ first, splits }) => splits.map((_, i) => first + i)), [
      ...Array(19).keys(),
    ]);
    assert.equal(own[0].splits[0].name, "source");
  }
});

Deno.test("part() takes rows apart", () => {
  const rows = { x: Float64Array.of(1, 2, 3, 4, 5, 6), y: Float64Array.of(7, 8, 9), count: 3 };
  assert.deepEqual(part(rows, { from: 1, to: 3 }), {
    x: Float64Array.of(3, 4, 5, 6),
    y: Float64Array.of(8, 9),
    count: 2,
  });
});

/** The experiment with fewer and shorter trainings. */
const short: RegistryEntry = {
  name: "bnn_finance",
  folder: registry.find(({ name }) => name === "bnn_finance")!.folder,
  load() {
    const quick = { ...experiment.profiles.quick, origins: 4, bayesianSteps: 40, epochs: 2, draws: 30 };
    return Promise.resolve({ ...experiment, profiles: { quick, full: quick } });
  },
};

Deno.test("bnn_finance on its twin reports every metric, and recovers what the data were drawn at", async () => {
  await inTemporaryFolder(async (cwd) => {
    const terminal = memoryTerminal(), args = ["bnn_finance", "--data", "simulated", "--seed", "3"];
    const code = await reproduce(args, { cwd, registry: [short], terminal });
    assert.equal(code, 0, [...terminal.warned, ...terminal.printed].join("\n"));
    const folder = `${cwd}/.pyrosaur/simulated/bnn_finance`;
    const record = parseRecord(await Deno.readTextFile(`${folder}/quick.json`), "it");
    const names = record.metrics.map(({ name }) => name);
    for (const method of METHODS) {
      for (const score of SCORES) {
        for (const prefix of ["", "rolling/"]) assert.ok(names.includes(`${prefix}${method}/${score}`));
      }
    }
    assert.ok(record.simulated && record.metrics.filter(({ target }) => target).length === 3);
    assert.match(await Deno.readTextFile(`${folder}/quick/figures/data.svg`), /Simulated data/);
  });
});
