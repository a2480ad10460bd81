import assert from "node:assert/strict";
import { compile, grad, scan, valueAndGrad, vmap } from "../../lib/compile/mod.ts";
import {
  flatten,
  isTensor,
  type Key,
  linalg,
  random,
  special,
  type Tensor,
  tf,
} from "../../lib/tensor/mod.ts";
import { Gamma, Normal } from "../../lib/distributions/mod.ts";
import { present } from "./engines.ts";

const key = random.key(7);
const draw = (i: number, shape: number[]): Tensor => random.normal(key.foldIn(i), shape);

/** The numbers of a tree of tensors, one behind the other, with their shapes. */
function numbersOf(tree: unknown): { shapes: number[][]; numbers: number[] } {
  const { leaves } = flatten(tree, isTensor);
  return { shapes: leaves.map((t) => t.shape), numbers: leaves.flatMap((t) => [...t.dataSync()]) };
}

function close(actual: unknown, expected: unknown, message: string, tolerance = 2e-5): void {
  const { shapes, numbers } = numbersOf(actual), { shapes: expectedShapes, numbers: b } = numbersOf(expected);
  assert.deepEqual(shapes, expectedShapes, message);
  numbers.forEach((x, i) =>
    assert.ok(Math.abs(x - b[i]) <= tolerance * (1 + Math.abs(b[i])), `${message} ${i}: ${x}, not ${b[i]}`)
  );
}

/** Holds a function of batches, compiled, against the same run eagerly: one member after the other. */
async function check(name: string, fn: (...args: any[]) => any, args: unknown[]): Promise<void> {
  const expected = fn(...args);
  for (const engine of present) {
    const compiled = compile(fn, { engine });
    close(await compiled(...args), expected, `${name} with ${engine}`);
    await compiled.release();
  }
}

const spd = (x: Tensor): Tensor => tf.matMul(x, x, false, true).add(tf.eye(3));

/** Functions of one member, with the shapes of a batch of four. */
const FUNCTIONS: Record<string, [fn: (x: Tensor, y: Tensor) => Tensor, x: number[], y: number[]]> = {
  "a product of elements": [(x, y) => x.mul(y), [4, 3], [4, 3]],
  "operands of unequal rank": [(x, y) => x.add(y), [4, 2, 3], [4, 3]],
  "a matrix product": [(x, y) => tf.matMul(x, y, false, true), [4, 2, 3], [4, 5, 3]],
  "a matrix product with a vector": [
    (x, y) => tf.matMul(x, y).sum(1).add(tf.matMul(x, y.reshape([1, 3]), false, true).square().sum(1)),
    [4, 2, 3],
    [4, 3, 1],
  ],
  "a transposed matrix product with a vector": [(x, y) => tf.matMul(x, y, true), [4, 3, 2], [4, 3, 1]],
  "a sum": [(x, y) => x.sum(0).add(y.sum()), [4, 2, 3], [4, 3]],
  "an axis": [(x, y) => tf.concat([x.transpose(), y], 1).reshape([-1]), [4, 2, 3], [4, 3, 1]],
  "logsumexp": [(x, y) => special.logsumexp(x, 0).add(y), [4, 2, 3], [4, 3]],
  "primitives": [(x, y) => special.lgamma(x.square()).add(special.softplus(y)).add(special.erf(x)), [4, 3], [
    4,
    3,
  ]],
  "a primitive of two": [(x, y) => special.xlogy(x.square(), y.square()), [4, 2, 3], [4, 3]],
  "a Cholesky factor": [(x, y) => linalg.cholesky(spd(x)).mul(y), [4, 3, 3], [4, 3]],
  "a triangular solve": [
    (x, y) => linalg.triangularSolve(linalg.cholesky(spd(x)), y),
    [4, 3, 3],
    [4, 3, 2],
  ],
  "a choice": [(x, y) => tf.where(x.greater(0), x, y), [4, 3], [4, 3]],
  "a choice between numbers": [
    (x, y) => tf.where(x.greater(0), tf.fill([2, 3], 5), tf.fill([2, 3], 7)).add(y),
    [4, 3],
    [4, 2, 3],
  ],
  "gathered rows": [(x, y) => tf.gather(x, tf.tensor1d([2, 0], "int32")).add(y), [4, 3, 2], [4, 2]],
  "a loop": [
    (x, y) => {
      const [last, all] = scan(
        (h: Tensor, v: Tensor): [Tensor, Tensor] => [h.mul(0.5).add(v), h.mul(v)],
        y,
        x,
      );
      return last.add(all.sum(0));
    },
    [4, 5, 3],
    [4, 3],
  ],
  "a loop within a loop": [
    (x, y) => {
      const inner = (h: Tensor, v: Tensor) =>
        scan((g: Tensor): [Tensor, Tensor] => [special.softplus(g).mul(v), g], h, null, { length: 2 })[0];
      return scan((h: Tensor, v: Tensor): [Tensor, null] => [inner(h, v), null], y, x)[0];
    },
    [4, 3, 2],
    [4, 2],
  ],
};

