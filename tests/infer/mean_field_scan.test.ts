import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { mask, param, plate, sample, scale, scan, substitute } from "../../lib/ppl/mod.ts";
import { type HostArray, type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

type Slice = { x: Tensor; present: Tensor };

/** A chain in two lanes, masked and annealed within the step, and scaled around the loop. */
function model(xs: Slice): void {
  using _lanes = plate("lanes", 2);
  using _around = scale(0.5);
  scan(
    (before: Tensor, { x, present }: Slice): [Tensor, null] => {
      using _mask = mask(present);
      let z: Tensor;
      {
        using _annealed = scale(0.3);
        z = sample("z", new Normal(before.mul(0.9), 0.7).toEvent(1));
      }
      sample("x", new Normal(z, 1).toEvent(1), { obs: x });
      return [z, null];
    },
    tf.zeros([2, 3]),
    xs,
  );
}
function guide(xs: Slice): void {
  const shift = param("shift", tf.scalar(0.2)), width = param("width", tf.scalar(0.4));
  using _lanes = plate("lanes", 2);
  using _around = scale(0.5);
  scan(
    (before: Tensor, { x, present }: Slice): [Tensor, null] => {
      using _mask = mask(present);
      using _annealed = scale(0.3);
      return [sample("z", new Normal(x.mul(0.5).add(before.mul(shift)), width).toEvent(1)), null];
    },
    tf.zeros([2, 3]),
    xs,
  );
}
const steps = 5;
const xs = {
  x: { data: Float64Array.from({ length: steps * 6 }, (_, i) => Math.sin(i)), shape: [steps, 2, 3] },
  present: {
    data: Uint8Array.from({ length: steps * 2 }, (_, i) => Number(i !== 9 && i !== 7)),
    shape: [steps, 2],
  },
};
const params = {
  shift: { data: Float64Array.of(0.2), shape: [] },
  width: { data: Float64Array.of(0.4), shape: [] },
};

type Loss = { loss: TraceELBO["loss"] };
const evaluated = ({ loss }: Loss, fission: boolean) =>
  compile(
    (p: Record<string, Tensor>, given: Slice, key: Key) =>
      valueAndGrad((q: Record<string, Tensor>) =>
        loss(key, substitute(model, { data: q }), substitute(guide, { data: q }), [given])
      )(p),
    { dtype: "float64", fission },
  );

Deno.test("TraceMeanFieldELBO has the divergences of a loop's sites in closed form, with the masks and scales in it and around it", async () => {
  const sampled = evaluated(new TraceELBO(), true), closed = evaluated(new TraceMeanFieldELBO(), true);
  const mean = { sampled: { value: 0, shift: 0, width: 0 }, closed: { value: 0, shift: 0, width: 0 } };
  const draws = 4000;
  for (let i = 0; i < draws; i++) {
    for (const [name, fn] of [["sampled", sampled], ["closed", closed]] as const) {
      const { value, grad } = await fn.arrays(params, xs, random.key(i)) as {
        value: HostArray;
        grad: Record<string, HostArray>;
      };
      mean[name].value += value.data[0] / draws;
      mean[name].shift += grad.shift.data[0] / draws;
      mean[name].width += grad.width.data[0] / draws;
    }
  }
  for (const key of ["value", "shift", "width"] as const) {
    const tolerance = 0.05 * Math.max(1, Math.abs(mean.sampled[key]));
    assert.ok(Math.abs(mean.sampled[key] - mean.closed[key]) < tolerance, `${key} ${JSON.stringify(mean)}`);
  }
  await sampled.release();
  await closed.release();
});

Deno.test("TraceMeanFieldELBO draws nothing for the divergence of a loop's first step", () => {
  const chain = (loc: number, sd: number) => () => {
    scan(
      (before: Tensor): [Tensor, null] => [sample("z", new Normal(before.add(loc), sd)), null],
      tf.scalar(0),
      null,
      {
        length: 1,
      },
    );
  };
  const { loss } = new TraceMeanFieldELBO(), kl = Math.log(2 / 0.5) + (0.25 + 1) / 8 - 0.5;
  for (const seed of [0, 1]) {
    const [found] = loss(random.key(seed), chain(1, 2), chain(0, 0.5), []).dataSync();
    assert.ok(Math.abs(found - kl) < 1e-5, `${found} ${kl}`);
  }
});

Deno.test("TraceMeanFieldELBO gives the same with a loop as without one", async () => {
  const fns = [true, false].map((fission) => evaluated(new TraceMeanFieldELBO(), fission));
  const [a, b] = [
    await fns[0].arrays(params, xs, random.key(3)),
    await fns[1].arrays(params, xs, random.key(3)),
  ];
  assert.ok(Math.abs(a.value.data[0] - b.value.data[0]) < 1e-10);
  const eager = new TraceMeanFieldELBO().loss(
    random.key(3),
    substitute(model, {
      data: { shift: tf.scalar(0.2), width: tf.scalar(0.4) },
    }),
    substitute(guide, { data: { shift: tf.scalar(0.2), width: tf.scalar(0.4) } }),
    [{
      x: tf.tensor(Float32Array.from(xs.x.data), [steps, 2, 3]),
      present: tf.tensor(xs.present.data, [steps, 2], "bool"),
    }],
  ).dataSync()[0];
  assert.ok(Math.abs(eager - a.value.data[0]) < 1e-4, `${eager} ${a.value.data[0]}`);
  for (const fn of fns) await fn.release();
});
