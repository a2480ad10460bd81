import assert from "node:assert/strict";
import * as dist from "../../lib/distributions/mod.ts";
import { close } from "./reference.ts";

interface Pairs {
  readonly pairs: readonly (readonly [p: string, q: string])[];
  readonly values: readonly {
    readonly p: readonly [string, ...number[]];
    readonly q: readonly [string, ...number[]];
    readonly kl: number | "inf";
  }[];
}
const { pairs, values }: Pairs = JSON.parse(
  Deno.readTextFileSync(new URL("kl_pairs.json", import.meta.url)),
);

type Families = Record<string, new (...parameters: any[]) => dist.Distribution>;
const make = ([name, ...parameters]: readonly [string, ...number[]]) =>
  new (dist as unknown as Families)[name](...parameters);

Deno.test("klDivergence() agrees with torch for all pairs of families of numbers that it registers", () => {
  for (const { p, q, kl } of values) {
    const [found] = dist.klDivergence(make(p), make(q)).dataSync(), expected = kl === "inf" ? Infinity : kl;
    close(`KL(${p} || ${q})`, found, expected, 2e-5 * Math.max(1, Math.abs(expected)));
  }
});

const factor = [[1, 0], [0.5, 2]], vector = [[1], [0.5]];
/** Distributions of vectors, and wrappers. */
const others: Record<string, dist.Distribution> = {
  Categorical: new dist.Categorical([0.2, 0.8]),
  OneHotCategorical: new dist.OneHotCategorical([0.2, 0.8]),
  Dirichlet: new dist.Dirichlet([1, 2]),
  HalfNormal: new dist.HalfNormal(2),
  Independent: new dist.Normal([0, 1], 2).toEvent(1),
  LowRankMultivariateNormal: new dist.LowRankMultivariateNormal([0, 1], vector, [1, 2]),
  MultivariateNormal: new dist.MultivariateNormal([0, 1], { scaleTril: factor }),
  TransformedDistribution: new dist.TransformedDistribution(new dist.Normal(0, 1), new dist.ExpTransform()),
};
/** Classes without divergences here, and why. */
const without: Record<string, string> = {
  ContinuousBernoulli: "there is no such family in Pyrosaur",
  ExponentialFamily: "it is an abstract class there; all of its families have forms of their own",
};

Deno.test("each pair that torch registers is registered, or left out for a reason", () => {
  const known = new Set(values.map(({ p, q }) => `${p[0]} ${q[0]}`));
  for (const [p, q] of pairs) {
    if (known.has(`${p} ${q}`) || without[p] || without[q]) continue;
    assert.ok(others[p] && others[q], `${p}, ${q}`);
    assert.ok(dist.klDivergence(others[p], others[q]).dataSync()[0] >= 0, `${p}, ${q}`);
  }
});

Deno.test("normals of all forms have the divergence of their full covariances", () => {
  const p = others.LowRankMultivariateNormal, q = others.Independent;
  const dense = new dist.MultivariateNormal([0, 1], { covariance: [[2, 0.5], [0.5, 2.25]] });
  const plain = new dist.MultivariateNormal([0, 1], { covariance: [[4, 0], [0, 4]] });
  const full = new dist.MultivariateNormal([0.3, 0], { scaleTril: factor });
  const near = (a: dist.Distribution, b: dist.Distribution, c: dist.Distribution, d: dist.Distribution) =>
    close(
      `${a.name} || ${b.name}`,
      dist.klDivergence(a, b).dataSync()[0],
      dist.klDivergence(c, d).dataSync()[0],
      1e-5,
    );
  near(p, full, dense, full), near(full, p, full, dense);
  near(q, full, plain, full), near(full, q, full, plain);
});
