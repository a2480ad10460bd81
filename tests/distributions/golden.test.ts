import assert from "node:assert/strict";
import { klDivergence } from "../../lib/distributions/mod.ts";
import { distributionByName, transformByName } from "../../tasks/golden/distribution_by_name.ts";
import { cases, compare, type Make, numbers } from "./reference.ts";

/** Tells whether a parameter is a distribution or a shape, as text. */
const isText = (value: unknown): boolean => typeof value === "string" && !/^-?(nan|inf)$/.test(value);

const build = (make: Make, family: string, parameters: Record<string, any>) =>
  distributionByName(family)!(
    Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, isText(value) ? value : make(numbers(value))]),
    ),
  );

/** Relative errors of torch's own: its Bessel functions are approximations for float32. */
const roughReferences: Readonly<Record<string, number>> = { VonMises: 3e-8 };

/** Statistics that NumPyro has wrong: this one differs from SciPy's, and from that of draws. */
const wrongReferences: Readonly<Record<string, string>> = { InverseWishart: "variance" };

/** Families with reference values that are not there yet. */
const notYet: readonly string[] = ["SineBivariateVonMises"];

Deno.test("distributions agree with torch's and NumPyro's log densities, means, variances and entropies", () => {
  const all = [...cases("distributions.json"), ...cases("distributions_numpyro.json")];
  const supported = all.filter((c) => distributionByName(c.distribution));
  const missing = new Set(all.map((c) => c.distribution).filter((name) => !distributionByName(name)));
  assert.deepEqual([...missing], notYet);
  for (const c of supported) {
    const label = `${c.distribution}(${JSON.stringify(c.params)})`;
    compare(
      `${label}.logProb`,
      c.log_prob,
      (make) => build(make, c.distribution, c.params).logProb(make(numbers(c.value))),
      roughReferences[c.distribution],
    );
    for (const statistic of ["mean", "variance"] as const) {
      if (c[statistic] === undefined || wrongReferences[c.distribution] === statistic) continue;
      compare(
        `${label}.${statistic}`,
        c[statistic],
        (make) => build(make, c.distribution, c.params)[statistic],
        roughReferences[c.distribution],
      );
    }
    if (c.entropy !== undefined) {
      compare(`${label}.entropy`, c.entropy, (make) => build(make, c.distribution, c.params).entropy());
    }
  }
});

Deno.test("klDivergence() agrees with torch", () => {
  for (const c of cases("kl.json")) {
    compare(
      `KL ${c.family}`,
      c.kl,
      (make) => klDivergence(build(make, c.family, c.p), build(make, c.family, c.q)),
    );
  }
});

Deno.test("transforms agree with torch, forward, inverse and log-determinant", () => {
  for (const c of cases("transforms.json")) {
    const transform = () => {
      const found = transformByName(c.transform);
      assert.ok(found, `no transform named ${c.transform}`);
      return found;
    };
    compare(`${c.transform}.forward`, c.y, (make) => transform().forward(make(c.x)));
    // Rounding y to float32 moves x by far more where the transform is flat, which compare allows
    // for.
    compare(`${c.transform}.inverse`, c.x, (make) => transform().inverse(make(c.y)));
    if (c.log_abs_det_jacobian === undefined) continue;
    compare(
      `${c.transform}.logAbsDetJacobian`,
      c.log_abs_det_jacobian,
      (make) => transform().logAbsDetJacobian(make(c.x), make(c.y)),
    );
  }
});

Deno.test("transformByName() gives undefined for a name it does not know", () => {
  assert.equal(transformByName("Fourier"), undefined);
  assert.equal(transformByName("constructor"), undefined);
});
