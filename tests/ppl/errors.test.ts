import assert from "node:assert/strict";
import { constraints, Normal, Uniform } from "../../lib/distributions/mod.ts";
import {
  condition,
  intervene,
  lift,
  mask,
  module,
  param,
  plate,
  replay,
  sample,
  scale,
  scan,
  seed,
  substitute,
  trace,
} from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { messageOf } from "./models.ts";

const key = random.key(0), normal = new Normal(0, 1), three = new Normal(tf.zeros([3]), 1);
const seeded = (body: () => void) => () => trace(seed(body, key)).get().computeLogProb();

/** Wrong models, and what is said about them. */
const mistakes: [name: string, run: () => unknown, message: string][] = [
  [
    "a site without a key",
    () => sample("z", normal),
    'Cannot sample site "z": no key was given; wrap the model in seed(model, key)',
  ],
  [
    "a site name used twice",
    seeded(() => [sample("z", normal), sample("z", normal)]),
    'Cannot use the name "z" twice: it names two sample sites; give each site a name of its own',
  ],
  [
    "a name used for two things",
    seeded(() => [param("z", 1), sample("z", normal)]),
    'Cannot use the name "z" twice: it names a param and a sample site; give each site a name of its own',
  ],
  [
    "a plate of the wrong size",
    seeded(() => {
      using _p = plate("data", 4);
      sample("x", three);
    }),
    'Cannot place site "x" in plate "data": Normal has batch shape [3], expected size 4 (or 1) at dim -1, found 3',
  ],
  [
    "a plate of the wrong size, further left",
    seeded(() => {
      using _p = plate("data", 4, { dim: -2 });
      sample("x", new Normal(tf.zeros([2, 3]), 1));
    }),
    'Cannot place site "x" in plate "data": Normal has batch shape [2, 3], expected size 4 (or 1) at dim -2, found 2',
  ],
  [
    "data that do not broadcast",
    seeded(() => {
      using _p = plate("data", 3);
      sample("x", normal, { obs: [1, 2, 3, 4] });
    }),
    'Cannot observe site "x": the value has shape [4], expected one that broadcasts with [3] (Normal with batch shape [3] and event shape [])',
  ],
  [
    "a value with the wrong event",
    seeded(() => substitute(() => sample("x", three.toEvent(1)), { data: { x: [1, 2] } })()),
    'Cannot set site "x": the value has shape [2], expected one that broadcasts with [3] (Independent with batch shape [] and event shape [3]); leave the site out of the values given to have it drawn',
  ],
  [
    "a plate without members",
    () => plate("p", 0),
    'Cannot make plate "p": its size is 0, expected a positive integer',
  ],
  [
    "a subsample larger than the plate",
    () => plate("p", 3, { subsampleSize: 4 }),
    'Cannot make plate "p": its subsampleSize is 4, expected an integer from 1 to its size 3',
  ],
  [
    "indices that do not fit",
    () => plate("p", 5, { subsampleSize: 2, subsample: tf.tensor([1, 2, 3], [3], "int32") }),
    'Cannot make plate "p": its subsample has shape [3], expected [2]',
  ],
  [
    "a dim counted from the left",
    () => plate("p", 3, { dim: 0 }),
    'Cannot make plate "p": its dim is 0, expected a negative integer, counted from the right',
  ],
  [
    "a dim taken twice",
    seeded(() => {
      using _p = plate("p", 3);
      using _q = plate("q", 3, { dim: -1 });
    }),
    'Cannot enter plate "q" at dim -1: plate "p" around it has that dim',
  ],
  [
    "a plate within itself",
    seeded(() => {
      using _p = plate("p", 3);
      using _q = plate("p", 3);
    }),
    'Cannot enter plate "p": a plate of this name is open around it',
  ],
  [
    "a plate entered again with another size",
    seeded(() => {
      {
        using _p = plate("p", 3);
      }
      using _p = plate("p", 4);
    }),
    'Cannot enter plate "p" again with 4 of 4 members: it was entered with 3 of 3',
  ],
  [
    "a subsample without a key",
    () => {
      using p = plate("p", 5, { subsampleSize: 2 });
      return p.indices;
    },
    'Cannot draw the subsample of plate "p": no key was given; wrap the model in seed(model, key)',
  ],
  [
    "a plate that is not declared with using",
    seed(function model() {
      plate("p", 3);
    }, key),
    'Cannot leave model: plate "p" was entered inside and is still open; declare it with "using"',
  ],
  [
    "a plate left open within another",
    seeded(() => {
      using _p = plate("p", 3);
      plate("q", 3);
    }),
    'Cannot leave plate "p": plate "q" was entered inside and is still open; declare it with "using"',
  ],
  [
    "a parameter of the plate's with another size",
    () => {
      using _p = plate("p", 3);
      param("w", tf.zeros([4]), { eventDim: 0 });
    },
    'Cannot use parameter "w" in plate "p": it has shape [4] with 0 event axes, expected size 3 (or 1) at dim -1, found 4',
  ],
  [
    "a parameter registered again with another shape",
    seeded(() => [param("w", tf.zeros([2])), param("w", tf.zeros([3]))]),
    'Cannot register parameter "w" again with shape [3]: it has shape [2]',
  ],
  [
    "a parameter given another shape",
    substitute(() => param("w", tf.zeros([2])), { data: { w: [1, 2, 3] } }),
    'Cannot use parameter "w": its value has shape [3], expected [2]',
  ],
  [
    "a parameter that starts outside its constraint",
    () => param("s", [1, -1], { constraint: constraints.positive }),
    'Cannot initialise parameter "s": its first value lies outside the constraint positive at [1]',
  ],
  [
    "a parameter without a key",
    () => param("w", (k) => random.normal(k, [2])),
    'Cannot initialise parameter "w": no key was given; wrap the model in seed(model, key)',
  ],
  [
    "a module without a key",
    () => module("net", { init: (k) => random.normal(k, [2]), apply: (w) => w }),
    'Cannot initialise module "net": no key was given; wrap the model in seed(model, key)',
  ],
  [
    "an observation outside the support",
    seeded(() => sample("u", new Uniform(0, 1), { obs: 2 })),
    'Cannot compute the log density of site "u". Cannot score Uniform: value has 2; expected values in the support, interval(0, 1)',
  ],
  [
    "a mask that does not broadcast",
    seeded(() => {
      using _m = mask(tf.tensor([true, false], [2], "bool"));
      sample("x", three);
    }),
    'Cannot mask site "x": the mask has shape [2], expected one that broadcasts to [3]',
  ],
  [
    "a negative scale",
    () => scale(-1),
    "Cannot scale log densities by -1: expected a number that is not negative",
  ],
  [
    "an asynchronous model",
    seed(async function model() {}, key),
    "Cannot run model in seed: models are synchronous, it returned a promise",
  ],
  [
    "replaying data",
    () => {
      const observed = trace(() => sample("z", normal, { obs: 1 })).get();
      replay(() => sample("z", normal), { trace: observed })();
    },
    'Cannot replay site "z": it is observed in the trace that is replayed, expected a latent site',
  ],
  [
    "replaying a plate of another size",
    () => {
      const model = (size: number) => {
        using _p = plate("p", size);
      };
      replay(model, { trace: trace(model).get(3) })(4);
    },
    'Cannot replay plate "p": it has 4 of 4 members, in the trace that is replayed 3 of 3',
  ],
  [
    "a site that is not there",
    () => trace(seed(() => sample("z", normal), key)).get().value("y"),
    'Cannot find site "y" in the trace: it has "z"',
  ],
  [
    "a step of a site without steps",
    () => trace(seed(() => sample("z", three), key)).get().value("z[1]"),
    'Cannot take step 1 of site "z": it is not within a scan',
  ],
  [
    "a stack with another number of steps",
    substitute(() => scan((c: null) => [c, sample("z", normal)], null, null, { length: 3 }), {
      data: { z: [1, 2, 3, 4] },
    }),
    'Cannot set site "z" of a scan: the value has shape [4], expected 3 steps on its leftmost axis, or fewer, after which they are drawn',
  ],
  [
    "a scan over a scalar",
    () => scan((c: null, x: Tensor) => [c, x], null, tf.scalar(1)),
    "Cannot scan over a scalar: expected tensors with a leading axis for the steps",
  ],
  [
    "a scan over lengths that differ",
    () => scan((c: null) => [c, null], null, { a: tf.ones([3]), b: [tf.ones([2])] }),
    "Cannot scan: xs.b[0] has 2 steps, xs.a has 3",
  ],
  [
    "a scan over a list of lengths that differ",
    () => scan((c: null) => [c, null], null, [tf.ones([3]), tf.ones([2])]),
    "Cannot scan: xs[1] has 2 steps, xs[0] has 3",
  ],
  [
    "a record where values belong",
    seeded(condition(() => void sample("z", normal), { data: { z: 1 } } as never)),
    'Cannot condition: "data" is a record of z, expected a value; pass values by the names of sites',
  ],
  [
    "a record among the values of a substitution",
    seeded(substitute(() => void sample("z", normal), { data: { m: { z: 1 } } as never })),
    'Cannot substitute: "m" is a record of z, expected a value; pass values by the names of sites',
  ],
  [
    "a record among the values of an intervention",
    seeded(intervene(() => void sample("z", normal), { data: { z: 1 } } as never)),
    'Cannot intervene: "data" is a record of z, expected a value; pass values by the names of sites',
  ],
  [
    "a scan of no length",
    () => scan((c: null) => [c, null], null, null),
    "Cannot scan: nothing is scanned and no length is given; pass { length }",
  ],
  [
    "an intervention from outside a scan",
    seeded(() =>
      intervene(() => scan((c: null) => [c, sample("z", normal)], null, null, { length: 3 }), { z: 1 })()
    ),
    'Cannot intervene on site "z" from outside its scan: the steps have run; intervene within the step',
  ],
  [
    "a scanned site scored on its own",
    () => {
      const run = trace(
        seed(() => scan((c: null) => [c, sample("z", normal)], null, null, { length: 3 }), key),
      ).get();
      run.sampleSite("z").distribution.logProb(tf.zeros([3]));
    },
    "Cannot score Normal outside its scan: each step depends on the values before it; take the site's logProb in a trace",
  ],
  [
    "a scan that draws without a key",
    () => scan((c: null) => [c, sample("z", normal)], null, null, { length: 3 }),
    'Cannot sample site "z": no key was given; wrap the model in seed(model, key)',
  ],
  [
    "a name used twice in a step",
    seeded(() =>
      scan((c: null) => [c, [sample("z", normal), sample("z", normal)]], null, null, { length: 3 })
    ),
    'Cannot use the name "z" twice in a step of a scan; give each site a name of its own',
  ],
  [
    "steps that differ",
    seeded(() => {
      let calls = 0;
      scan((c: null) => [c, sample(`z${calls++}`, normal)], null, null, { length: 3 });
    }),
    'Cannot run a scan whose steps differ: sample "z1" was not in the first step',
  ],
  [
    "a prior that does not fit",
    seeded(() => lift(() => param("w", tf.zeros([2])), three)()),
    'Cannot lift parameter "w": it has shape [2], and its prior Normal has [3], which does not broadcast to it; ' +
    "give one distribution for all its entries, or of its shape",
  ],
];

/** Takes off the place, which depends on the lines of this file: tests/ppl/places.test.ts has it. */
const withoutPlace = (message: string) => message.replace(/ \(at errors\.test\.ts:\d+:\d+\)$/, "");

for (const [name, run, message] of mistakes) {
  Deno.test(`the error for ${name}`, () => assert.equal(withoutPlace(messageOf(run)), message));
}
