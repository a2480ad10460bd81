import assert from "node:assert/strict";
import { loadDataset, resolveDataset } from "../../lib/data/mod.ts";
import { compile, exportOnnx, grad, scan as loop, vmap } from "../../lib/compile/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";
import * as infer from "../../lib/infer/mod.ts";
import { dmm, neuralProcess } from "../../lib/models/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { chart, facets, line, pianoRoll, points } from "../../lib/plot/mod.ts";
import * as ppl from "../../lib/ppl/mod.ts";
import { loadModel } from "../../lib/serve/mod.ts";
import { linalg, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { checkOptions, closest } from "../../lib/system/mod.ts";

const { Normal } = dist, { sample, plate } = ppl, { adam, AutoNormal, SVI } = infer;
const model = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: 1 });
const key = random.key(0), y = tf.tensor1d([1, 2]) as Tensor, matrix = tf.eye(2) as Tensor;
const run = ppl.trace(ppl.seed(model, key)).get();
const make = (options?: any) => new SVI(model, new AutoNormal(model), adam({ lr: 0.1 }), undefined, options);
const ensemble = (options: any) =>
  new infer.SVIEnsemble(model, new AutoNormal(model), adam({ lr: 0.1 }), undefined, options);
const within = (body: () => unknown) => ppl.trace(ppl.seed(() => void body(), key)).get();

/** Calls with options, from misspelt ones, and the name that the error is to suggest. */
const calls: Record<string, readonly [call: (options: any) => unknown, misspelt: string, meant: string]> = {
  sample: [(o) => within(() => sample("a", new Normal(0, 1), o)), "observed", "obs"],
  plate: [(o) => within(() => plate("p", 4, o)), "subsample_size", "subsampleSize"],
  param: [(o) => within(() => ppl.param("p", 1, o)), "constraints", "constraint"],
  "scan with sites": [(o) => ppl.scan((c: Tensor, _: null) => [c, null], y, null, o), "lenght", "length"],
  block: [(o) => ppl.block(model, o)(), "hides", "hide"],
  replay: [(o) => ppl.replay(model, o)(), "traces", "trace"],
  substitute: [(o) => ppl.substitute(model, o)(), "date", "data"],
  scope: [(o) => ppl.scope(model, o)(), "prefx", "prefix"],
  renderModel: [(o) => ppl.renderModel(model, [], o), "distribution", "distributions"],
  formatShapes: [(o) => ppl.formatShapes(run, o), "log_prob", "logProb"],
  compile: [(o) => compile((x: Tensor) => x, o), "engin", "engine"],
  grad: [(o) => grad((x: Tensor) => x.sum(), o), "argnum", "argnums"],
  vmap: [(o) => vmap((x: Tensor) => x, o), "in_axes", "inAxes"],
  scan: [(o) => loop((c: Tensor, x: Tensor) => [c, x], y, y, o), "reversed", "reverse"],
  exportOnnx: [(o) => exportOnnx((x: Tensor) => x, [y], o), "dtyp", "dtype"],
  Normal: [(o) => new Normal(0, 1, o), "validate_args", "validate"],
  "Normal of a scalar": [(o) => new dist.Gamma(1, 1, o), "valid", "validate"],
  Bernoulli: [(o) => new dist.Bernoulli(o), "logit", "logits"],
  Categorical: [(o) => new dist.Categorical(o), "prob", "probs"],
  MultivariateNormal: [(o) => new dist.MultivariateNormal([0, 0], o), "scale_tril", "scaleTril"],
  Delta: [(o) => new dist.Delta(0, o), "event_dim", "eventDim"],
  Permute: [(o) => new dist.Permute([1, 0], o), "dims", "dim"],
  SplineCoupling: [(o) => new dist.SplineCoupling(1, () => [], o), "bounds", "bound"],
  AffineAutoregressive: [(o) => new dist.AffineAutoregressive(() => [], o), "permutations", "permutation"],
  AutoNormal: [(o) => new AutoNormal(model, o), "init_scale", "initScale"],
  AutoDelta: [(o) => new infer.AutoDelta(model, o), "initStrategi", "initStrategy"],
  AutoLaplace: [(o) => new infer.AutoLaplace(model, o), "prefixes", "prefix"],
  SVI: [(o) => make(o), "dtyp", "dtype"],
  "SVI.run": [(o) => make().run(key, 1, [], o), "progres", "progress"],
  SVIEnsemble: [(o) => ensemble({ members: 2, ...o }), "thread", "threads"],
  "SVIEnsemble.run": [(o) => ensemble({ members: 2 }).run(key, 1, [], o), "signals", "signal"],
  Predictive: [(o) => new infer.Predictive(model, { numSamples: 2, ...o }), "parallell", "parallel"],
  TraceELBO: [(o) => new infer.TraceELBO(o), "num_particles", "numParticles"],
  TraceMeanFieldELBO: [(o) => new infer.TraceMeanFieldELBO(o), "vectorize", "vectorizeParticles"],
  adam: [(o) => adam(o), "beta", "betas"],
  adamW: [(o) => infer.adamW(o), "weight_decay", "weightDecay"],
  clippedAdam: [(o) => infer.clippedAdam(o), "clip_norm", "clipNorm"],
  sgd: [(o) => infer.sgd(o), "momentumm", "momentum"],
  rmsprop: [(o) => infer.rmsprop(o), "centred", "centered"],
  adagrad: [(o) => infer.adagrad(o), "lr_decay", "lrDecay"],
  adagradRMSProp: [(o) => infer.adagradRMSProp(o), "etas", "eta"],
  exponentialDecay: [(o) => infer.exponentialDecay({ init: 1, rate: 0.5, ...o }), "stair_case", "staircase"],
  cosineDecay: [(o) => infer.cosineDecay({ init: 1, steps: 5, ...o }), "finale", "final"],
  initToMedian: [(o) => infer.initToMedian(o), "num_samples", "numSamples"],
  initToUniform: [(o) => infer.initToUniform(o), "radus", "radius"],
  initToValue: [(o) => infer.initToValue(o), "value", "values"],
  summary: [(o) => infer.summary({ a: y }, o), "mas", "mass"],
  loadCheckpoint: [(o) => infer.loadCheckpoint("nowhere", o), "conf", "config"],
  mlp: [(o) => nn.mlp([1, 1], o), "activations", "activation"],
  linear: [(o) => nn.linear(1, 1, o), "weight_init", "weightInit"],
  rnn: [(o) => nn.rnn(1, 1, o), "nonlinearities", "nonlinearity"],
  AutoIAFNormal: [(o) => new nn.AutoIAFNormal(model, o), "num_flows", "numFlows"],
  made: [(o) => nn.made(2, [4], o), "param_dims", "paramDims"],
  ragged: [(o) => nn.ragged([[[1]]], o), "packed", "pack"],
  dmm: [(o) => dmm(o), "z_dim", "zDim"],
  neuralProcess: [(o) => neuralProcess(o), "obs_scale", "obsScale"],
  uniform: [(o) => random.uniform(key, [], o), "mim", "min"],
  choice: [(o) => random.choice(key, 3, [], o), "replacement", "replace"],
  triangularSolve: [(o) => linalg.triangularSolve(matrix, matrix, o), "lowr", "lower"],
  chart: [(o) => chart([points({ x: [1], y: [1] })], o), "tittle", "title"],
  facets: [(o) => facets({ a: [line({ x: [1], y: [1] })] }, o), "column", "columns"],
  line: [(o) => line({ x: [1], y: [1], ...o }), "colour", "color"],
  pianoRoll: [(o) => pianoRoll({ a: [["C4"]] }, o), "treshold", "threshold"],
  loadModel: [(o) => loadModel(new Uint8Array(), o), "thread", "threads"],
  resolveDataset: [(o) => resolveDataset("rugged", o), "seeds", "seed"],
  loadDataset: [(o) => loadDataset("rugged", o), "caches", "cache"],
};

