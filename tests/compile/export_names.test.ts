import assert from "node:assert/strict";
import fc from "fast-check";
import { exportOnnx, scan } from "../../lib/compile/mod.ts";
import { loadModel } from "../../lib/serve/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const weights = tf.tensor2d([[0.5, 1], [2, 3]]);

/** A function with inputs, draws, constants, lengths, a loop within a loop, and outputs. */
function model(key: Key, x: Tensor, y: Tensor): Record<string, Tensor> {
  const outer = (carry: Tensor, row: Tensor): [Tensor, Tensor] => {
    const inner = (c: Tensor, v: Tensor): [Tensor, Tensor] => [c.add(v.mul(3)), c.tanh()];
    const [sum] = scan(inner, carry, tf.stack([row, row.mul(2)]));
    return [sum.div(2).expandDims(0).matMul(weights).squeeze([0]), sum];
  };
  const [last, all] = scan(outer, y, x);
  const noise = random.normal(key, [2]);
  return { last: last.add(noise), all: all.reshape([-1]), y, three: tf.fill([70], 3).add(x.sum()), idle: y };
}

/** Names that a model has of its own, and odd ones. */
const names = fc.oneof(
  fc.constantFrom(
    "noise0",
    "x0",
    "y0",
    "y1",
    "graph",
    "body",
    "Scan_0",
    "d_0",
    "size_1",
    "c_float_3",
    "c_float_2",
    "i_0",
  ),
  fc.constantFrom(
    "c_float_3[70]",
    "is_0",
    "steps_0",
    "none_1",
    "out_4",
    "v1",
    "T",
    "last",
    " ",
    "a b",
    "é",
    "_",
    "0",
    "ℵ/:#",
  ),
  fc.integer({ min: 0, max: 9999 }).map((n) => `v${n}`),
  fc.integer({ min: 0, max: 40 }).chain((n) =>
    fc.constantFrom("Add", "Mul", "Scan", "d", "size", "MatMul", "Identity").map((op) => `${op}_${n}`)
  ),
  fc.string({ maxLength: 4 }),
);

Deno.test("every model that is written loads in ONNX Runtime, whatever names it is given; the others are refused", async () => {
  let written = 0, refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.array(names, { minLength: 2, maxLength: 2 }), { nil: undefined }),
      fc.option(fc.array(names, { minLength: 5, maxLength: 5 }), { nil: undefined }),
      fc.boolean(),
      async (inputs, outputs, isNamed) => {
        const axes = isNamed ? [null, ["T", null], null] : undefined;
        const args = [random.key(0), tf.ones([3, 2]), tf.zeros([2])];
        const own = ["noise0", ...inputs ?? ["x0", "x1"], ...outputs ?? []];
        const isClash = new Set(own).size < own.length || own.some((n) => n === "" || n.includes("\0"));
        if (isClash) {
          refused++;
          return assert.throws(
            () => exportOnnx(model, args, { inputs, outputs, axes }),
            /Cannot export: .*nam/,
          );
        }
        const exported = exportOnnx(model, args, { inputs, outputs, axes });
        const loaded = await loadModel(exported.bytes);
        written++;
        assert.deepEqual(exported.inputs.map(({ name }) => name), [...inputs ?? ["x0", "x1"], "noise0"]);
        if (outputs) assert.deepEqual(exported.outputs.map(({ name }) => name), outputs);
        await loaded.release();
      },
    ),
    { numRuns: 150 },
  );
  assert.ok(written > 50 && refused > 5, `${written} written, ${refused} refused`);
});

Deno.test("names of inputs, outputs and draws are checked together, and the message says which are alike", () => {
  const draw = (k: Key, x: Tensor) => ({ y: x.add(random.normal(k, [2])) });
  const args = [random.key(0), tf.ones([2])];
  const refused = (options: { inputs?: string[]; outputs?: string[] }, message: string) =>
    assert.throws(() => exportOnnx(draw, args, options), { message });
  refused(
    { inputs: ["noise0"] },
    'Cannot export: one of the draws and one of the inputs are named "noise0"; give each a name of its own',
  );
  refused(
    { inputs: ["a"], outputs: ["a"] },
    'Cannot export: one of the inputs and one of the outputs are named "a"; give each a name of its own',
  );
  refused(
    { inputs: [""] },
    'Cannot export: found "" among the names of inputs, expected a text that is not empty',
  );
  refused(
    { outputs: ["\ud800"] },
    'Cannot export: found "\\ud800" among the names of outputs, expected a text that is not empty',
  );
  // Names that the export chooses itself are unlike those that are given.
  const { outputs } = exportOnnx((x: Tensor) => ({ a: x.exp(), y0: x.neg() }), [tf.ones([2])], {
    inputs: ["a"],
  });
  assert.deepEqual(outputs.map(({ name }) => name), ["y0", "y1"]);
});
