import assert from "node:assert/strict";
import { compile, scan } from "../../lib/compile/mod.ts";
import {
  adagrad,
  adagradRMSProp,
  adam,
  adamW,
  clipByGlobalNorm,
  clipByValue,
  clippedAdam,
  cosineDecay,
  exponentialDecay,
  globalNorm,
  linear,
  type Optimiser,
  perParameter,
  piecewise,
  rmsprop,
  type Schedule,
  sgd,
  warmup,
} from "../../lib/infer/mod.ts";
import { optimiserByName } from "../../tasks/golden/optimiser_by_name.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { close, item } from "./models.ts";

/** Minimises |x - 3|^2 + |y + 1|^2 and returns where it got. */
function minimise(optimiser: Optimiser, steps: number): { x: Tensor; y: Tensor } {
  let params = { x: tf.zeros([2]), y: tf.scalar(0) }, state = optimiser.init(params);
  for (let i = 0; i < steps; i++) {
    const grads = { x: params.x.sub(3).mul(2), y: params.y.add(1).mul(2) };
    [params, state] = optimiser.update(grads, state, params);
  }
  return params as { x: Tensor; y: Tensor };
}

const all: Record<string, Optimiser> = {
  adam: adam({ lr: 0.1 }),
  adamW: adamW({ lr: 0.1, weightDecay: 1e-4 }),
  clippedAdam: clippedAdam({ lr: 0.1 }),
  sgd: sgd({ lr: 0.1 }),
  momentum: sgd({ lr: 0.02, momentum: 0.9 }),
  nesterov: sgd({ lr: 0.02, momentum: 0.9, nesterov: true }),
  rmsprop: rmsprop({ lr: 0.02 }),
  adagrad: adagrad({ lr: 1 }),
  adagradRMSProp: adagradRMSProp({ eta: 2 }),
  clipByGlobalNorm: clipByGlobalNorm(1, sgd({ lr: 0.1 })),
  clipByValue: clipByValue(1, sgd({ lr: 0.1 })),
  perParameter: perParameter({ x: sgd({ lr: 0.1 }), default: adam({ lr: 0.1 }) }),
  scheduled: adam({ lr: warmup(20, exponentialDecay({ init: 0.3, rate: 0.99 })) }),
};
for (const [name, optimiser] of Object.entries(all)) {
  Deno.test(`${name} finds a minimum`, () => {
    const { x, y } = minimise(optimiser, 400);
    x.dataSync().forEach((v) => close(v, 3, 0.1));
    close(item(y), -1, 0.1);
  });

  Deno.test(`${name} takes the same steps in a compiled loop`, async () => {
    const train = compile((start: { x: Tensor; y: Tensor }) =>
      scan(
        ([params, state]: [{ x: Tensor; y: Tensor }, unknown]) => {
          const grads = { x: params.x.sub(3).mul(2), y: params.y.add(1).mul(2) };
          return [optimiser.update(grads, state, params) as [{ x: Tensor; y: Tensor }, unknown], null];
        },
        [start, optimiser.init(start)] as [{ x: Tensor; y: Tensor }, unknown],
        null,
        { length: 50 },
      )[0][0]
    );
    const { x, y } = await train({ x: tf.zeros([2]), y: tf.scalar(0) }), expected = minimise(optimiser, 50);
    close(x.dataSync()[0], expected.x.dataSync()[0], 1e-3);
    close(item(y), item(expected.y), 1e-3);
    await train.release();
  });
}

const schedules: [string, Schedule, [step: number, rate: number][]][] = [
  ["exponentialDecay()", exponentialDecay({ init: 2, rate: 0.5, every: 10 }), [
    [0, 2],
    [5, 2 * Math.SQRT1_2],
    [10, 1],
    [20, 0.5],
  ]],
  [
    "exponentialDecay() in a staircase",
    exponentialDecay({ init: 2, rate: 0.5, every: 10, staircase: true }),
    [[0, 2], [9, 2], [10, 1], [29, 0.5]],
  ],
  ["cosineDecay()", cosineDecay({ init: 1, steps: 100, final: 0.2 }), [[0, 1], [50, 0.6], [100, 0.2], [
    500,
    0.2,
  ]]],
  ["linear()", linear({ init: 1, final: 3, steps: 4 }), [[0, 1], [1, 1.5], [4, 3], [9, 3]]],
  ["piecewise()", piecewise({ boundaries: [2, 5], values: [1, 2, 3] }), [[0, 1], [1, 1], [2, 2], [4, 2], [
    5,
    3,
  ], [9, 3]]],
  ["warmup()", warmup(4, 0.8), [[0, 0.2], [1, 0.4], [3, 0.8], [10, 0.8]]],
];
for (const [name, schedule, expected] of schedules) {
  Deno.test(`${name} at single steps and at many`, () => {
    for (const [step, rate] of expected) {
      close(item(schedule(tf.scalar(step))), rate, 1e-6, `rate at ${step}`);
    }
    const many = schedule(tf.tensor1d(expected.map(([step]) => step)));
    assert.deepEqual(many.shape, [expected.length]);
    many.dataSync().forEach((rate, i) => close(rate, expected[i][1], 1e-6));
  });
}