for (const [name, [fn, x, y]] of Object.entries(FUNCTIONS)) {
  Deno.test(`vmap() of ${name} is that of each member`, async () => {
    const a = draw(0, x), b = draw(1, y);
    await check(name, (a: Tensor, b: Tensor) => vmap(fn)(a, b), [a, b]);
    const [first] = tf.unstack(a), [, shared] = tf.unstack(b);
    await check(`${name}, one shared`, (a: Tensor, b: Tensor) => vmap(fn, { inAxes: [0, null] })(a, b), [
      a,
      shared,
    ]);
    await check(`${name}, other shared`, (a: Tensor, b: Tensor) => vmap(fn, { inAxes: [null, 0] })(a, b), [
      first,
      b,
    ]);
  });

  Deno.test(`vmap() of ${name} and its derivatives exchange`, async () => {
    const a = draw(0, x), b = draw(1, y), [, shared] = tf.unstack(b);
    const loss = (a: Tensor, b: Tensor) => fn(a, b).sin().sum();
    const within = (a: Tensor, b: Tensor) => vmap(grad(loss, { argnums: [0, 1] }))(a, b);
    await check(`${name}, derivatives of members`, within, [a, b]);
    const around = (a: Tensor, b: Tensor) =>
      grad((a: Tensor, b: Tensor) => vmap(loss, { inAxes: [0, null] })(a, b).sum(), { argnums: [0, 1] })(
        a,
        b,
      );
    const members = tf.unstack(a).map((one) => grad(loss, { argnums: [0, 1] })(one, shared) as Tensor[]);
    const expected = [tf.stack(members.map(([g]) => g)), tf.addN(members.map(([, g]) => g))];
    for (const engine of present) {
      const compiled = compile(around, { engine });
      close(await compiled(a, shared), expected, `${name}, derivatives of the batch with ${engine}`, 1e-4);
      await compiled.release();
    }
  });
}

Deno.test("vmap() gives each member a key of its own, the same eagerly, compiled and alone", async () => {
  const fn = (k: Key, scale: Tensor) => {
    const [first, second] = k.split();
    const [, steps] = scan(
      (_: null, _x: null, own?: Key): [null, Tensor] => [null, random.normal(own!, [2])],
      null,
      null,
      { length: 3, key: second },
    );
    return [random.uniform(first, [2]).mul(scale), steps];
  };
  const scales = tf.tensor([1, 2, 3, 4, 5]), batch = (k: Key, s: Tensor) => vmap(fn)(k, s);
  await check("draws", batch, [key, scales]);
  const [uniforms, steps] = batch(key, scales), [alone, own] = fn(key.foldIn(3), tf.scalar(4));
  assert.deepEqual(tf.unstack(uniforms)[3].arraySync(), alone.arraySync());
  assert.deepEqual(tf.unstack(steps)[3].arraySync(), own.arraySync());
  const shared = (k: Key, s: Tensor) => vmap(fn, { inAxes: [null, 0] })(k, s);
  await check("a shared key", shared, [key, scales]);
});

Deno.test("vmap() within a loop draws for each step and member", async () => {
  const walk = (k: Key, x: Tensor) =>
    scan(
      (state: Tensor, _: null, own?: Key): [Tensor, Tensor] => {
        const next = vmap((s: Tensor, mine: Key) => s.add(random.normal(mine, [2])))(state, own!);
        return [next, next];
      },
      x,
      null,
      { length: 4, key: k },
    );
  await check("a walk", walk, [key, tf.zeros([3, 2])]);
});

