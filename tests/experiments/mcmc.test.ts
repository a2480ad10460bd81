import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { Beta, HalfNormal, Normal } from "../../lib/distributions/mod.ts";
import { resolveDataset } from "../../lib/data/mod.ts";
import { enumLogDensity } from "../../lib/infer/mod.ts";
import { configEnumerate, logDensity } from "../../lib/ppl/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { errorsOf } from "../../experiments/mcmc/chains.ts";
import { formOf } from "../../experiments/mcmc/funnel/forms.ts";
import { exact } from "../../experiments/mcmc/mixture/exact.ts";
import { ordered, POINTS, unordered } from "../../experiments/mcmc/mixture/model.ts";
import { pairsAndTriples } from "../../experiments/mcmc/mixture/part.ts";
import experiment from "../../experiments/mcmc/mod.ts";
import reference from "../../experiments/mcmc/schools/reference.json" with { type: "json" };
import { stochasticVolatility } from "../../experiments/mcmc/volatility/model.ts";
import { ether, simulate, TRUTH } from "../../experiments/mcmc/volatility/series.ts";
import { perform } from "../../experiments/mcmc/worker.ts";
import golden from "../golden/eight_schools.json" with { type: "json" };
import { reportOf } from "./reported.ts";

const item = (x: Tensor): number => x.dataSync()[0];

Deno.test("the ordered mixture is the tutorial's, folded: twice its density", () => {
  const points = tf.tensor1d([...POINTS]), shared = { weights: tf.tensor([0.4, 0.6]), scale: tf.scalar(0.7) };
  for (const [low, high] of [[0.3, 10.5], [-4, -1]]) {
    const density = (model: typeof ordered, values: Record<string, Tensor>) =>
      item(enumLogDensity(configEnumerate(model), [points], { ...shared, ...values }).logDensity);
    const folded = density(ordered, { middle: tf.scalar((low + high) / 2), gap: tf.scalar(high - low) });
    const plain = density(unordered, { locs: tf.tensor([high, low]) });
    // The components are the other way round, and so are their weights.
    const turned = item(
      enumLogDensity(configEnumerate(unordered), [points], {
        scale: shared.scale,
        weights: tf.tensor([0.6, 0.4]),
        locs: tf.tensor([high, low]),
      }).logDensity,
    );
    assert.ok(Math.abs(folded - (turned + Math.log(2))) < 1e-3, `${folded}, ${turned}`);
    assert.notEqual(plain, turned);
  }
});

Deno.test("memberships are counted where two and three points are together", () => {
  const data = Int32Array.of(0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0);
  assert.deepEqual([...pairsAndTriples({ data, shape: [4, 5] })], [1, 1, 0, 0]);
  const { pairAndTriple, scale } = exact();
  assert.ok(pairAndTriple > 0.5 && pairAndTriple < 1 && scale.mean > 0 && scale.sd > 0);
});

Deno.test("stochastic volatility has the density of its formula", async () => {
  const returns = [0.5, -1, 2, 0.1], shock = [0.3, -0.2, 1, 0.5];
  const given = { drift: 0.1, level: 0.4, persistence_base: 0.95, shocks: 0.3, before: -0.7 };
  const found = compile(
    (returns: Tensor, values: Record<string, Tensor>) =>
      logDensity(stochasticVolatility, [returns], values).logDensity,
    { engine: "js", dtype: "float64" },
  );
  const scalars = Object.fromEntries(
    Object.entries(given).map(([name, x]) => [name, { data: Float64Array.of(x), shape: [] }]),
  );
  const { data: [log] } = await found.arrays({ data: Float64Array.from(returns), shape: [4] }, {
    ...scalars,
    shock: { data: Float64Array.from(shock), shape: [4] },
  });
  await found.release();
  const normal = (x: number, loc: number, scale: number) =>
    -0.5 * ((x - loc) / scale) ** 2 - Math.log(scale) - 0.5 * Math.log(2 * Math.PI);
  const phi = 2 * given.persistence_base - 1;
  let deviation = given.before * given.shocks / Math.sqrt(1 - phi ** 2);
  let expected = item(new Normal(0, 1).logProb(given.drift)) + item(new Normal(0, 5).logProb(given.level)) +
    item(new Beta(20, 1.5).logProb(given.persistence_base)) +
    item(new HalfNormal(0.5).logProb(given.shocks)) +
    normal(given.before, 0, 1);
  returns.forEach((today, t) => {
    deviation = phi * deviation + given.shocks * shock[t];
    expected += normal(shock[t], 0, 1) + normal(today, given.drift, Math.exp((given.level + deviation) / 2));
  });
  assert.ok(Math.abs(log - expected) < 1e-5 * Math.abs(expected), `${log}, expected ${expected}`);
});