for (const [name, [call, misspelt, meant]] of Object.entries(calls)) {
  Deno.test(`${name} refuses the option ${misspelt}, and suggests ${meant}`, async () => {
    const message = new RegExp(`there is no option "${misspelt}".*did you mean "${meant}"`);
    await assert.rejects(async () => await call({ [misspelt]: 1 }), message);
    // One that is given as undefined is misspelt all the same.
    await assert.rejects(async () => await call({ [misspelt]: undefined }), message);
  });
}

for (const optimiser of ["adam", "adamW", "clippedAdam", "sgd", "rmsprop", "adagrad"] as const) {
  Deno.test(`${optimiser} refuses a number in place of settings, and none at all`, () => {
    const loose = infer[optimiser] as (options?: unknown) => unknown;
    assert.throws(
      () => loose(0.1),
      new RegExp(`Cannot make ${optimiser}: found 0.1 in the place of the options`),
    );
    assert.throws(() => loose(), new RegExp(`Cannot make ${optimiser}: found no settings`));
  });
}

Deno.test("what is no plain object is no options", () => {
  const refused: [unknown, RegExp][] = [
    [y, /found a tensor in the place/],
    [[1], /class Array/],
    [null, /found null/],
    ["obs", /found "obs"/],
    [() => {}, /found a function/],
    [new Map(), /class Map/],
  ];
  for (const [options, message] of refused) {
    assert.throws(() => checkOptions("try", options, { a: true }), message);
    assert.throws(() => within(() => sample("x", new Normal(0, 1), options as never)), message);
  }
  checkOptions("try", undefined, { a: true });
  checkOptions("try", {}, { a: true });
  checkOptions("try", Object.assign(Object.create(null), { a: 1 }), { a: true });
  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    const options = Object.defineProperty({}, name, { value: 1, enumerable: true });
    assert.throws(() => checkOptions("try", options, { a: true }), /there is no option/);
  }
});

Deno.test("closest() takes two spellings for one, and beginnings", () => {
  assert.equal(closest("subsample_size", ["size", "subsampleSize"]), ' (did you mean "subsampleSize"?)');
  assert.equal(closest("observed", ["infer", "obs"]), ' (did you mean "obs"?)');
  assert.equal(closest("learningRate", ["lr", "betas"]), "");
  assert.equal(closest("jsno", ["all", "json"]), ' (did you mean "json"?)', "two letters swapped");
  assert.equal(closest("x", []), "");
});
