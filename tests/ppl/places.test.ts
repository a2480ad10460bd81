import assert from "node:assert/strict";
import { Categorical, Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, SVI } from "../../lib/infer/mod.ts";
import { condition, mask, plate, sample, scan, seed, trace } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), y = tf.ones([4]) as Tensor, two = tf.ones([2]) as Tensor;

/** The lines on which something wrong stands. */
const lines = new Set<number>();

/** Notes the line of the call, and returns the value. */
function here<T>(value: T): T {
  const [, caller] = new Error().stack!.matchAll(/places\.test\.ts:(\d+)/g);
  lines.add(Number(caller[1]));
  return value;
}
const wrongAt: Record<string, () => unknown> = {
  "a shape": () => two.add(here(y)),
  "a data site": () => sample("x", new Normal(two, 1), { obs: here(y) }),
  "a name twice": () => [sample("a", new Normal(0, 1)), sample(here("a"), new Normal(0, 1))],
  "a reshape": () => y.reshape([here(3)]),
  "a plate": () => [plate("p", 4, { dim: -1 }), sample(here("z"), new Normal(two, 1))],
  "a mask": () => [mask(tf.ones([3], "bool")), sample(here("z"), new Normal(two, 1)).add(y)],
};

for (const [what, wrong] of Object.entries(wrongAt)) {
  for (const how of ["eagerly", "conditioned", "in training"]) {
    Deno.test(`the error for ${what} names the line of the model, ${how}`, async () => {
      const model = () => void [sample("first", new Normal(0, 1)), wrong()];
      lines.clear();
      const run = how === "eagerly"
        ? () => trace(seed(model, key)).get().computeLogProb()
        : how === "conditioned"
        ? () => trace(condition(seed(model, key), { first: tf.scalar(1) as Tensor })).get()
        : () => new SVI(model, new AutoNormal(model), adam({ lr: 0.1 })).run(key, 1);
      await assert.rejects(async () => await run(), (error: Error) => {
        const place = error.message.match(/ \(at places\.test\.ts:(\d+):\d+\)$/);
        assert.ok(place && lines.has(Number(place[1])), `${error.message}, of ${[...lines]}`);
        return true;
      });
    });
  }
}

Deno.test("errors that the model throws itself stay as they are", () => {
  const mine = new Error("mine");
  assert.throws(() =>
    seed(() => {
      throw mine;
    }, key)(), (error) => error === mine && mine.message === "mine");
});

Deno.test("a discrete site that cannot be latent is refused at its own line, or that of its scan", async () => {
  const discrete = () => sample(here("k"), new Categorical([0.5, 0.5]));
  const models = {
    alone: () => void discrete(),
    "in a scan": () => void scan((c: null) => [c, discrete()], here(null), null, { length: 3 }),
  };
  for (const model of Object.values(models)) {
    lines.clear();
    const training = new SVI(model, new AutoNormal(model), adam({ lr: 0.1 })).run(key, 1);
    await assert.rejects(training, (error: Error) => {
      const line = Number(error.message.match(/site "k".*\(at places\.test\.ts:(\d+):\d+\)$/)?.[1]);
      assert.ok(lines.has(line), error.message);
      return true;
    });
  }
});
