import assert from "node:assert/strict";
import { Beta, Normal } from "../../lib/distributions/mod.ts";
import {
  computeMarginals,
  enumLogDensity,
  locScaleReparam,
  logLikelihood,
  MCMC,
  NUTS,
  Predictive,
  reparam,
  sbc,
} from "../../lib/infer/mod.ts";
import {
  block,
  collapse,
  condition,
  deterministic,
  equalize,
  intervene,
  lift,
  logDensity,
  param,
  plate,
  sample,
  scope,
  seed,
  substitute,
  trace,
} from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), standard = new Normal(0, 1);

function line(y?: number): void {
  const slope = sample("slope", standard), noise = param("noise", 1);
  deterministic("double", slope.mul(2));
  if (y !== undefined) sample("y", new Normal(slope, noise), { obs: y });
}

Deno.test("a handler that is given names tells of one that nothing has, with the names that there are", () => {
  const told = (fn: (y?: number) => void, message: string | RegExp) =>
    assert.throws(() => seed(fn, key)(3), typeof message === "string" ? { message } : message);
  told(
    condition(line, { slop: 1 }),
    /Cannot condition "slop": no sample site has this name \(did you mean "slope"\?\); there are "slope", "y"; correct the name, or leave it out \(for sites of some runs only, give a function of the site\)/,
  );
  told(condition(line, { slope: 1, noise: 1 }), /"noise": it is a param site, expected a sample site/);
  told(condition(line, { double: 1 }), /"double": it is a deterministic site, expected a sample site/);
  told(intervene(line, { Slope: 1 }), /intervene on "Slope": no sample site has this name .*"slope"/);
  told(
    lift(line, { nois: standard }),
    /lift "nois": no parameter has this name \(did you mean "noise"\?\); there are "noise"/,
  );
  told(lift(line, { slope: standard }), /lift "slope": it is a sample site, expected a parameter/);
  told(
    reparam(line, { height: locScaleReparam() }),
    /reparameterise "height": no sample site has this name; there are "slope", "y"/,
  );
  told(collapse(line, ["rate"]), /collapse "rate": no sample site has this name/);
  told(equalize(line, ["slope", "slope2"]), /equalize "slope2": no sample site has this name/);
  told(
    equalize(line, ["noise", "slope"], { type: "param" }),
    /"slope": it is a sample site, expected a parameter/,
  );
});

Deno.test("names that a run may lack are given by functions, or with names that it has", () => {
  const some: Record<string, number> = { slope: 1, y: 2 };
  const byFunction = condition(line, ({ name }) => some[name]);
  assert.deepEqual(trace(byFunction).get().observedSites.map(({ name }) => name), ["slope"]);
  assert.deepEqual(trace(condition(line, { slope: 1, y: undefined })).get().observedSites.length, 1);
  // The parameters of a training are those of model and guide.
  const run = trace(seed(substitute(line, { data: { noise: 3, slope_auto_loc: 1 } }), key)).get(1);
  assert.equal(run.value("noise").dataSync()[0], 3);
  // A function that throws says why, not which names it has not reached.
  const failing = () => {
    throw new Error("on the way");
  };
  assert.throws(() => condition(failing, { x: 1 })(), /on the way/);
});

Deno.test("values and draws by name are of sites that the model has", async () => {
  assert.throws(
    () => logDensity(line, [1], { slope: 1, nois: 2 }),
    /compute the log density: there is a value for "nois", which the model has no site of \(did you mean "noise"\?\)/,
  );
  for (const  of of[enumLogDensity, computeMarginals]) {
    assert.throws(
      () => of(line, [1], { slope: 1, sd: 2 }),
      /a value for "sd", which the model has no site of/,
    );
  }
  const two = (y?: number) => {
    const [a, scale] = [sample("a", standard), sample("a_scale", new Beta(2, 2))];
    sample("y", new Normal(a, scale), y === undefined ? {} : { obs: y });
  };
  const draws = { a: tf.zeros([2]) as Tensor, a_scale: tf.fill([2], 0.5) as Tensor };
  const { a_scale, ...rest } = draws, mistaken = { ...rest, a_scal: a_scale };
  const told = /draws of "a_scal", which no site of the model is \(did you mean "a_scale"\?\)/;
  for (const parallel of [false, true]) {
    await assert.rejects(new Predictive(two, { posteriorSamples: mistaken, parallel })(key), told);
  }
  await assert.rejects(logLikelihood(two, mistaken, [1]), told);
  const unknown = { ...draws, other: tf.zeros([2]) };
  await assert.rejects(
    logLikelihood(two, unknown, [1]),
    /draws of "other", which no site of the model is; it has/,
  );
});

Deno.test("chains of a reparameterised model are draws of the model without it", async () => {
  const model = (y: number) => {
    const x = sample("x", new Normal(sample("m", standard), 2));
    sample("y", new Normal(x, 1), { obs: y });
  };
  const form = reparam(model, { x: locScaleReparam({ centered: 0 }) });
  const mcmc = new MCMC(new NUTS(form), { numChains: 1, numWarmup: 20, numSamples: 5, numWorkers: 0 });
  const { samples } = await mcmc.run(key, [1], { progress: false });
  assert.deepEqual(Object.keys(samples).sort(), ["m", "x", "x_decentered"]);
  assert.deepEqual((await logLikelihood(model, samples, [1])).y.shape, [5]);
});

Deno.test("a text in the place of a list of names is told, not taken for its parts", async () => {
  const any: any = { block, collapse, equalize, scope };
  const told = (run: () => unknown, message: RegExp) => assert.throws(run, message);
  const list = /found "slope" for .*, expected a list of names: \["slope"\]/;
  told(() => any.block(line, { hide: "slope" })(), list);
  told(() => any.block(line, { expose: "slope" })(), list);
  told(() => any.block(line, { exposeTypes: "slope" })(), list);
  told(() => any.collapse(line, "slope")(), list);
  told(() => any.equalize(line, "slope")(), list);
  told(() => any.scope(line, { prefix: "a", hideTypes: "slope" })(), list);
  await assert.rejects(sbc(line, key, { observe: "slope" } as any), list);
  told(() => any.block(line, { hide: [1] })(), /expected a list of names/);
});

Deno.test("priors that are none, and masks of data that do not fit, are told with what was found", () => {
  for (const prior of [3, null, "slope", undefined] as any[]) {
    assert.throws(
      () => lift(line, prior)(),
      /Cannot lift: found .*, expected a distribution, distributions by name/,
    );
  }
  const seen = (obsMask: boolean[]) => () => {
    using _data = plate("data", 3);
    sample("x", standard, { obs: [1, 2, 3], obsMask });
  };
  assert.throws(
    seed(seen([true, false]), key),
    /observe site "x" in part: obsMask has shape \[2\], expected one that broadcasts with \[3\]/,
  );
  assert.equal(trace(seed(seen([true, false, true]), key)).get().value("x").size, 3);
});
