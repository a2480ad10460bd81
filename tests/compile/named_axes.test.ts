import assert from "node:assert/strict";
import fc from "fast-check";
import { compile } from "../../lib/compile/mod.ts";
import { addSizes, mulSizes, type Size, symbol } from "../../lib/compile/ir/size.ts";
import { StandIns } from "../../lib/compile/ir/stand_ins.ts";
import { trace } from "../../lib/compile/trace/trace.ts";
import { type HostArray, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "./engines.ts";

const names = ["T", "B", "members"];

/** Runs a function of stand-ins as a trace does: again, while a number can be read in several ways. */
function decoded(ask: (standIns: StandIns) => Size[]): Size[] {
  for (let standIns: StandIns | undefined = new StandIns(names); standIns; standIns = standIns.next()) {
    const sizes = ask(standIns);
    if (standIns.isSure) return sizes;
  }
  throw new Error("the numbers can be read in several ways");
}

Deno.test("a number of any size that no axis is part of stays a number", () => {
  const exponent = fc.integer({ min: 0, max: 33 }), near = fc.integer({ min: -3, max: 3 });
  const large = fc.tuple(exponent, near).map(([e, d]) => 2 ** e + d);
  const any = fc.oneof(
    fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    large,
    fc.maxSafeInteger().map((n) => n % 2 ** 34),
  );
  fc.assert(
    fc.property(fc.array(any, { minLength: 1, maxLength: 6 }), (numbers) => {
      assert.deepEqual(decoded((standIns) => numbers.map((n) => standIns.decode(n))), numbers);
    }),
    { numRuns: 1000 },
  );
  // Not those either that later runs take axes for, beside one that calls for these runs.
  const small = ["T", "B", "members"].flatMap((name) =>
    [1, 2, 3, 4].map((run) => new StandIns(names, run).values.get(name)!)
  );
  const [product, ...rest] = decoded((standIns) => {
    const [t, b] = standIns.numbers([symbol("T"), symbol("B")]);
    return [t * b - 1, ...small].map((n) => standIns.decode(n));
  });
  assert.equal(String(product), "B*T+-1");
  assert.deepEqual(rest, small);
});

Deno.test("sums and products of axes and numbers are read back, in whatever order they are computed", () => {
  const factor = fc.oneof(fc.integer({ min: 1, max: 16 }), fc.constantFrom(88, 100, 784, 1024));
  const rest = fc.oneof(
    fc.integer({ min: -16, max: 16 }),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.constantFrom(131_072, 100_352),
  );
  const axis = fc.constantFrom(...names);
  /** Axes with a little added to each, multiplied with each other and a factor, and a rest. */
  const product = fc.record({
    parts: fc.array(fc.record({ axis, plus: fc.constantFrom(0, 0, 0, 1, -1, 2) }), {
      minLength: 1,
      maxLength: 2,
    }),
    factor,
    rest,
    factorFirst: fc.boolean(),
  });
  const sum = fc.record({
    axes: fc.uniqueArray(axis, { minLength: 2, maxLength: 2 }),
    factor: fc.integer({ min: 1, max: 4 }),
    rest: fc.integer({ min: -9, max: 9 }),
  });
  fc.assert(
    fc.property(
      fc.array(product, { minLength: 1, maxLength: 3 }),
      fc.array(sum, { maxLength: 2 }),
      (products, sums) => {
        const expected: Size[] = [
          ...products.map(({ parts, factor, rest }) =>
            addSizes(
              parts.reduce((s: Size, { axis, plus }) => mulSizes(s, addSizes(symbol(axis), plus)), factor),
              rest,
            )
          ),
          ...sums.map(({ axes: [a, b], factor, rest }) =>
            addSizes(addSizes(mulSizes(factor, symbol(a)), symbol(b)), rest)
          ),
        ];
        const sizes = decoded((standIns) => {
          const of = (name: string) => standIns.numbers([symbol(name)])[0];
          return [
            ...products.map(({ parts, factor, rest, factorFirst }) => {
              const lengths = parts.map(({ axis, plus }) => of(axis) + plus);
              const factors = factorFirst ? [factor, ...lengths] : [...lengths, factor];
              return standIns.decode(
                factors.reduce((a, b) => a * b) + rest,
              );
            }),
            ...sums.map(({ axes: [a, b], factor, rest }) => standIns.decode(factor * of(a) + of(b) + rest)),
          ];
        });
        assert.deepEqual(sizes.map(String), expected.map(String));
      },
    ),
    { numRuns: 100 },
  );
});

/** A step of a program of shapes: from a matrix with named axes to another. */
type Step = (x: Tensor, size: number) => Tensor;
const steps: Record<string, Step> = {
  concatWithConstant: (x, n) => tf.concat([x, tf.ones([n, x.shape[1]])]),
  concatWithItself: (x) => tf.concat([x, x]),
  flattenAndBack: (x) => x.reshape([x.size]).reshape([-1, x.shape[1]]),
  flattenByMinusOne: (x) => x.reshape([-1]).reshape(x.shape),
  split: (x, n) => x.reshape([x.shape[0], 1, -1]).tile([1, n % 3 + 1, 1]).reshape([-1, x.shape[1]]),
  pad: (x, n) => tf.pad(x, [[n % 4, 1], [0, 0]]),
  slice: (x) => tf.pad(x, [[1, 1], [0, 0]]).slice([1], [x.shape[0] + 1]),
  allButOne: (x) => tf.concat([x, x]).slice([1], [2 * x.shape[0] - 1]),
  strided: (x) => tf.concat([x, x]).stridedSlice([1], [x.shape[0] + 1], [1]),
  broadcast: (x, n) => x.expandDims(0).broadcastTo([n % 3 + 1, ...x.shape]).sum(0),
  tile: (x) => x.sum(0, true).tile([x.shape[0], 1]),
  transpose: (x) => x.transpose().reshape([x.shape[1] * x.shape[0]]).reshape([x.shape[0], x.shape[1]]),
  mean: (x) => x.sub(x.sum().div(x.size)).add(x.sum(0).div(x.shape[0])),
  variance: (x) => x.add(x.square().sum(0).div(x.shape[0] + 1)).mul(1 / x.shape[0]),
  range: (x) => x.add(tf.range(0, x.shape[0]).expandDims(1)),
  product: (x) => x.add(x.matMul(x, false, true).sum().mul(1e-3)),
  captured: (x, n) => x.add(tf.range(0, n).reshape([n, 1]).sum().mul(1e-9)),
};

Deno.test("programs of shapes with named axes give the eager result at every length", async () => {
  const size = fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom(4096, 65_536, 100_352, 131_071, 131_072, 131_073, 154_321, 262_144, 1_000_003),
    // What later runs of a trace take axes for.
    fc.constantFrom(...[1, 2, 3, 4].map((run) => new StandIns(["T"], run).values.get("T")!)),
  );
  const program = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), size), {
    minLength: 1,
    maxLength: 3,
  });
  const numbers = ([rows, columns]: number[]): HostArray => ({
    data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
    shape: [rows, columns],
  });
  await fc.assert(
    fc.asyncProperty(
      program,
      fc.constantFrom(...present.filter((e) => e !== "xla")),
      fc.boolean(),
      async (parts, engine, both) => {
        // Captured tensors may be large, constants that are joined on need not be.
        const f = (x: Tensor) =>
          parts.reduce((y, [name, n]) => steps[name](y, name === "captured" ? n : n % 50 + 1), x);
        const compiled = compile(f, { engine, axes: [["T", both ? "B" : null]] });
        for (const [rows, columns] of [[1, 3], [4, 3], both ? [7, 2] : [7, 3]]) {
          const x = numbers([rows, columns]);
          const expected = tf.tidy(() => {
            const y = f(tf.tensor2d(x.data as Float32Array, [rows, columns]));
            return { data: y.dataSync(), shape: y.shape };
          });
          const found: HostArray = await compiled.arrays(x),
            what = `${parts.join(" ")} of [${rows}, ${columns}]`;
          assert.deepEqual([...found.shape], expected.shape, what);
          found.data.forEach((v: number, i: number) => {
            assert.ok(
              Math.abs(v - expected.data[i]) <= 1e-4 * (1 + Math.abs(expected.data[i])),
              `${what}: ${v}, expected ${expected.data[i]}`,
            );
          });
        }
        await compiled.release();
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("lengths of named axes among operands are computed in each run, or refused", async () => {
  const uses: [string, (x: Tensor) => Tensor, (n: number, m: number) => number][] = [
    ["the length", (x) => x.sum().mul(x.shape[0]), (n, m) => n * n * m],
    ["a quotient", (x) => x.sum().mul(60_000 / x.shape[0]), (_n, m) => 60_000 * m],
    ["one less", (x) => x.sum().div(x.shape[0] - 1), (n, m) => n * m / (n - 1)],
    ["a product", (x) => x.sum().div(x.shape[0] * x.shape[1]), () => 1],
    ["a fill", (x) => x.sum().add(tf.fill([2], x.shape[0]).sum()), (n, m) => n * m + 2 * n],
    ["an int32", (x) => x.sum().add(tf.scalar(x.shape[0], "int32").toFloat()), (n, m) => n * m + n],
    ["one of a list", (x) => x.sum().add(tf.tensor1d([1, x.shape[0]]).sum()), (n, m) => n * m + n + 1],
    [
      "a depth",
      (x) => x.sum().add(tf.oneHot(tf.tensor1d([0], "int32"), x.shape[0]).sum()),
      (n, m) => n * m + 1,
    ],
    ["none", (x) => x.sum().mul(1e10).mul(1e-10).add(1e-30), (n, m) => n * m],
  ];
  for (const engine of present) {
    const all = compile((x: Tensor) => uses.map(([, use]) => use(x)), { engine, axes: [["N", "M"]] });
    for (const [n, m] of [[2, 3], [5, 1]]) {
      const found: HostArray[] = await all.arrays({ data: new Float32Array(n * m).fill(1), shape: [n, m] });
      uses.forEach(([name, , expected], i) => {
        const value = expected(n, m);
        assert.ok(
          Math.abs(found[i].data[0] - value) <= 1e-5 * value,
          `${engine}, ${name}: ${found[i].data[0]}, expected ${value}`,
        );
      });
    }
    await all.release();
  }
  const axes = [["N"]], x = tf.ones([4]);
  assert.throws(
    () => trace((x: Tensor) => x.mul(x.shape[0] ** 2.5), [x], axes),
    /Cannot tell how the number .* named axes/,
  );
  assert.throws(
    () => trace((x: Tensor) => tf.zeros([Math.ceil(x.shape[0] / 2)]), [x], axes),
    /Cannot tell how the length/,
  );
  assert.throws(() => trace((x: Tensor) => x, [x], [["a*b"]]), /found the name "a\*b"/);
});
