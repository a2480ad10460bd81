import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { type Constraint, Distribution, ParametricDistribution } from "../../../lib/distributions/mod.ts";
import { formatShape, type Shape, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { families, type Row } from "./rows/mod.ts";

const tensor = (x: any): Tensor => tf.tensor(x) as Tensor;
const build = ([make, ...parameters]: Row): Distribution => make(...parameters.map(tensor));

/** The error of an act, in full. */
function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
}

/** A NaN as messages show it, in numbers or in an element of more. */
function shown(shape: Shape, eventDim: number): string {
  const found = ["NaN", "a vector", "a matrix"][eventDim], at = shape.slice(0, shape.length - eventDim);
  return at.length === 0 ? found : `${found} at ${formatShape(at.map(() => 0))}`;
}

/** The constraints of a row's parameters by their names; undefined for what is made from others. */
function constraintsOf(d: Distribution, { length }: Row): [string, Constraint][] | undefined {
  const own = d instanceof ParametricDistribution ? Object.entries(d.argConstraints) : [];
  const isOther = "base" in d ||
    ["OrderedLogistic", "BetaProportion", "GaussianStateSpace"].includes(d.name) ||
    d.name.startsWith("GaussianCopula");
  return isOther || own.length !== length - 1 ? undefined : own;
}

/** Families that are made with sizes, or from a matrix of which they keep the factor. */
const bySize = ["LKJ", "LKJCholesky", "CAR", "GaussianRandomWalk", "GaussianStateSpace", "ZeroSumNormal"]
  .concat(
    "Wishart",
    "WishartCholesky",
    "InverseWishart",
    "MultivariateNormal",
    "Delta",
    "GaussianCopula",
    "GaussianCopulaBeta",
  );

/** Distributions whose parts score a value, or are functions. */
const ofParts = ["MaskedMixture", "EulerMaruyama"];

const wrong: Record<string, (name: string, row: Row, d: Distribution) => void> = {
  "a value of a wrong shape"(_name, _row, d) {
    const shape = [7, ...d.eventShape];
    assert.equal(
      messageOf(() => d.logProb(tf.zeros(shape))),
      `Cannot score ${d.name}: a value of shape ${formatShape(shape)} does not broadcast with batch shape ` +
        `${formatShape(d.batchShape)} and event shape ${formatShape(d.eventShape)}`,
    );
  },
  "a NaN in a value"(_name, _row, d) {
    if (ofParts.includes(d.name)) return;
    const shape = [2, ...d.eventShape];
    assert.equal(
      messageOf(() => d.logProb(tf.fill(shape, NaN))),
      `Cannot score ${d.name}: value has ${shown(shape, d.eventShape.length)}; ` +
        `expected values in the support, ${d.support}`,
    );
  },
  "a NaN in each parameter"(_name, row, d) {
    if (d.name === "EulerMaruyama") return;
    const [make, ...given] = row, own = constraintsOf(d, row);
    given.forEach((p, k) => {
      const { shape } = tensor(p),
        message = messageOf(() => make(...given.map((x, i) => i === k ? tf.fill(shape, NaN) : tensor(x))));
      if (!own) {
        const any =
          /^Cannot make \w+: \w+ has (NaN|a vector|a matrix)( at \[[0, ]+\])?, which is not in the constraint /;
        return assert.match(message, any);
      }
      const [parameter, set] = own[k], found = shown(shape, set.eventDim);
      // The spread of a matrix family is given by its scale.
      if (parameter === "scaleTril" && d.name.includes("Wishart")) {
        return assert.match(message, /scale has a matrix/);
      }
      assert.equal(
        message,
        `Cannot make ${d.name}: ${parameter} has ${found}, which is not in the constraint ${set}`,
      );
    });
  },
  "words in place of each parameter"(_name, [make, ...given], d) {
    if (d.name === "EulerMaruyama") return;
    given.forEach((_, k) => {
      const message = messageOf(() => make(...given.map((x, i) => i === k ? "many" : tensor(x))));
      const expected =
        'Cannot take "many" as numbers, expected a tensor, a number or nested arrays of numbers';
      assert.equal(message, expected);
    });
  },
  "an option that there is not"(_name, row, d) {
    if (!constraintsOf(d, row) || bySize.includes(d.name)) return;
    const { probs, logits, ...others } = d.parameters;
    const choice = probs ? [{ probs }] : logits ? [{ logits }] : [];
    assert.equal(
      messageOf(() =>
        Reflect.construct(d.constructor, [...Object.values(others), ...choice, { valdate: 1 }])
      ),
      `Cannot make ${d.name}: there is no option "valdate" (did you mean "validate"?); the options are validate`,
    );
  },
};

for (const [mistake, check] of Object.entries(wrong)) {
  Deno.test(`every family says what is wrong about ${mistake}`, () => {
    for (const [name, row] of Object.entries(families)) check(name, row, build(row));
  });
}

/** Arguments that go before a wrong one. */
const before = [[], [1], [1, 1], [[0, 0]], [new dist.Normal(0, 1)], [new dist.Categorical([0.5, 0.5])]];
/** Arguments of which each is wrong in most places. */
const strange = [undefined, null, "3", 2.5, [2.5], ["a"], {}, () => 1, new dist.Poisson([1, 2])];

Deno.test("whatever a distribution is made from, errors are those of this library", () => {
  const abstract = ["ParametricDistribution", "RelaxedCategorical", "SuccessProbability", "Wrapper"];
  const all = Object.entries(dist as Record<string, any>).filter(([name, Family]) =>
    !abstract.includes(name) && typeof Family === "function" && Family.prototype instanceof Distribution
  );
  assert.ok(all.length > 80, `only ${all.length} distributions are found`);
  const bad = new Set<string>();
  for (const [name, Family] of all) {
    for (const given of before) {
      for (const wrong of strange) {
        const message = messageOf(() => Reflect.construct(Family, [...given, wrong]).shape([2]));
        if (!/^(Cannot .*(found|expected|takes|, which|options are|broadcast)|no error)/.test(message)) {
          bad.add(`${name}: ${message}`);
        }
      }
    }
  }
  assert.deepEqual([...bad], []);
});
