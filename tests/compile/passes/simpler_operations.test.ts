import assert from "node:assert/strict";
import { compile, trace } from "../../../lib/compile/mod.ts";
import { eliminateDeadCode } from "../../../lib/compile/passes/dead_code.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";

/** Returns the operations that a function of one vector becomes, sorted. */
function operationsOf(fn: (x: Tensor) => Tensor): string[] {
  const { graph } = trace(fn, [tf.tensor([-1, 0, 2])]);
  eliminateDeadCode(graph);
  return graph.nodes.map(({ op }) => op.name).sort();
}

const numbers = tf.tensor([-1, 0, 2]) as Tensor;

/** Holds that functions have as many operations as said, and the values that eager tfjs gives. */
async function simpler(fn: (x: Tensor) => Tensor, operations: string[]): Promise<void> {
  assert.deepEqual(operationsOf(fn), operations);
  const compiled = compile(fn, { engine: "js" });
  const found = await compiled(numbers);
  assert.deepEqual([...found.dataSync()], [...fn(numbers).dataSync()]);
  await compiled.release();
}

Deno.test("a condition and its opposite are everything together, and nothing at once", async () => {
  const both = (x: Tensor, join: typeof tf.logicalOr) => {
    const c = x.greater(0) as Tensor;
    return [join(c, tf.logicalNot(c)), join(tf.logicalNot(c), c)];
  };
  for (const i of [0, 1]) {
    await simpler((x) => tf.where(both(x, tf.logicalOr)[i], x, tf.zerosLike(x)), []);
    await simpler((x) => tf.where(both(x, tf.logicalAnd)[i], tf.zerosLike(x), x), []);
  }
});

Deno.test("a condition joined with itself or with a constant is known", async () => {
  const yes = tf.ones([3], "bool"), no = tf.zeros([3], "bool");
  for (const join of [tf.logicalOr, tf.logicalAnd]) {
    await simpler((x) => join(x.greater(0), x.greater(0)) as Tensor, ["Greater"]);
  }
  await simpler((x) => tf.logicalOr(x.greater(0), no) as Tensor, ["Greater"]);
  await simpler((x) => tf.logicalAnd(yes, x.greater(0)) as Tensor, ["Greater"]);
  await simpler((x) => tf.logicalOr(x.greater(0), yes).cast("float32") as Tensor, []);
});

Deno.test("an opposite twice is none, and that of a product by a number is one product", async () => {
  await simpler((x) => tf.logicalNot(tf.logicalNot(x.greater(0))) as Tensor, ["Greater"]);
  await simpler((x) => x.mul(3).neg() as Tensor, ["Mul"]);
  await simpler((x) => tf.mul(x.mul(-3).neg(), x) as Tensor, ["Mul", "Mul"]);
});

Deno.test("what is joined from joined values is joined at once, along the same axis alone", async () => {
  const join = (...parts: Tensor[]) => tf.concat(parts) as Tensor;
  await simpler((x) => join(x.neg(), join(x, x.abs()), x), ["Abs", "Concat", "Neg"]);
  const splitAndJoined = (x: Tensor) => {
    const [a, b, c] = tf.split(x, 3) as Tensor[];
    return join(join(a, b), c);
  };
  await simpler(splitAndJoined, []);
  const rows = (x: Tensor) => join(x.reshape([1, 3]), tf.ones([1, 3]));
  await simpler((x) => tf.concat([rows(x), tf.ones([2, 1])], 1), ["Concat", "Concat", "Reshape"]);
  const parts = (count: number) => (x: Tensor) =>
    Array<Tensor>(count).fill(x).reduce((all, one) => join(all, one));
  await simpler(parts(64), ["Concat"]);
  await simpler(parts(100), ["Concat", "Concat"]);
});
