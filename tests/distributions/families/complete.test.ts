import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { families } from "./rows/mod.ts";

/** Classes without a row, and why. */
const without: Readonly<Record<string, string>> = {
  ParametricDistribution: "families extend it",
  RelaxedCategorical: "families extend it",
  SuccessProbability: "families extend it",
  Wrapper: "wrappers extend it",
  Expanded: "each row has one",
  Independent: "each row has one",
  Masked: "each row has one",
  Empirical: "it scores values among its own alone: wrappers/of_others.test.ts",
  ImproperUniform: "its draws are those of first values: wrappers/of_others.test.ts",
  TransformedDistribution: "rows by transform: edge_cases/transforms.ts, transforms/",
  Unit: "it has no values: unit.test.ts",
  Stable: "it has no density: wrappers and reparam tests draw it",
  RelaxedBernoulliStraightThrough: "its draws are rounded, its density is not: relaxed.test.ts",
  RelaxedOneHotCategoricalStraightThrough: "as that: relaxed.test.ts",
};

Deno.test("every family has a row, from which its tests follow", () => {
  const rows = Object.values(families).map(([make, ...given]) =>
    make(...given.map((p) => tf.tensor(p) as Tensor)).constructor.name
  );
  const all = Object.entries(dist).filter(([, x]) =>
    typeof x === "function" && x.prototype instanceof dist.Distribution
  ).map(([name]) => name);
  const missing = all.filter((name) => !rows.includes(name) && !(name in without));
  assert.deepEqual(missing, [], `add a row for ${missing} to tests/distributions/families/rows`);
  const stale = Object.keys(without).filter((name) => !all.includes(name) || rows.includes(name));
  assert.deepEqual(stale, [], "these have rows, or are gone");
});

Deno.test("what families of numbers have in closed form is complete: a family that lacks something says why", () => {
  /** What is not there, and why. */
  const lacking: Readonly<Record<string, readonly string[]>> = {
    // No closed form in TFP, SciPy, torch or NumPyro either.
    ExponentiallyModifiedGaussian: ["entropy"],
    Gompertz: ["variance"],
    RelaxedBernoulli: ["mean", "variance", "mode", "entropy"],
    // Categories have an order by their numbers alone.
    OrderedLogistic: ["mean", "variance"],
    Categorical: ["mean", "variance"],
    // A density that is infinite at one value.
    Delta: ["entropy"],
  };
  const found: Record<string, string[]> = {};
  for (const [make, ...given] of Object.values(families)) {
    const d = make(...given.map((p) => tf.tensor(p) as Tensor));
    if (!(d.constructor.name in dist) || d.eventShape.length > 0 || !isFamily(d)) continue;
    const parts: Record<string, () => unknown> = {
      mean: () => d.mean,
      variance: () => d.variance,
      mode: () => d.mode,
      entropy: () => d.entropy(),
      cdf: () => d.cdf(tf.ones(d.batchShape)),
    };
    const lacks = Object.keys(parts).filter((part) => !answers(parts[part]));
    if (lacks.length > 0) found[d.name] = lacks;
  }
  assert.deepEqual(found, lacking);
});

/** True for what is made from numbers alone. */
const isFamily = (d: dist.Distribution): boolean =>
  !Object.values(d).flat().some((field) => field instanceof dist.Distribution);

function answers(part: () => unknown): boolean {
  try {
    part();
    return true;
  } catch (error) {
    assert.match((error as Error).message, /in closed form/);
    return false;
  }
}
