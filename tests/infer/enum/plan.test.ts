import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Bernoulli, Categorical, Normal } from "../../../lib/distributions/mod.ts";
import { compile } from "../../../lib/compile/mod.ts";
import { eliminationPlan } from "../../../lib/infer/mod.ts";
import { configEnumerate, markov, plate, sample, scan, vindex } from "../../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { stopwatch } from "../../stopwatch.ts";

const moves = tf.fill([16, 16], 1 / 16), zero = tf.scalar(0, "int32") as Tensor;
const move = (name: string, z: Tensor) => sample(name, new Categorical(vindex(moves, [z, null])));

const chain = configEnumerate((data: Tensor) => {
  const sure = sample("sure", new Bernoulli(0.5));
  using _lanes = plate("lanes", data.shape[1]);
  scan(
    (last: Tensor, x: Tensor): [Tensor, null] => {
      const z = move("z", last);
      sample("x", new Normal(z.cast("float32").mul(sure), 1), { obs: x });
      return [z, null];
    },
    zero,
    data,
  );
});

Deno.test("the plan of an elimination has an order, tables with their axes, and the memory of the largest", () => {
  const plan = eliminationPlan(chain, [tf.zeros([200, 5])]);
  assert.deepEqual(plan.tables, [
    {
      site: "z",
      axes: [
        { name: "z before", size: 16 },
        { name: "z", size: 16 },
        { name: "sure", size: 2 },
        { name: "lanes", size: 5 },
      ],
      numbers: 16 * 16 * 2 * 5,
      times: 200,
    },
    { site: "sure", axes: [{ name: "sure", size: 2 }], numbers: 2, times: 1 },
  ]);
  assert.equal(plan.numbers, 200 * 2560 + 2);
  assert.deepEqual([plan.largest?.site, plan.megabytes], ["z", 0.01024]);
});

for (const [name, show] of [["Deno", Deno.inspect], ["Node", inspect]] as const) {
  Deno.test(`console.log of ${name} shows a plan as a table`, () => {
    assert.equal(
      show(eliminationPlan(chain, [tf.zeros([200, 5])])),
      [
        "sum over  table                                  numbers",
        "z         z before 16 × z 16 × sure 2 × lanes 5     2560  × 200 steps",
        "sure      sure 2                                       2",
        '512002 numbers in all; the largest table, of "z", takes 0.0102 MB',
      ].join("\n"),
    );
    assert.equal(show(eliminationPlan(() => {}, [])), "Nothing is summed out");
  });
}

Deno.test("a chain is planned step by step, whatever its form, and not as one table", () => {
  const loop = configEnumerate((steps: number) => {
    let z = zero;
    for (const t of markov(Array.from({ length: steps }, (_, t) => t))) z = move(`z${t}`, z);
  });
  const plan = eliminationPlan(loop, [100]);
  assert.equal(plan.tables.length, 100);
  assert.equal(plan.largest?.numbers, 256);
});

Deno.test("a plan takes no memory: of a table that would fill an array it says so before", () => {
  // Four sites that all data depend on: one table of 1.6 GB.
  const wide = configEnumerate(() => {
    const sites = [0, 1, 2, 3].map((i) => sample(`z${i}`, new Categorical(tf.fill([141], 1 / 141))));
    sample("x", new Normal(sites.reduce((a, b) => a.add(b)).cast("float32"), 1), { obs: 0 });
  });
  const seconds = stopwatch();
  assert.equal(eliminationPlan(wide, []).megabytes, 141 ** 4 * 4 / 1e6);
  assert.ok(seconds() < 1);
});

Deno.test("a plan is made within a graph, too", async () => {
  let text = "";
  await compile((data: Tensor) => (text = String(eliminationPlan(chain, [data])), data))(tf.zeros([3, 5]));
  assert.match(text, /z before 16 × z 16 × sure 2 × lanes 5 +2560 +× 3 steps/);
});
