import assert from "node:assert/strict";
import { Key } from "../../../lib/tensor/key.ts";
import { type Tensor, tf } from "../../../lib/tensor/tf.ts";
import * as random from "../../../lib/tensor/random/mod.ts";

class TracedKey extends Key {
  override split(count = 2): Key[] {
    return Array.from({ length: count }, () => new TracedKey());
  }
  override foldIn(): Key {
    return this;
  }
  override draw(): Tensor {
    return tf.scalar(0);
  }
}

const k = random.key(0), floats = new Float32Array(4), traced = new TracedKey();
const tracedError = (what: string): string =>
  `Cannot draw ${what} from a traced key: it is computed on the host from the key's own words. ` +
  `Draw it outside the traced function and hand it in as an argument`;

const mistakes: [string, () => unknown, string][] = [
  [
    "key(0.5)",
    () => random.key(0.5),
    "Cannot make a key from seed 0.5: expected an integer of at most 53 bits",
  ],
  [
    "key(2^53)",
    () => random.key(2 ** 53),
    "Cannot make a key from seed 9007199254740992: expected an integer of at most 53 bits",
  ],
  [
    "keyFromData([1])",
    () => random.keyFromData([1]),
    "Cannot make a key from [1]: expected two integers from 0 to 4294967295",
  ],
  [
    "keyFromData([0, -1])",
    () => random.keyFromData([0, -1]),
    "Cannot make a key from [0,-1]: expected two integers from 0 to 4294967295",
  ],
  ["split() into 0", () => random.split(k, 0), "Cannot split a key into 0: expected a positive integer"],
  [
    "foldIn() of -1",
    () => random.foldIn(k, -1),
    "Cannot fold -1 into a key: expected an integer from 0 to 4294967295",
  ],
  [
    "foldIn() of 1.5",
    () => random.foldIn(k, 1.5),
    "Cannot fold 1.5 into a key: expected an integer from 0 to 4294967295",
  ],
  [
    "normal() of a negative shape",
    () => random.normal(k, [-1]),
    "Cannot draw normal: expected a shape of non-negative integers, got [-1]",
  ],
  [
    "draw() of a fractional shape",
    () => k.draw("uniform", [1.5]),
    "Cannot draw uniform: expected a shape of non-negative integers, got [1.5]",
  ],
  [
    "uniform() with bounds that do not fit",
    () => random.uniform(k, [2], { min: [0, 0, 0] }),
    "Cannot draw uniform: the shape [3] of min does not broadcast to the shape [2] asked for",
  ],
  [
    "bernoulli() of 1.5",
    () => random.bernoulli(k, 1.5),
    "Cannot draw bernoulli: expected probs to be between 0 and 1, got 1.5",
  ],
  [
    "bernoulli() of NaN",
    () => random.bernoulli(k, [0.5, NaN]),
    "Cannot draw bernoulli: expected probs to be between 0 and 1, got NaN",
  ],
  [
    "categorical() of a scalar",
    () => random.categorical(k, 1),
    "Cannot draw categorical: expected logits with one or more categories, got shape []",
  ],
  [
    "categorical() of NaN",
    () => random.categorical(k, [0, NaN]),
    "Cannot draw categorical: expected logits to be a number or minus infinity, got NaN",
  ],
  [
    "categoricalByProbs() of a scalar",
    () => random.categoricalByProbs(k, 1),
    "Cannot draw categoricalByProbs: expected probs of one or more categories, got shape []",
  ],
  [
    "categoricalByProbs() of a negative probability",
    () => random.categoricalByProbs(k, [0.5, -1]),
    "Cannot draw categoricalByProbs: expected probs to be non-negative and finite, got -1",
  ],
  [
    "randint() of an empty range",
    () => random.randint(k, [1], 3, 3),
    "Cannot draw randint: expected 32-bit integers min < max, got min 3 and max 3",
  ],
  ["randint() of a traced key", () => random.randint(traced, [1], 0, 3), tracedError("randint")],
  ["bits() of a traced key", () => random.bits(traced, [1]), tracedError("bits")],
  ["permutation() of a traced key", () => random.permutation(traced, 3), tracedError("permutation")],
  [
    "permutation() of -1",
    () => random.permutation(k, -1),
    "Cannot draw permutation: expected a non-negative integer or a tensor with an axis, got -1",
  ],
  [
    "permutation() of a scalar",
    () => random.permutation(k, tf.scalar(3)),
    "Cannot draw permutation: expected a non-negative integer or a tensor with an axis, got a scalar tensor",
  ],
  [
    "choice() from nothing",
    () => random.choice(k, 0),
    "Cannot draw choice: expected one or more items to choose from, got 0",
  ],
  [
    "choice() of too many",
    () => random.choice(k, 3, [4], { replace: false }),
    "Cannot draw choice: 4 of 3 items without replacement",
  ],
  [
    "choice() with too few probabilities",
    () => random.choice(k, 3, [4], { p: [0.5, 0.5] }),
    "Cannot draw choice: expected p of shape [3], got [2]",
  ],
  [
    "choice() with negative probabilities",
    () => random.choice(k, 2, [4], { p: [2, -1] }),
    "Cannot draw choice: expected p to be non-negative with a positive sum, got [2,-1]",
  ],
  [
    "gamma() of 0",
    () => random.gamma(k, 0),
    "Cannot draw gamma: expected concentration to be positive, got 0",
  ],
  [
    "gamma() that does not broadcast",
    () => random.gamma(k, [1, 2], [3]),
    "Cannot draw gamma: the shape [2] of concentration does not broadcast to the shape [3] asked for",
  ],
  [
    "beta() of -1",
    () => random.beta(k, 1, -1),
    "Cannot draw beta: expected concentration0 to be positive, got -1",
  ],
  [
    "beta() of two lengths",
    () => random.beta(k, [1, 2], [1, 2, 3]),
    "Cannot draw beta: the shapes of its parameters do not broadcast together: concentration1 [2], concentration0 [3]",
  ],
  [
    "dirichlet() of a scalar",
    () => random.dirichlet(k, 1),
    "Cannot draw dirichlet: expected concentration with an axis, got a scalar",
  ],
  [
    "poisson() of -1",
    () => random.poisson(k, -1),
    "Cannot draw poisson: expected rate to be non-negative and finite, got -1",
  ],
  [
    "truncatedNormal() the wrong way round",
    () => random.truncatedNormal(k, 1, 0),
    "Cannot draw truncatedNormal: expected upper - lower to be positive, got -1",
  ],
  [
    "fillNormal() past the end",
    () => random.fillNormal(k, floats, 2, 3),
    "Cannot fill 3 draws from 2: the array has room for 4",
  ],
  [
    "fillUniform() before the start",
    () => random.fillUniform(k, floats, -1),
    "Cannot fill 5 draws from -1: expected non-negative integers",
  ],
  [
    "fillDraws() of a loop that is not there",
    () => random.fillDraws("normal", k, [{ op: "loop", depth: 1 }], [2], floats, 1),
    "Cannot fold in the loop at depth 1: there are 1 loops",
  ],
  [
    "fillDraws() of a key that is not there",
    () => random.fillDraws("normal", k, [{ op: "split", count: 2, index: 2 }], [], floats, 1),
    "Cannot take key 2 of a split into 2",
  ],
];

for (const [name, run, message] of mistakes) {
  Deno.test(`${name} throws`, () => assert.throws(run, { message }));
}
