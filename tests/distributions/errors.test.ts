import assert from "node:assert/strict";
import { tf } from "../../lib/tensor/mod.ts";
import { key } from "../../lib/tensor/random/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";

const { constraints } = dist;
const mistakes: [string, () => unknown, string][] = [
  [
    "a negative scale",
    () => new dist.Normal(0, -1),
    "Cannot make Normal: scale has -1, which is not in the constraint positive",
  ],
  [
    "NaN in a batch of parameters",
    () => new dist.Normal([[0, 1], [NaN, 3]], 1),
    "Cannot make Normal: loc has NaN at [1, 0], which is not in the constraint real",
  ],
  [
    "parameters that do not broadcast",
    () => new dist.Gamma([1, 2], [1, 2, 3]),
    "Cannot make Gamma: the shapes of concentration [2] and rate [3] do not broadcast",
  ],
  [
    "an empty interval",
    () => new dist.Uniform(1, 0),
    "Cannot make Uniform: high has 0, which is not in the constraint greaterThan(1)",
  ],
  [
    "a scalar for a vector",
    () => new dist.Dirichlet(1),
    "Cannot make Dirichlet: concentration has shape [], expected at least 1 axis",
  ],
  [
    "probabilities that do not sum to 1",
    () => new dist.Categorical([[0.5, 0.5], [0.5, 0.6]]),
    "Cannot make Categorical: probs has a vector at [1], which is not in the constraint simplex",
  ],
  [
    "both probs and logits",
    () => new dist.Bernoulli({ probs: 0.5, logits: 0 }),
    "Cannot make Bernoulli: expected either probs or logits, found both",
  ],
  [
    "neither probs nor logits",
    () => new dist.Categorical({}),
    "Cannot make Categorical: expected either probs or logits, found neither",
  ],
  [
    "two forms of spread",
    () => new dist.MultivariateNormal([0], { scaleTril: [[1]], covariance: [[1]] }),
    "Cannot make MultivariateNormal: expected exactly one of scaleTril, covariance and precision, found 2",
  ],
  [
    "a spread of another size",
    () => new dist.MultivariateNormal([0, 0, 0], { scaleTril: [[1, 0], [0, 1]] }),
    "Cannot make MultivariateNormal: loc of shape [3] does not fit a spread of shape [2, 2]; expected [..., n] and [..., n, n]",
  ],
  [
    "a covariance that is not positive definite",
    () => new dist.MultivariateNormal([0, 0], { covariance: [[1, 2], [2, 1]] }),
    "Cannot make MultivariateNormal: covariance has a matrix, which is not in the constraint positiveDefinite",
  ],
  [
    "NaN in a value",
    () => new dist.Normal(0, 1).logProb(tf.tensor1d([0, 1, 2, NaN])),
    "Cannot score Normal: value has NaN at [3]; expected values in the support, real",
  ],
  [
    "a value outside a fixed support",
    () => new dist.Bernoulli(0.5).logProb(tf.tensor1d([0, 2])),
    "Cannot score Bernoulli: value has 2 at [1]; expected values in the support, boolean",
  ],
  [
    "a value outside a support that depends on parameters",
    () => new dist.Uniform([0, 5], [1, 6]).logProb(tf.tensor2d([[0.5, 5.5], [0.5, 0.5]])),
    "Cannot score Uniform: value has 0.5 at [1, 1]; expected values in the support, interval(tensor of shape [2], tensor of shape [2])",
  ],
  [
    "a category that does not exist",
    () => new dist.Categorical([0.5, 0.5]).logProb(tf.scalar(2, "int32")),
    "Cannot score Categorical: value has 2; expected values in the support, integerInterval(0, 1)",
  ],
  [
    "a value of a wrong shape",
    () => new dist.Normal([0, 1, 2], 1).logProb(tf.zeros([4])),
    "Cannot score Normal: a value of shape [4] does not broadcast with batch shape [3] and event shape []",
  ],
  [
    "a value with too few axes",
    () => new dist.Dirichlet([1, 1]).logProb(tf.scalar(0.5)),
    "Cannot score Dirichlet: a value of shape [] does not broadcast with batch shape [] and event shape [2]",
  ],
  [
    "expand to a shape that does not fit",
    () => new dist.Normal([0, 1, 2], 1).expand([4]),
    "Cannot expand Normal: batch shape [3] does not broadcast to [4]",
  ],
  [
    "expand of a transformed distribution",
    () => new dist.TransformedDistribution(new dist.Normal([0, 1], 1), new dist.ExpTransform()).expand([3]),
    "Cannot expand TransformedDistribution: batch shape [2] does not broadcast to [3]",
  ],
  [
    "toEvent of more axes than there are",
    () => new dist.Normal([0, 1], 1).toEvent(2),
    "Cannot make 2 batch axes of Normal event axes: its batch shape is [2], so toEvent takes 0 to 1",
  ],
  [
    "a mask that does not fit",
    () => new dist.Normal([0, 1], 1).mask(tf.ones([3], "bool")),
    "Cannot mask Normal: a mask of shape [3] does not broadcast with batch shape [2]",
  ],
  [
    "rsample of a discrete family",
    () => new dist.Poisson(1).rsample(key(0)),
    "Poisson has no rsample: its draws are not differentiable in its parameters; use sample",
  ],
  [
    "entropy without a closed form",
    () => new dist.LKJ(2).entropy(),
    "LKJ has no entropy in closed form; average -logProb over samples instead",
  ],
  [
    "mean without a closed form",
    () => new dist.Categorical([0.5, 0.5]).mean,
    "Categorical has no mean in closed form; average samples instead",
  ],
  [
    "enumerating an infinite support",
    () => new dist.Poisson(1).enumerateSupport(),
    "Poisson cannot enumerate its support; only finite discrete distributions can",
  ],
  [
    "enumerating an event of many",
    () => new dist.Bernoulli([0.5, 0.5]).toEvent(1).enumerateSupport(),
    "Cannot enumerate Bernoulli made an event by toEvent(1): the combinations are too many; use a plate instead",
  ],
  [
    "a bijection to a discrete set",
    () => dist.bijectTo(constraints.boolean),
    "Cannot find a transform to the constraint boolean for bijectTo: its values are discrete",
  ],
  [
    "the log-determinant of the softmax",
    () => new dist.SoftmaxTransform().logAbsDetJacobian(tf.zeros([2]), tf.zeros([2])),
    "SoftmaxTransform has no log |det Jacobian|: it is not one-to-one; use StickBreakingTransform instead",
  ],
  [
    "a vector that fills no triangle",
    () => new dist.VectorToLowerCholeskyTransform().forward(tf.zeros([4])),
    "Cannot make a triangle of a vector of 4 numbers: expected n (n + 1) / 2 of them",
  ],
];

for (const [mistake, body, message] of mistakes) {
  Deno.test(`distributions say what is wrong about ${mistake}`, () => assert.throws(body, { message }));
}

Deno.test("setValidation(false) and { validate: false } turn the checks off", () => {
  dist.setValidation(false);
  try {
    assert.equal(dist.isValidationEnabled(), false);
    assert.ok(Number.isNaN(new dist.Normal(0, -1).logProb(tf.scalar(0)).dataSync()[0]));
  } finally {
    dist.setValidation(true);
  }
  const d = new dist.Normal(0, 1, { validate: false });
  assert.ok(Number.isNaN(d.logProb(tf.scalar(NaN)).dataSync()[0]));
  assert.throws(() => new dist.Normal(0, 1).logProb(tf.scalar(NaN)));
});
