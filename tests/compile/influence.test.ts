import assert from "node:assert/strict";
import { type Influence, influences } from "../../lib/compile/internals.ts";
import { scan, stopGradient, trace, vmap } from "../../lib/compile/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

/** The dependence of tensors on sources, both made by a function that is traced. */
function found(make: (key: Key) => { tensors: Tensor[]; sources: Tensor[] }): Influence[][] {
  let result: Influence[][] = [];
  trace((key: Key) => {
    const { tensors, sources } = make(key);
    result = influences(tensors, sources);
    return tensors;
  }, [random.key(0)]);
  return result;
}

/** A running sum of draws: the sums, and the draws. */
const walk = (key: Key, xs: Tensor | null, reverse = false) =>
  scan(
    (sum: Tensor, x: Tensor | null, k?: Key): [Tensor, { sum: Tensor; draw: Tensor }] => {
      const draw = random.normal(k!), next = sum.add(draw);
      return [next, { sum: x ? next.mul(x) : next, draw }];
    },
    tf.scalar(0) as Tensor,
    xs,
    { length: 3, key, reverse },
  );

Deno.test("influences() follows operations, also under stopGradient, and tells what has none", () => {
  assert.deepEqual(
    found((key) => {
      const [a, b] = key.split(2).map((k) => random.normal(k, [2])), detached = stopGradient(a);
      return { tensors: [detached.exp(), b.neg(), a.add(b).sum(), tf.ones([2])], sources: [detached, b] };
    }),
    [["any", "none"], ["none", "any"], ["any", "any"], ["none", "none"]],
  );
});

for (const reverse of [false, true]) {
  const along = reverse ? "backwards" : "onwards";

  Deno.test(`in a loop ${along} a step reaches itself and the steps after it`, () => {
    assert.deepEqual(
      found((key) => {
        const [last, { sum, draw }] = walk(key, null, reverse), source = stopGradient(draw);
        return { tensors: [sum, draw, last, sum.mul(2), sum.sum()], sources: [source] };
      }),
      [[along], [along], ["any"], ["any"], ["any"]],
    );
  });

  Deno.test(`a loop ${along} that takes the steps of another, one each and in its direction, is reached by step`, () => {
    const step = (carry: Tensor, x: Tensor): [Tensor, Tensor] => [carry.add(x), carry.mul(x)];
    assert.deepEqual(
      found((key) => {
        const [, { draw }] = walk(key, null, reverse), zero = tf.scalar(0) as Tensor;
        const scores = scan(step, zero, stopGradient(draw), { reverse })[1];
        const against = scan(step, zero, stopGradient(draw), { reverse: !reverse })[1];
        const shifted = scan(step, zero, draw.reverse(0), { reverse })[1];
        const carried = scan(step, draw.sum(), draw, { reverse })[1];
        const captured = scan(
          (carry: Tensor, x: Tensor): [Tensor, Tensor] => [carry.add(x), draw.sum().add(x)],
          zero,
          draw,
          { reverse },
        )[1];
        return { tensors: [scores, against, shifted, carried, captured], sources: [stopGradient(draw)] };
      }),
      [[along], ["any"], ["any"], ["any"], ["any"]],
    );
  });
}

Deno.test("influences() sees through the bodies of loops and batches", () => {
  const inLoop = (key: Key) => {
    const [a, b] = key.split(2).map((k) => random.normal(k));
    const [, { sum }] = walk(key.foldIn(7), tf.stack([a, a, a]));
    return { tensors: [sum, b.add(1)], sources: [a] };
  };
  assert.deepEqual(found(inLoop), [["any"], ["none"]]);
  let within: Influence[][] = [];
  trace((key: Key) =>
    vmap((k: Key) => {
      const { tensors, sources } = inLoop(k);
      within = influences(tensors, sources);
      return tensors[0];
    }, { size: 2 })(key), [random.key(0)]);
  assert.deepEqual(within, [["any"], ["none"]]);
});