Deno.test("globalNorm() is that of all numbers together", () => {
  close(item(globalNorm({ a: tf.tensor1d([3, 0]), b: [tf.scalar(4)] })), 5, 1e-6);
  assert.equal(item(globalNorm({})), 0);
});

Deno.test("clipping shortens long gradients and leaves short ones", () => {
  const step = (optimiser: Optimiser, g: number[]) => {
    const p = { a: tf.zeros([2]) };
    return Array.from(
      (optimiser.update({ a: tf.tensor1d(g) }, optimiser.init(p), p)[0].a as Tensor).neg().dataSync(),
    );
  };
  const plain = sgd({ lr: 1 });
  step(clipByGlobalNorm(1, plain), [3, 4]).forEach((x, i) => close(x, [0.6, 0.8][i], 1e-5));
  assert.deepEqual(step(clipByGlobalNorm(1, plain), [0.25, 0.5]), [0.25, 0.5]);
  assert.deepEqual(step(clipByValue(2, plain), [3, -0.5]), [2, -0.5]);
});

for (const [name, make] of Object.entries({ adam, adamW, clippedAdam })) {
  Deno.test(`${name}() takes a schedule for the decay of weights`, () => {
    // One optimiser for each step, which go on from each other's state.
    const along = (decays: readonly (number | Schedule)[]): number[] => {
      let params = { x: tf.scalar(2) as Tensor }, state: unknown;
      return decays.map((weightDecay) => {
        const optimiser = make({ lr: 0.1, weightDecay });
        [params, state] = optimiser.update({ x: params.x.sub(1) }, state ?? optimiser.init(params), params);
        return item(params.x);
      });
    };
    const schedule = piecewise({ boundaries: [3], values: [0.5, 4] });
    assert.deepEqual(along(Array(6).fill(schedule)), along([0.5, 0.5, 0.5, 4, 4, 4]));
    assert.notDeepEqual(along(Array(6).fill(schedule)), along(Array(6).fill(0.5)));
  });
}

const mistakes: [string, () => unknown, string][] = [
  ["a negative rate", () => adam({ lr: -1 }), "Cannot make adam: lr is -1, expected a number of at least 0"],
  [
    "a beta of 1",
    () => clippedAdam({ betas: [0.9, 1] }),
    "Cannot make clippedAdam: betas[1] is 1, expected a number from 0 up to before 1",
  ],
  [
    "an unknown setting",
    () => adam({ learningRate: 1 } as never),
    'Cannot make adam: there is no option "learningRate"; the options are lr, betas, eps, weightDecay',
  ],
  ["nesterov alone", () => sgd({ nesterov: true }), "Cannot make sgd: nesterov needs a momentum above 0"],
  [
    "gradients of other structure",
    () =>
      adam({ lr: 1e-3 }).update({ a: tf.scalar(0) }, adam({ lr: 1e-3 }).init({ b: tf.scalar(0) }), {
        b: tf.scalar(0),
      }),
    "Cannot update with adam: the gradients have structure {a:*}, the parameters {b:*}",
  ],
  [
    "boundaries without values",
    () => piecewise({ boundaries: [1], values: [1] }),
    "Cannot make piecewise: 1 boundaries need 2 values, found 1",
  ],
  [
    "boundaries out of order",
    () => piecewise({ boundaries: [2, 1], values: [1, 2, 3] }),
    "Cannot make piecewise: the boundaries [2, 1] do not increase",
  ],
  [
    "a decay over no steps",
    () => cosineDecay({ init: 1, steps: 0 }),
    "Cannot make cosineDecay: steps is 0, expected a number above 0",
  ],
  [
    "a rate that is not positive",
    () => exponentialDecay({ init: 1, rate: 0 }),
    "Cannot make exponentialDecay: rate is 0, expected a number above 0",
  ],
  [
    "an unknown optimiser",
    () => optimiserByName("Adamax lr=1"),
    'Unknown optimiser "Adamax": expected one of adam, adamw, clippedadam, sgd, rmsprop, adagrad, adagradrmsprop in any case',
  ],
  [
    "an unknown setting by name",
    () => optimiserByName("Adam lr=0.1 amsgrad"),
    'Cannot make adam: there is no option "amsgrad"; the options are lr, betas, eps, weightDecay',
  ],
  [
    "a setting that is no number",
    () => optimiserByName("Adam lr=fast"),
    'Cannot read the optimiser\'s setting "fast": expected a number',
  ],
];
for (const [what, run, message] of mistakes) {
  Deno.test(`optimisers throw on ${what}`, () => {
    assert.throws(run, new Error(message));
  });
}
