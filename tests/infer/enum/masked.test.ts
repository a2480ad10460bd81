import assert from "node:assert/strict";
import { Bernoulli, Normal } from "../../../lib/distributions/mod.ts";
import { enumLogDensity, inferDiscrete } from "../../../lib/infer/mod.ts";
import { configEnumerate, mask, plate, sample, scan, seed, trace } from "../../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../../lib/tensor/mod.ts";

const densityOf = (model: () => unknown): number =>
  enumLogDensity(configEnumerate(model), [], {}).logDensity.dataSync()[0];
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-4, `${a} is not ${b}`);
const normal = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** Whether each animal was seen at each time: before the first time nothing is known of it. */
const captures = [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]];
const survival = 0.7, capture = 0.4;

/** The model of Cormack, Jolly and Seber, as in the examples of Pyro and NumPyro. */
function captureRecapture(): void {
  const seen = tf.tensor(captures, undefined, "int32");
  using _animals = plate("animals", captures.length);
  const step = ([known, alive]: [Tensor, Tensor], y: Tensor): [[Tensor, Tensor], null] => {
    using _known = mask(known);
    const stays = tf.where(known, alive.mul(survival), tf.onesLike(alive)) as Tensor;
    const next = sample("alive", new Bernoulli(stays));
    sample("seen", new Bernoulli(next.mul(capture)), { obs: y });
    return [[known.logicalOr(y.cast("bool")), next], null];
  };
  scan(step, [tf.zeros([4]).cast("bool"), tf.ones([4])], seen.transpose());
}

Deno.test("states that a mask hides keep their prior: capture and recapture has its closed form", () => {
  const chances = captures.map((seen) => {
    const times = seen.slice(seen.indexOf(1) + 1), last = times.lastIndexOf(1);
    // Alive until it is last seen; after that, alive or dead.
    const until = times.slice(0, last + 1).map((y) => survival * (y ? capture : 1 - capture));
    const never = times.slice(last + 1).reduce((p) => 1 - survival + survival * (1 - capture) * p, 1);
    return until.reduce((a, b) => a * b, never);
  });
  near(densityOf(captureRecapture), chances.reduce((sum, p) => sum + Math.log(p), 0));
});

const shown = tf.tensor([true, false], [2], "bool"), data = [0.5, -1];
/** What a site of probability 0.3 and data at 0 or 1 have for density, the site hidden or not. */
const expected = data.reduce((sum, x) => sum + Math.log(0.7 * normal(x) + 0.3 * normal(x - 1)), 0);

/** Ways to hide the site of the second member; `z` has its distribution. */
const ways: Record<string, (z: Bernoulli) => void> = {
  "a mask as a handler"(z) {
    using _data = plate("data", 2);
    const hidden = mask(() => sample("z", z), shown)();
    sample("x", new Normal(hidden, 1), { obs: tf.tensor(data) });
  },
  "a mask of false"(z) {
    using _data = plate("data", 2);
    const hidden = mask(() => sample("z", z), false)();
    sample("x", new Normal(hidden, 1), { obs: tf.tensor(data) });
  },
  "a masked distribution"(z) {
    using _data = plate("data", 2);
    sample("x", new Normal(sample("z", z.mask(shown)), 1), { obs: tf.tensor(data) });
  },
  "a mask within a scan"(z) {
    const step = (_: null, { x, here }: { x: Tensor; here: Tensor }): [null, null] => {
      const hidden = mask(() => sample("z", z), here)();
      sample("x", new Normal(hidden, 1), { obs: x });
      return [null, null];
    };
    scan(step, null, { x: tf.tensor(data) as Tensor, here: shown as Tensor });
  },
};
for (const [what, way] of Object.entries(ways)) {
  Deno.test(`a discrete site keeps its prior under ${what}`, () => {
    near(densityOf(() => way(new Bernoulli(0.3))), expected);
  });
}

Deno.test("a mask around a scan hides its data, and its states keep their prior", () => {
  const chain = () => {
    using _shown = mask(shown);
    const step = (before: Tensor, x: Tensor): [Tensor, null] => {
      const z = sample("z", new Bernoulli(before.mul(0.4).add(0.3)));
      sample("x", new Normal(z, 1), { obs: x });
      return [z, null];
    };
    scan(step, tf.scalar(0), tf.tensor(data));
  };
  near(densityOf(chain), Math.log(0.7 * normal(0.5) + 0.3 * normal(-0.5)));
});

Deno.test("what a mask hides is drawn from its prior, as without enumeration", () => {
  const model = () => {
    using _data = plate("data", 4000);
    return mask(() => sample("z", new Bernoulli(0.3)), false)();
  };
  const drawn = trace(seed(inferDiscrete(configEnumerate(model)), random.key(0))).get().value("z");
  const mean = drawn.mean().dataSync()[0];
  assert.ok(Math.abs(mean - 0.3) < 0.03, `${mean}`);
});
