import assert from "node:assert/strict";
import { constraints } from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoNormal,
  type CompileOptions,
  Normal,
  param,
  plate,
  sample,
  scan,
  SVI,
  SVIEnsemble,
  TraceELBO,
} from "../../mod.ts";
import { clippedAdam, cosineDecay, type Loss, type Optimiser, sgd } from "../../lib/infer/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { network } from "./network.ts";

const key = random.key(3), x = tf.tensor([1, 3, 2.5]);

function model(x: Tensor) {
  const mean = sample("mean", new Normal(0, 10));
  const scale = param("scale", (k) => random.uniform(k, []).add(1), { constraint: constraints.positive });
  using _data = plate("data", x.shape[0]);
  sample("x", new Normal(mean, scale), { obs: x });
}
const guide = new AutoNormal(model);

function chain(x: Tensor) {
  const rate = param("rate", (k) => random.normal(k, [2]));
  const [last] = scan(
    (h: Tensor, v: Tensor): [Tensor, null] => [h.mul(rate.tanh()).add(v), null],
    tf.zeros([2]),
    x,
  );
  sample("y", new Normal(last, 1).toEvent(1), { obs: tf.tensor([1, -1]) });
}

const values = (t: Tensor): number[] => [...t.dataSync()];

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  Array.from(actual).forEach((a, i) =>
    assert.ok(
      Math.abs(a - expected[i]) <= tolerance * (1 + Math.abs(expected[i])),
      `${i}: ${a}, not ${expected[i]}`,
    )
  );
}

/** Holds every member against a training of its own. */
async function holds(
  of: (...args: any[]) => unknown,
  by: (...args: any[]) => unknown,
  args: unknown[],
  { optimiser = adam({ lr: 0.05 }), loss, tolerance = 1e-4, ...options }: {
    optimiser?: Optimiser;
    loss?: Loss;
    tolerance?: number;
  } & CompileOptions = {},
): Promise<void> {
  const members = 4, steps = 25;
  const ensemble = new SVIEnsemble(of, by, optimiser, loss, { members, ...options });
  const { losses, params, diverged } = await ensemble.run(key, steps, args, { progress: false });
  assert.deepEqual([losses.shape, diverged], [[steps, members], []]);
  const svi = new SVI(of, by, optimiser, loss, options);
  for (let m = 0; m < members; m++) {
    const alone = await svi.run(key.foldIn(m), steps, args, { progress: false });
    close(losses.data.filter((_, i) => i % members === m), alone.losses, tolerance);
    for (const [name, value] of Object.entries(alone.params)) {
      close(values(tf.unstack(params[name])[m]), values(value), tolerance);
    }
  }
  await ensemble.release();
  await svi.release();
}

for (const engine of ["onnx", "js", "tfjs"] as const) {
  Deno.test(`SVIEnsemble trains each member as SVI does alone, with ${engine}`, async () => {
    await holds(model, guide, [x], { engine });
  });
}

Deno.test("SVIEnsemble trains in float64, with particles, rates that fall and rules that look at all gradients", async () => {
  await holds(model, guide, [x], { dtype: "float64", tolerance: 1e-9 });
  await holds(model, guide, [x], { loss: new TraceELBO({ numParticles: 3 }) });
  await holds(model, guide, [x], { loss: new TraceELBO({ numParticles: 3, vectorizeParticles: true }) });
  await holds(model, guide, [x], {
    optimiser: clippedAdam({ lr: cosineDecay({ init: 0.1, steps: 25 }), clipNorm: 1 }),
  });
  await holds(model, guide, [x], { optimiser: sgd({ lr: 0.001, momentum: 0.9 }) });
});

Deno.test("SVIEnsemble trains models with loops", async () => {
  await holds(chain, () => {}, [tf.tensor([[1, 2], [0, 1], [2, 2]])]);
});

const cases: [name: string, of: (...args: any[]) => unknown, by: (...args: any[]) => unknown, Tensor[]][] = [
  ["of a mean and a scale", model, guide, [x]],
  ["with a loop", chain, () => {}, [tf.tensor([[1, 2], [0, 1], [2, 2]])]],
  ["of networks", network, new AutoNormal(network), [
    random.normal(random.key(1), [7, 3]),
    random.normal(random.key(2), [7]),
  ]],
];

for (const engine of ["js", "wasm"] as const) {
  for (const [name, of, by, args] of cases) {
    Deno.test(`a member of an ensemble ${name} has the same bits however many are beside it, with ${engine}`, async () => {
      const train = async (members: number) => {
        const options = { members, engine };
        const ensemble = new SVIEnsemble(of, by, adam({ lr: 0.05 }), undefined, options);
        const { state, losses } = await ensemble.run(key, 30, args, { progress: false });
        await ensemble.release();
        return { member: (m: number) => ensemble.member(state, m), losses: losses.data };
      };
      const many = await train(37);
      for (const members of [1, 2, 5]) {
        const few = await train(members);
        for (let m = 0; m < members; m++) {
          assert.deepEqual(few.member(m), many.member(m));
          const own = (losses: Float64Array, of: number) => losses.filter((_, i) => i % of === m);
          assert.deepEqual(own(few.losses, members), own(many.losses, 37));
        }
      }
    });
  }
}

