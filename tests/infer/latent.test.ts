import assert from "node:assert/strict";
import { Bernoulli, Dirichlet, Gamma, Normal } from "../../lib/distributions/mod.ts";
import {
  cut,
  fullShape,
  potential,
  prototypeOf,
  toVector,
  valueAndVolume,
} from "../../lib/infer/latent/mod.ts";
import { plate, sample } from "../../lib/ppl/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { close, item } from "./models.ts";

function model() {
  sample("rate", new Gamma(2, 3));
  sample("weights", new Dirichlet([1, 2, 3]));
  using _p = plate("groups", 6, { subsampleSize: 2, dim: -1 });
  sample("level", new Normal(0, 1));
}

Deno.test("a prototype lists the latent sites with their unconstrained shapes and sizes", () => {
  const { sites, size, isEager } = prototypeOf(model, [], "a test");
  assert.deepEqual(sites.map((s) => [s.name, s.shape, s.unconstrainedShape, s.size]), [
    ["rate", [], [], 1],
    ["weights", [3], [2], 2],
    ["level", [2], [2], 2],
  ]);
  assert.deepEqual([size, isEager], [5, true]);
});

Deno.test("fullShape() gives every plate that subsamples all of its members", () => {
  const { sites } = prototypeOf(model, [], "a test");
  assert.deepEqual(sites.map((site) => fullShape(site.shape, site.eventDim, site)), [[], [3], [6]]);
});

Deno.test("toVector() and cut() are inverse up to the transforms", () => {
  const prototype = prototypeOf(model, [], "a test"), vector = tf.tensor1d([0.3, -1, 0.5, 2, -2]);
  const values = new Map(
    prototype.sites.map((site, i) => {
      const x = cut(vector, prototype)[i].reshape(site.unconstrainedShape);
      return [site.name, valueAndVolume(x, site).value];
    }),
  );
  close(item(tf.sum(values.get("weights")!)), 1, 1e-6);
  toVector(values, prototype).dataSync().forEach((x, i) => close(x, vector.dataSync()[i], 1e-5));
});

Deno.test("potential() is minus the log density of the model and of the volume", () => {
  const gamma = () => void sample("rate", new Gamma(2, 3));
  const x = 0.4, prototype = prototypeOf(gamma, [], "a test");
  // rate = exp(x), so the volume is x.
  const expected = -item(new Gamma(2, 3).logProb(Math.exp(x))) - x;
  close(item(potential(gamma, [], prototype, tf.tensor1d([x]))), expected, 1e-5);
});

Deno.test("a prototype refuses sites with discrete values and models without latent sites", () => {
  assert.throws(
    () => prototypeOf(() => void sample("b", new Bernoulli(0.5)), [], "AutoX"),
    /^Error: Cannot use AutoX: site "b" \(Bernoulli\) has discrete values; /,
  );
  assert.throws(
    () => prototypeOf(() => {}, [], "AutoX"),
    /^Error: Cannot use AutoX: the model has no latent sites$/,
  );
});