Deno.test("a series is drawn with the volatility that it comes with", () => {
  const { returns, volatility } = simulate(20_000, 3), { drift, level, shocks, persistence } = TRUTH;
  const noise = returns.map((r, t) => (r - drift) / volatility![t]), { mean, sd } = moments(noise);
  assert.ok(Math.abs(mean) < 0.03 && Math.abs(sd - 1) < 0.02, `${mean}, ${sd}`);
  const logs = moments(volatility!.map((v) => 2 * Math.log(v)));
  assert.ok(Math.abs(logs.mean - level) < 0.25, `${logs.mean}`);
  assert.ok(Math.abs(logs.sd / (shocks / Math.sqrt(1 - persistence ** 2)) - 1) < 0.15, `${logs.sd}`);
  assert.deepEqual(simulate(5, 1), simulate(5, 1));
});

Deno.test("the funnel learns not to be centred", async () => {
  const { centredness } = await formOf("learned", 0);
  assert.ok(centredness! < 0.1, `${centredness}`);
});

Deno.test("errors are the largest ones of the numbers that are known", () => {
  const row = (name: string, mean: number, std: number) => ({
    name,
    mean,
    std,
    median: mean,
    low: mean,
    high: mean,
    mcseMean: 0.1,
  });
  const findings = { rows: [row("a", 1, 2), row("b", 5, 1)], divergences: 0, gradients: 1, bfmi: 1 };
  const { mean, sd } = errorsOf(findings, { a: { mean: 0.8, sd: 2.5 } });
  assert.ok(Math.abs(mean - 2) < 1e-12 && Math.abs(sd - 0.2) < 1e-12);
});

Deno.test("mcmc on the twins reports what its targets are for, and draws its figures", async () => {
  const rugged = await resolveDataset("rugged", { data: "simulated" });
  const ethusd = await resolveDataset("ethusd", { data: "simulated" });
  const lengths = { chains: 2, warmup: 300, draws: 300 };
  const config = { schools: lengths, ruggedness: lengths, mixture: lengths, funnel: lengths };
  const short = { volatility: { chains: 2, warmup: 60, draws: 40 }, days: 40 };
  const report = await reportOf(experiment, { rugged, ethusd }, perform, { config: { ...config, ...short } });
  const wanted = experiment.recovery({ ...rugged.parameters, ...ethusd.parameters });
  assert.deepEqual(Object.keys(wanted).filter((name) => !report.metrics.has(name)), []);
  for (const name of ["a", "bA", "bR", "bAR"]) {
    const { value, tolerance } = wanted[`ruggedness/nuts/${name}/mean`];
    assert.ok(Math.abs(report.metrics.get(`ruggedness/nuts/${name}/mean`)![0] - value) <= tolerance, name);
  }
  const divergences = (form: string) => report.metrics.get(`schools/${form}/divergences`)![0];
  assert.ok(divergences("centred") > divergences("non_centred"));
  assert.ok(report.figures.size >= 9);
  for (const [name, figure] of report.figures) {
    const svg = await figure.toSVG();
    assert.match(svg, /<svg/);
    assert.equal(/Simulated data/.test(svg), /ruggedness|ether/.test(name), name);
  }
  assert.equal(ether(ethusd.value as never).returns.length, 898);
});

Deno.test("the experiment's reference is that of the reference values", () => {
  assert.deepEqual(reference, golden);
});