Deno.test("vmap() around vmap() and along other axes", async () => {
  const outer = (x: Tensor, y: Tensor) =>
    vmap((a: Tensor) => vmap((b: Tensor) => tf.dot(a, b), { inAxes: 1 })(y))(x);
  const x = draw(0, [4, 3]), y = draw(1, [3, 5]);
  await check("all pairs", outer, [x, y]);
  close(outer(x, y), tf.matMul(x as never, y as never), "a matrix product");
  await check("the last axis", (a: Tensor) => vmap((v: Tensor) => v.sum(), { inAxes: -1 })(a), [y]);
});

Deno.test("vmap() keeps the structure of arguments and results", async () => {
  const fn = ({ a, b: [c] }: { a: Tensor; b: Tensor[] }, scale: number) => ({
    sum: a.add(c).mul(scale),
    list: [c.neg()],
    none: null,
  });
  const tree = { a: draw(0, [3, 2]), b: [draw(1, [3, 2])] };
  const found = await compile((t: typeof tree) => vmap(fn)(t, 2))(tree);
  close(found, vmap(fn)(tree, 2), "a tree");
  assert.equal(found.none, null);
});

Deno.test("vmap() serves batches of every length with one program", async () => {
  const compiled = compile((x: Tensor) => vmap((v: Tensor) => special.softplus(v.sum().sub(v)).prod())(x), {
    axes: [["members", null]],
  });
  for (const members of [1, 7, 64]) {
    const x = draw(members, [members, 3]);
    close(
      await compiled(x),
      vmap((v: Tensor) => special.softplus(v.sum().sub(v)).prod())(x),
      `${members} members`,
    );
  }
  await compiled.release();
});

Deno.test("vmap() trains members side by side as each alone", async () => {
  const data = draw(9, [20]);
  const loss = (p: Tensor, k: Key) => {
    const z = random.normal(k, []).mul(0.1).add(p);
    return new Normal(z, 1).logProb(data).sum().neg().add(new Gamma(2, 1).logProb(p.exp()).neg());
  };
  const train = (p: Tensor, k: Key) =>
    scan(
      (state: Tensor, _: null, own?: Key): [Tensor, Tensor] => {
        const { value, grad } = valueAndGrad(loss)(state, own!);
        return [state.sub(grad.mul(0.01)), value];
      },
      p,
      null,
      { length: 10, key: k },
    );
  const starts = tf.tensor([-1, 0, 1]), batch = (p: Tensor, k: Key) => vmap(train)(p, k);
  await check("training", batch, [starts, key]);
});

Deno.test("vmap() throws on members that do not line up", () => {
  const add = (x: Tensor, y: Tensor) => x.add(y);
  assert.throws(
    () => vmap(add)(tf.zeros([3]), tf.zeros([2])),
    /^Error: Cannot map over members: argument 1 has 2 of them, argument 0 3$/,
  );
  assert.throws(
    () => vmap(add, { inAxes: [0] })(tf.zeros([3]), tf.zeros([3])),
    /inAxes has 1 entries for 2 arguments/,
  );
  assert.throws(
    () => vmap(add)(tf.zeros([3]), tf.scalar(1)),
    /Cannot map over axis 0 of argument 1: it has shape \[\]/,
  );
  assert.throws(() => vmap(add, { inAxes: [0, 0.5] })(tf.zeros([3]), tf.zeros([3])), /invalid axis 0.5/);
  assert.throws(() => vmap(() => tf.scalar(1))(), /no tensor is taken apart and no size is given/);
  assert.throws(
    () => vmap(add, { size: 4 })(tf.zeros([3]), tf.zeros([3])),
    /argument 0 has 3 of them, size 4/,
  );
  assert.throws(
    () => vmap(() => tf.scalar(1), { size: 0 })(),
    /Cannot map over 0 members: expected a positive integer/,
  );
});

Deno.test("vmap() throws on a key with a value in a trace", async () => {
  const fn = (x: Tensor) => vmap((v: Tensor, k: Key) => v.add(random.normal(k, [])))(x, key);
  await assert.rejects(
    compile(fn)(tf.zeros([3])),
    /keys of their own from a key with a value: pass the key to the compiled function/,
  );
});
