import assert from "node:assert/strict";
import {
  logLikelihood,
  MCMC,
  type MCMCResult,
  NUTS,
  Predictive,
  toInferenceData,
} from "../../lib/infer/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { deterministic, factor, plate, sample, scan, scope } from "../../lib/ppl/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { run } from "../python.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { eightSchools, schools } from "./mcmc/models.ts";

const key = random.key(0), quiet = { progress: false };
const names = ["A", "B", "C", "D", "E", "F", "G", "Höhe"];

const mcmc = new MCMC(new NUTS(eightSchools), { numWarmup: 200, numSamples: 100, numChains: 2 });
const result = await mcmc.run(key, schools, quiet);
await mcmc.release();

/** Everything of eight schools. */
async function whole() {
  const { samples } = result, [, sigma] = schools;
  const predict = new Predictive(eightSchools, { posteriorSamples: samples, dtype: "float64" });
  const prior = new Predictive(eightSchools, { numSamples: 50 });
  return await toInferenceData(result, {
    model: eightSchools,
    args: schools,
    logLikelihood: true,
    posteriorPredictive: await predict.arrays(key, undefined, sigma),
    prior: await prior(key, undefined, sigma),
    coords: { schools: names },
  });
}

Deno.test("draws, statistics, likelihoods, predictions and data are in ArviZ's groups, plates their axes", async () => {
  const { groups } = await whole();
  const shown = Object.fromEntries(
    Object.entries(groups).map(([name, { variables }]) => [
      name,
      Object.entries(variables).map(([own, { dims, shape }]) => `${own} ${dims.join(",")} ${shape}`),
    ]),
  );
  assert.deepEqual(shown.posterior, [
    "mu chain,draw 2,100",
    "tau chain,draw 2,100",
    "theta_base chain,draw,schools 2,100,8",
  ]);
  assert.deepEqual(shown.log_likelihood, ["obs chain,draw,schools 2,100,8"]);
  assert.deepEqual(shown.posterior_predictive, ["obs chain,draw,schools 2,100,8"]);
  assert.deepEqual(shown.prior, [
    "mu chain,draw 1,50",
    "tau chain,draw 1,50",
    "theta_base chain,draw,schools 1,50,8",
  ]);
  assert.deepEqual(shown.prior_predictive, ["obs chain,draw,schools 1,50,8"]);
  assert.deepEqual(shown.observed_data, ["obs schools 8"]);
  assert.deepEqual(
    Object.keys(groups.sample_stats.variables).sort(),
    ["acceptance_rate", "diverging", "energy", "lp", "n_steps", "step_size", "tree_depth"],
  );
  assert.deepEqual([...groups.observed_data.variables.obs.data], [28, 8, -3, 7, -1, 1, 18, 12]);
  assert.deepEqual(groups.posterior.coords.schools, names);
  const { obs } = await logLikelihood(eightSchools, result.samples, schools);
  assert.deepEqual(groups.log_likelihood.variables.obs.data, obs.data);
});

/** Values by name and chains of one site, as a result. */
const resultOf = (samples: Record<string, HostArray>): MCMCResult =>
  ({ ...result, samples, numChains: 2, numSamples: 100 }) as MCMCResult;
const draws = (...shape: number[]): HostArray => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 200) }, (_, i) => i),
  shape: [200, ...shape],
});

Deno.test("axes without a plate have ArviZ's names, a plate that is called draw another", async () => {
  const model = (y: Tensor) => {
    const w = sample("w", new Normal(0, 1).expand([2, 3]).toEvent(2));
    scope(() => sample("x", new Normal(0, 1)), { prefix: "a" })();
    factor("soft", w.sum());
    using _y = plate("draw", 4);
    deterministic("twice", sample("z", new Normal(0, 1)).mul(tf.scalar(2)));
    sample("y", new Normal(0, 1), { obs: y });
  };
  const samples = { w: draws(2, 3), "a/x": draws(), z: draws(4), twice: draws(4) };
  const { groups: { posterior, observed_data, log_likelihood } } = await toInferenceData(resultOf(samples), {
    model,
    args: [tf.tensor1d([1, 2, 3, 4])],
    logLikelihood: true,
    dims: { w: ["row", "column"] },
    coords: { column: [0.5, 1.5, 2.5] },
  });
  const dims = Object.fromEntries(
    Object.entries(posterior.variables).map(([name, { dims }]) => [name, dims.slice(2)]),
  );
  assert.deepEqual(dims, { w: ["row", "column"], "a.x": [], z: ["draw_dim"], twice: ["draw_dim"] });
  assert.deepEqual(observed_data.variables.y.dims, ["draw_dim"]);
  assert.deepEqual(Object.keys(log_likelihood.variables), ["y"], "a factor is no observation");
  assert.deepEqual(posterior.coords.row, [0, 1]);
  const { groups } = await toInferenceData(resultOf({ w: draws(2, 3) }));
  assert.deepEqual(groups.posterior.variables.w.dims, ["chain", "draw", "w_dim_0", "w_dim_1"]);
});

Deno.test("the steps of a scan are an axis of their own, beside the plates within", async () => {
  const model = (y: Tensor) => {
    const step = (x: Tensor, now: Tensor): [Tensor, null] => {
      const z = sample("z", new Normal(x, 1));
      using _places = plate("places", 2);
      sample("y", new Normal(z, 1), { obs: now });
      return [z, null];
    };
    scan(step, tf.scalar(0), y);
  };
  const { groups: { posterior, observed_data, log_likelihood } } = await toInferenceData(
    resultOf({ z: draws(3) }),
    {
      model,
      args: [tf.zeros([3, 2])],
      logLikelihood: true,
    },
  );
  assert.deepEqual(posterior.variables.z.dims, ["chain", "draw", "z_dim_0"]);
  assert.deepEqual(observed_data.variables.y.dims, ["y_dim_0", "places"]);
  assert.deepEqual(log_likelihood.variables.y.dims, ["chain", "draw", "y_dim_0", "places"]);
});