Deno.test("SVIEnsemble gives the same numbers however a run is cut, and goes on from a state", async () => {
  const ensemble = new SVIEnsemble(model, guide, adam({ lr: 0.05 }), undefined, { members: 3 });
  const whole = await ensemble.run(key, 20, [x], { progress: false });
  const pieces = await ensemble.run(key, 20, [x], { progress: false, chunk: 7 });
  assert.deepEqual([pieces.state, pieces.losses], [whole.state, whole.losses]);
  const half = await ensemble.run(key, 8, [x], { progress: false });
  const rest = await ensemble.run(key, 12, [x], { progress: false, state: half.state });
  assert.deepEqual(rest.state, whole.state);
  assert.deepEqual([...half.losses.data, ...rest.losses.data], [...whole.losses.data]);
  await ensemble.release();
});

Deno.test("SVIEnsemble takes the arguments of each step from a function", async () => {
  const args = (step: number) => [tf.tensor([step % 2, 1, 2 + step % 3])];
  const ensemble = new SVIEnsemble(model, guide, adam({ lr: 0.05 }), undefined, { members: 2 });
  const { losses } = await ensemble.run(key, 6, args, { progress: false });
  const alone = await new SVI(model, guide, adam({ lr: 0.05 })).run(key.foldIn(1), 6, args, {
    progress: false,
  });
  close(losses.data.filter((_, i) => i % 2 === 1), alone.losses, 1e-5);
  await ensemble.release();
});

Deno.test("SVIEnsemble gives a member's state, with which SVI goes on", async () => {
  const ensemble = new SVIEnsemble(model, guide, adam({ lr: 0.05 }), undefined, { members: 3 });
  const { state } = await ensemble.run(key, 10, [x], { progress: false });
  const more = await ensemble.run(key, 5, [x], { progress: false, state });
  const svi = new SVI(model, guide, adam({ lr: 0.05 }));
  const alone = await svi.run(key, 5, [x], { progress: false, state: ensemble.member(state, 2) });
  assert.equal(alone.state.step, 15);
  assert.deepEqual(alone.state.key, ensemble.member(more.state, 2).key);
  for (const [name, { data }] of Object.entries(ensemble.member(more.state, 2).params)) {
    close(alone.state.params[name].data, data, 1e-5);
  }
  assert.throws(
    () => ensemble.member(state, 3),
    /^Error: Cannot take member 3: there are 3, counted from 0$/,
  );
  assert.throws(() => ensemble.member(alone.state, 0), /has shape \[\], expected 3 members first/);
  await ensemble.release();
});

Deno.test("SVIEnsemble goes on without a member that diverges, and says which and when", async () => {
  // Where the first value is above zero the loss is 1 / 0 at the second step.
  const fragile = () => {
    const p = param("p", (k) => random.normal(k, []).mul(100));
    const at = tf.where(p.greater(0), tf.scalar(0), tf.scalar(1));
    sample("y", new Normal(p.div(at), 1), { obs: tf.scalar(0) });
  };
  const ensemble = new SVIEnsemble(fragile, () => {}, adam({ lr: 0.01 }), undefined, { members: 6 });
  const first = await ensemble.init(key);
  const bad = [...first.params.p.data].flatMap((p, m) => p > 0 ? [m] : []);
  assert.ok(bad.length > 0 && bad.length < 6);
  const { diverged, params, losses } = await ensemble.run(key, 9, [], { progress: false, chunk: 4 });
  assert.deepEqual(diverged.map(({ member }) => member).sort(), bad);
  assert.ok(diverged.every(({ step }) => step === 0));
  values(params.p).forEach((p, m) => assert.equal(Number.isFinite(p), !bad.includes(m)));
  assert.equal(losses.data.filter((l) => !Number.isFinite(l)).length, 9 * bad.length);
  await ensemble.release();
});

Deno.test("SVIEnsemble throws on settings and states that do not fit", async () => {
  const make = (members: unknown) =>
    new SVIEnsemble(model, guide, adam({ lr: 0.1 }), undefined, { members } as never);
  assert.throws(() => make(0), /^Error: Cannot make SVIEnsemble: members is 0, expected a positive integer$/);
  assert.throws(() => make(undefined), /members is undefined/);
  assert.throws(
    () => new SVIEnsemble(1 as never, guide, adam({ lr: 0.1 }), undefined, { members: 2 }),
    /Cannot make SVIEnsemble: the model is number/,
  );
  const { state } = await make(3).run(key, 1, [x], { progress: false });
  await assert.rejects(
    make(2).run(key, 1, [x], { progress: false, state }),
    /has shape \[3\] in the state, expected \[2\]/,
  );
  const one = await new SVI(model, guide, adam({ lr: 0.1 })).init(key, x);
  await assert.rejects(
    make(2).run(key, 1, [x], { progress: false, state: one }),
    /has shape \[\] in the state, expected \[2\]/,
  );
  await assert.rejects(make(2).run(1 as never, 1, [x]), /expected a key as the first argument/);
});