Deno.test("JSON has one list of places for an axis, a file one for each group", async () => {
  const model = (y?: Tensor, count = 4) => {
    const mean = sample("mean", new Normal(0, 1));
    using _towns = plate("towns", count);
    sample("y", new Normal(mean, 1), { obs: y });
  };
  const prior = await new Predictive(model, { numSamples: 3 })(key, undefined, 2);
  const data = await toInferenceData(resultOf({ mean: draws() }), { model, args: [tf.zeros([4])], prior });
  assert.deepEqual(data.groups.prior_predictive.coords.towns, [0, 1]);
  assert.deepEqual(data.groups.observed_data.coords.towns, [0, 1, 2, 3]);
  assert.throws(
    () => data.toJSON(),
    /the axis "towns" has 4 places in the group observed_data, 2 in another; write NetCDF/,
  );
  assert.ok((await data.toNetCDF()).length > 1000);
});

Deno.test("names and places that do not fit are refused", async () => {
  const w = resultOf({ w: draws(3) });
  const cases: [object, RegExp][] = [
    [{ dims: { w: ["a", "b"] } }, /Cannot name the axes of "w": found 2 names in dims, expected 1/],
    [{ dims: { w: ["a"] }, coords: { a: [1] } }, /coords has 1 places of the axis "a", expected 3/],
    [{ coords: { b: [1] } }, /coords has "b", expected one of "chain", "draw", "w_dim_0"/],
    [{ dims: { v: [] } }, /dims has "v", expected one of "w", "log/],
    [{ dims: { w: ["w"] } }, /"w" names a site and an axis/],
    [{ logLikelihood: true }, /Cannot export the log likelihood: expected the option model/],
  ];
  for (const [options, message] of cases) await assert.rejects(toInferenceData(w, options), message);
  const twice = resultOf({ w: draws(3), v: draws(2) });
  await assert.rejects(
    toInferenceData(twice, { dims: { w: ["a"], v: ["a"] } }),
    /Cannot export "v": its axis "a" has 2 places, another site's 3/,
  );
  await assert.rejects(
    toInferenceData(resultOf({ "a/b": draws(), "a.b": draws() })),
    /another site is "a.b" too/,
  );
});

const SCRIPT = `
import json, sys, warnings
warnings.simplefilter("error")
import arviz_base, numpy as np, xarray
folder = sys.argv[1]
tree = arviz_base.convert_to_datatree(folder + "/all.nc")
with open(folder + "/all.json") as file: raw = json.load(file)
arrays = {g: {k: np.array(v) for k, v in own.items()} for g, own in raw["data"].items()}
other = arviz_base.from_dict(arrays, coords=raw["coords"], dims=raw["dims"])
def look(tree):
    return {g.strip("/"): {k: [list(v.dims), str(v.dtype), v.values.tolist(), [v[d].values.tolist() for d in v.dims]]
        for k, v in tree[g].data_vars.items()} for g in tree.groups if g != "/"}
empty = xarray.open_datatree(folder + "/none.nc")
print(json.dumps([look(tree), look(other), look(empty)]))
`;

/** Returns numbers as lists in lists of a shape. */
function nested(data: ArrayLike<number>, shape: readonly number[]): unknown {
  if (shape.length === 0) return data[0];
  const [length, ...rest] = shape, size = data.length / (length || 1);
  return Array.from(
    { length },
    (_, i) => nested(Array.prototype.slice.call(data, i * size, (i + 1) * size), rest),
  );
}

const { success, text } = await run("import arviz_base, h5netcdf, h5py");
const missing = !success && /No module named|cannot be run/.test(text)
  ? " (no arviz-base with h5netcdf here)"
  : "";

Deno.test({
  name: `arviz-base opens what writeNetCDF() writes, and reads the JSON, with the same values${missing}`,
  ignore: missing !== "",
  async fn() {
    assert.ok(success, text);
    await inTemporaryFolder(async (folder) => {
      const data = await whole(), none = new MCMC(new NUTS(eightSchools), { numWarmup: 20, numSamples: 0 });
      await data.writeNetCDF(`${folder}/all.nc`);
      await Deno.writeTextFile(`${folder}/all.json`, JSON.stringify(data));
      await (await toInferenceData(await none.run(key, schools, quiet))).writeNetCDF(`${folder}/none.nc`);
      const read = await run(SCRIPT, folder);
      assert.ok(read.success, read.text);
      const [file, json, empty] = JSON.parse(read.text);
      assert.deepEqual(Object.keys(file).sort(), Object.keys(data.groups).sort());
      for (const [group, { variables, coords }] of Object.entries(data.groups)) {
        for (const [name, { data, shape, dims, isBoolean }] of Object.entries(variables)) {
          const numbers = isBoolean ? Array.from(data, Boolean) as unknown as number[] : data as Float64Array;
          const [foundDims, dtype, values, places] = file[group][name];
          assert.deepEqual(foundDims, dims, name);
          assert.deepEqual(values, nested(numbers, shape), `${group}.${name}`);
          assert.deepEqual(places, dims.map((dim) => coords[dim]), name);
          if (name === "diverging") assert.equal(dtype, "bool");
          assert.deepEqual(json[group][name][2], values, `${group}.${name} in JSON`);
          assert.deepEqual(json[group][name][0], dims, `${group}.${name} in JSON`);
        }
      }
      assert.deepEqual(empty.posterior.theta_base[2], [[], [], [], []]);
    });
  },
});
