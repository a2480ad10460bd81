import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, grad, scan } from "../../../lib/compile/mod.ts";
import "../engines.ts";
import { generate, jsEngine } from "../../../lib/compile/engine/js/engine.ts";
import { emitOne, Graph, type Op, withGraph } from "../../../lib/compile/ir/graph.ts";
import { trace } from "../../../lib/compile/trace/trace.ts";
import { optimise } from "../../../lib/compile/passes/mod.ts";
import { type HostArray, sizeOf, type Tensor, tf, toTensor } from "../../../lib/tensor/mod.ts";

type Any = any;

const flat = (x: Any): HostArray[] =>
  Array.isArray(x)
    ? x.flatMap(flat)
    : x === null
    ? []
    : x instanceof tf.Tensor
    ? [{ data: x.dataSync() as Any, shape: x.shape }]
    : [x];

function close(actual: HostArray[], expected: HostArray[], tolerance: number, what = ""): void {
  assert.equal(actual.length, expected.length, what);
  actual.forEach(({ data, shape }, k) => {
    assert.deepEqual([...shape], [...expected[k].shape], `${what} output ${k}`);
    data.forEach((a, i) => {
      const e = expected[k].data[i];
      if (Object.is(a, e) || a === e || (Number.isNaN(a) && Number.isNaN(e))) return;
      assert.ok(
        Math.abs(a - e) <= tolerance * (1 + Math.abs(e)),
        `${what} output ${k}[${i}]: ${a}, expected ${e}`,
      );
    });
  });
}

const single = (x: HostArray): HostArray =>
  x.data instanceof Float64Array ? { ...x, data: Float32Array.from(x.data) } : x;

/** The engine against eager tfjs in float32, and (unless `eagerOnly`) against ONNX Runtime in float64; every program runs twice. */
async function check(
  fn: (...x: Any[]) => Any,
  inputs: HostArray[],
  options: { axes?: Any; eagerOnly?: boolean; tolerance?: number } = {},
): Promise<void> {
  const { axes, eagerOnly = false, tolerance = 1e-6 } = options;
  const expected = flat((fn as Any)(...inputs.map(toTensor)));
  for (const engine of ["js", "wasm"] as const) {
    const compiled = compile(fn, { engine, axes });
    for (const time of ["first", "second"]) {
      close(
        flat(await compiled.arrays(...inputs.map(single))),
        expected,
        tolerance,
        `${engine}, ${time} run`,
      );
    }
  }
  if (eagerOnly) return;
  const onnx = compile(fn, { engine: "onnx", dtype: "float64", axes, threads: 1 });
  const reference = flat(await onnx.arrays(...inputs));
  for (const engine of ["js", "wasm"] as const) {
    const double = compile(fn, { engine, dtype: "float64", axes });
    close(flat(await double.arrays(...inputs)), reference, 1e-11, `${engine}, float64`);
  }
  await onnx.release();
}

const floats = (shape: number[], low = -2, high = 2, seed = 1): HostArray => {
  const size = sizeOf(shape);
  return {
    shape,
    data: Float64Array.from(
      { length: size },
      (_, i) => low + (high - low) * ((0.377 * seed + 0.6180339887 * (i + 1)) % 1),
    ),
  };
};
const ints = (values: number[], shape = [values.length]): HostArray => ({
  data: Int32Array.from(values),
  shape,
});

const cases: [name: string, fn: (...x: Any[]) => Any, inputs: HostArray[], eagerOnly?: boolean][] = [
  [
    "integers add, subtract, multiply, compare and take remainders",
    (
      a: Tensor,
      b: Tensor,
    ) => [
      a.add(b),
      a.sub(b),
      a.mul(b),
      a.greater(b),
      tf.maximum(a, b),
      tf.mod(a, b),
      tf.neg(a),
      tf.abs(a),
      a.sum(),
    ],
    [ints([1, -5, 7, 3]), ints([2, 3, -4, 3])],
    true,
  ],
  ["integers of every size have extremes", (a: Tensor) => [a.max(), a.min(), a.max(0), a.argMax(1)], [
    ints([-2147483648, -2147483648, 2147483647, 5], [2, 2]),
  ], true],
  ["integers divide towards minus infinity", (a: Tensor, b: Tensor) => tf.floorDiv(a, b), [
    ints([7, -7, 7, -7]),
    ints([2, 2, -2, -2]),
  ], true],
  ["integer products wrap", (a: Tensor) => a.mul(a), [ints([100000, 3])], true],
  ["booleans combine", (a: Tensor, b: Tensor) => {
    const p = tf.greater(a, 0), q = tf.less(b, 0.5);
    return [
      tf.logicalAnd(p, q),
      tf.logicalOr(p, q),
      tf.logicalNot(p),
      tf.logicalXor(p, q),
      tf.where(p, a, b),
      p.cast("float32").sum(),
      tf.any(p),
      tf.all(q, 1),
      tf.where(p, q, p),
    ];
  }, [floats([3, 4]), floats([3, 4], -2, 2, 5)]],
  [
    "powers of constants are exact",
    (
      a: Tensor,
    ) => [
      tf.pow(a, tf.scalar(3)),
      tf.pow(a, tf.scalar(-1)),
      tf.pow(tf.abs(a), tf.scalar(0.5)),
      tf.pow(tf.abs(a), tf.scalar(2.5)),
    ],
    [floats([7])],
  ],
  [
    "infinities and NaN pass through",
    (
      a: Tensor,
    ) => [
      tf.log(a),
      tf.div(1, a),
      tf.relu(tf.log(a)),
      tf.clipByValue(tf.div(1, a), -5, 5),
      tf.max(tf.div(a, a)),
      tf.exp(tf.mul(a, 1e30)),
      tf.sigmoid(tf.mul(a, 1e30)),
      tf.tanh(tf.mul(a, 1e30)),
      tf.softplus(tf.mul(a, 100)),
    ],
    [{ data: Float64Array.of(-1, 0, 1, 2), shape: [4] }],
    true,
  ],
  [
    "sums of all axes, leading, trailing and middle ones",
    (
      a: Tensor,
    ) => [
      a.sum(),
      a.sum(0),
      a.sum(2),
      a.sum(1),
      a.sum([0, 2]),
      a.max(1),
      a.min([0, 1]),
      a.sum([1, 2]),
      tf.mean(a.square(), 0),
    ],
    [floats([3, 4, 5])],
  ],
  [
    "reductions of transposed and sliced views",
    (
      a: Tensor,
    ) => [
      a.transpose().sum(0),
      a.transpose().square().sum(1),
      a.slice([1, 1], [2, 3]).max(0),
      a.reverse(1).sub(a).sum(0),
    ],
    [floats([4, 5])],
  ],
  ["softmax and its shift", (a: Tensor) => [tf.softmax(a), tf.logSoftmax(a), tf.logSumExp(a, 0)], [
    floats([3, 6]),
  ]],
  [
    "reshapes that move nothing and those that must",
    (
      a: Tensor,
    ) => [
      a.reshape([12]).add(1),
      a.transpose().reshape([12]).mul(2),
      a.transpose().reshape([2, 6]),
      a.reshape([3, 2, 2]).transpose([1, 0, 2]).reshape([6, 2]),
      a.slice([0, 1], [3, 2]).reshape([6]),
    ],
    [floats([3, 4])],
  ],
  [
    "transposes, slices and strides of expressions",
    (
      a: Tensor,
    ) => [
      tf.exp(a).transpose().add(1),
      tf.exp(a).slice([1, 0], [1, 4]).mul(a),
      a.stridedSlice([0, 3], [3, -5], [2, -2], 0, 2).mul(2),
    ],
    [floats([3, 4])],
  ],
  ["concatenations of scalars, vectors and what is used elsewhere", (a: Tensor, b: Tensor) => {
    const s = a.sum(), e = tf.exp(b);
    return [
      tf.stack([s, b.max(), s]),
      tf.concat([e, a, e.mul(2)]),
      e.sum(),
      tf.concat([a.reshape([2, 2]), b.reshape([2, 2])], 1).square(),
    ];
  }, [floats([4]), floats([4], 0, 1, 3)]],
  [
    "padding, of expressions and with other numbers",
    (
      a: Tensor,
    ) => [
      a.pad([[1, 2], [0, 3]]),
      tf.exp(a).pad([[0, 0], [2, 0]], 7).mul(2),
      a.sum().reshape([1]).pad([[1, 1]]),
      a.transpose().pad([[1, 0], [0, 1]]),
    ],
    [floats([2, 3])],
  ],
  [
    "gathers of rows, columns, scalars and negative places",
    (
      a: Tensor,
      i: Tensor,
    ) => [
      a.gather(i as Any, 0),
      a.gather(i as Any, 1).mul(2),
      a.gather(i.reshape([2, 2]) as Any, 0),
      a.gather(tf.scalar(1, "int32"), 1),
    ],
    [floats([3, 4]), ints([2, 0, 1, 2])],
  ],
  [
    "gradients of gathers add up",
    (a: Tensor, i: Tensor) => [
      grad((x: Tensor) => tf.square(x.gather(i as Any, 0)).sum())(a),
      grad((x: Tensor) => tf.square(x.gather(i as Any, 1)).sum())(a),
    ],
    [floats([3, 3]), ints([2, 0, 2, 1])],
  ],
  [
    "one-hot codes, running sums, extremes and sorted places",
    (
      a: Tensor,
      i: Tensor,
    ) => [
      tf.oneHot(i as Any, 4),
      tf.cumsum(a, 1),
      tf.cumsum(a, 0, true, true),
      tf.cumsum(i),
      a.argMax(0),
      a.argMin(1),
      tf.topk(a, 3).values,
      tf.topk(a, 2).indices,
    ],
    [floats([3, 5]), ints([3, 0, 1])],
  ],
  [
    "products in all four orientations",
    (
      a: Tensor,
      b: Tensor,
    ) => [
      a.matMul(b),
      a.matMul(a, true),
      a.matMul(a, false, true),
      b.matMul(a, true, true),
      tf.exp(a).matMul(b.add(1)),
      a.transpose().matMul(a),
      a.slice([1, 0], [3, 6]).matMul(b),
    ],
    [floats([5, 6]), floats([6, 5], -1, 1, 2)],
  ],
  [
    "products with vectors",
    (
      a: Tensor,
      b: Tensor,
    ) => [
      a.matMul(b, true),
      a.matMul(b.slice([0, 0], [21, 1]), true),
      a.slice([3, 0], [9, 5]).matMul(tf.exp(b.slice([3, 1], [9, 1])), true),
      a.transpose().matMul(a.slice([0, 2], [21, 1])),
      a.matMul(a.slice([2, 0], [1, 5]), false, true),
      a.slice([0, 1], [2, 3]).matMul(tf.ones([2, 1]), true),
    ],
    [floats([21, 5]), floats([21, 2], -1, 1, 3)],
  ],
  [
    "batched products with broadcasting",
    (
      a: Tensor,
      b: Tensor,
      c: Tensor,
    ) => [
      a.matMul(b),
      a.matMul(c),
      tf.matMul(c, b.slice([0, 0, 0], [2, 4, 2])),
      a.matMul(tf.ones([2, 4, 1])),
    ],
    [floats([2, 3, 4]), floats([2, 4, 2], -1, 1, 4), floats([4, 4], -1, 1, 7)],
    true,
  ],
  [
    "products of vectors of one element",
    (
      a: Tensor,
    ) => [a.reshape([1, 3]).matMul(a.reshape([3, 1])), a.sum().reshape([1, 1]).matMul(tf.ones([1, 2]))],
    [floats([3])],
  ],
  ["empty arrays", (a: Tensor) => [a.mul(2), a.sum(), tf.concat([a, tf.ones([2])]), a.reshape([0, 3])], [
    floats([0]),
  ], true],
  ["outputs that are inputs, constants, views, and the same value twice", (a: Tensor, b: Tensor) => {
    const e = tf.exp(a);
    return [
      a,
      a,
      e,
      e,
      e.reshape([2, 2]),
      tf.ones([2]),
      tf.scalar(3),
      a.reverse(0),
      b,
      e.slice([1], [2]),
      b.add(1),
      tf.tensor([1, 2, 3]),
    ];
  }, [floats([4]), floats([])]],
];

for (const [name, fn, inputs, eagerOnly] of cases) {
  Deno.test(`the JavaScript engine: ${name}`, () => check(fn, inputs, { eagerOnly }));
}

Deno.test("the JavaScript engine: every unary and binary operation over broadcast shapes", async () => {
  const unary = [
    tf.neg,
    tf.exp,
    tf.expm1,
    tf.sqrt,
    tf.abs,
    tf.sign,
    tf.reciprocal,
    tf.sin,
    tf.cos,
    tf.atan,
    tf.sinh,
    tf.cosh,
    tf.tanh,
    tf.asinh,
    tf.sigmoid,
    tf.softplus,
    tf.relu,
    tf.floor,
    tf.ceil,
    tf.round,
    tf.square,
    tf.log1p,
  ] as ((x: Tensor) => Tensor)[];
  const binary = [
    tf.add,
    tf.sub,
    tf.mul,
    tf.div,
    tf.maximum,
    tf.minimum,
    tf.squaredDifference,
  ] as ((a: Tensor, b: Tensor) => Tensor)[];
  const axis = fc.integer({ min: 1, max: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(axis, { maxLength: 4 }),
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fc.nat(4),
      fc.nat(100),
      async (shape, ones, drop, seed) => {
        const other = shape.map((s, i) => ones[i] ? 1 : s).slice(Math.min(drop, shape.length));
        const fn = (a: Tensor, b: Tensor) => {
          const c = binary[seed % binary.length](a, b),
            d = binary[(seed >> 2) % binary.length](b, tf.mul(c, 0.5)),
            f = unary[seed % unary.length];
          return [c, d, f(c), tf.sum(f(d)), tf.where(tf.greater(a, b), c, d), f(b)];
        };
        await check(fn, [floats(shape, 0.2, 1.5, seed), floats(other, 0.3, 1.4, seed + 1)], {
          eagerOnly: true,
          tolerance: 3e-6,
        });
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("the JavaScript engine: random programs equal eager tfjs", async () => {
  // Each number picks an operation and its operands among what there is so far.
  const build = (codes: number[]) => (x: Tensor, y: Tensor) => {
    const pool: Tensor[] = [x, y, x.add(y), tf.scalar(0.5)];
    for (const code of codes) {
      const a = pool[(code >> 4) % pool.length], b = pool[(code >> 9) % pool.length];
      const matrix = a.rank === 2 ? a : tf.mul(a.shape[0] === 4 ? a : a.sum(), tf.ones([3, 4])),
        n = matrix.shape[0],
        m = matrix.shape[1]!;
      pool.push([
        () => tf.tanh(matrix.add(b.sum())),
        () => matrix.transpose(),
        () => matrix.sum(0),
        () => matrix.max(1, true),
        () => tf.mul(a.mean(), b),
        () => matrix.reshape([m, n]),
        () => tf.concat([matrix, tf.sin(matrix)], 0).slice([1, 0], [n, m]),
        () => matrix.reverse(1),
        () => tf.tanh(matrix.matMul(matrix, false, true)),
        () => matrix.pad([[1, 0], [0, 0]]).slice([0, 0], [n, m]),
        () => tf.sigmoid(matrix).cumsum(1),
        () => tf.where(tf.greater(matrix, 0), matrix, tf.mul(matrix, 0.1)),
        () => tf.stack(tf.unstack(matrix).reverse()),
        () => tf.softmax(matrix),
        () => matrix.gather(tf.tensor1d([n - 1, 0], "int32")),
        () => tf.mul(a.sum(), 0.1),
      ][code & 15]());
    }
    return pool.slice(2);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(1 << 14), { minLength: 1, maxLength: 14 }),
      fc.nat(50),
      (codes, seed) =>
        check(build(codes), [floats([3, 4], -1, 1, seed), floats([4], -1, 1, seed + 1)], {
          eagerOnly: true,
          tolerance: 1e-4,
        }),
    ),
    { numRuns: 150 },
  );
});

const loops: [name: string, fn: (...x: Any[]) => Any, inputs: HostArray[], axes?: Any][] = [
  [
    "carries that change places",
    (a: Tensor, b: Tensor, xs: Tensor) =>
      scan(([p, q]: Tensor[], x: Tensor): Any => [[q, p], [p.add(x), q]], [a, b], xs),
    [floats([3]), floats([3], 5, 6), floats([4])],
  ],
  [
    "long carries that change places, one of them a part of an array",
    (a: Tensor, b: Tensor, xs: Tensor) =>
      scan(([p, q]: Tensor[], x: Tensor): Any => [[q, p], p.add(x).sum()], [a.slice([2], [300]), b], xs),
    [floats([303]), floats([300], 5, 6), floats([3])],
  ],
  [
    "scalar carries that change places",
    (a: Tensor, b: Tensor, xs: Tensor) =>
      scan(([p, q, r]: Tensor[], x: Tensor): Any => [[q, r, p.add(x)], p], [a, b, a], xs),
    [floats([]), floats([], 5, 6), floats([4])],
  ],
  [
    "a carry that is kept, one that is a constant, one that is scanned",
    (a: Tensor, xs: Tensor) =>
      scan(([p, q, r]: Tensor[], x: Tensor): Any => [[p, tf.zerosLike(q), x], [p.mul(x), q.add(r)]], [
        a,
        a,
        a,
      ], xs),
    [floats([3]), floats([4, 3])],
  ],
  [
    "a carry that is a view of itself",
    (a: Tensor, xs: Tensor) => scan((p: Tensor, x: Tensor): Any => [p.reverse(0), p.add(x)], a, xs),
    [floats([3]), floats([4, 3])],
  ],
  [
    "a carry that is read after it is computed",
    (a: Tensor, xs: Tensor) =>
      scan(
        (p: Tensor, x: Tensor): Any => {
          const next = tf.tanh(p.add(x));
          return [next, next.sum().mul(p)];
        },
        a,
        xs,
      ),
    [floats([3]), floats([4, 3])],
  ],
  [
    "a carry stacked as it was and as it is, twice",
    (a: Tensor, xs: Tensor) =>
      scan(
        (p: Tensor, x: Tensor): Any => {
          const next = p.mul(x);
          return [next, [p, next, next, x]];
        },
        a,
        xs,
      ),
    [floats([3]), floats([4, 3])],
  ],
  [
    "reversed",
    (a: Tensor, xs: Tensor) =>
      scan((p: Tensor, x: Tensor): Any => [p.mul(0.5).add(x), p.sub(x)], a, xs, { reverse: true }),
    [floats([3]), floats([5, 3])],
  ],
  [
    "over a transposed array and one row for all steps",
    (a: Tensor, xs: Tensor) =>
      scan((p: Tensor, [x, y]: Tensor[]): Any => [p.mul(0.5).add(x).add(y), p], a, [
        xs.transpose(),
        tf.broadcastTo(a, [5, 3]),
      ]),
    [floats([3]), floats([3, 5])],
  ],
  ["integers and booleans carried", (i: Tensor, xs: Tensor) =>
    scan(
      ([n, b]: Tensor[], x: Tensor): Any => {
        const up = tf.greater(x, 0);
        return [[n.add(tf.where(b, tf.scalar(2, "int32"), tf.scalar(1, "int32"))), up], [
          n.mul(tf.scalar(3, "int32")),
          b,
        ]];
      },
      [i, tf.greater(xs.slice([0], [1]).reshape([]), 0)],
      xs,
    ), [ints([1, 2]), floats([6])]],
  ["nested, with captured scalars and stacks within stacks", (a: Tensor, xs: Tensor, w: Tensor) => {
    const scale = w.sum();
    return scan(
      (p: Tensor, x: Tensor): Any => {
        const shift = tf.tanh(x.sum());
        const [q, ys] = scan(
          (c: Tensor, y: Tensor): Any => [tf.tanh(c.mul(w).add(y).add(shift)), [c.sum().mul(scale), c]],
          p,
          x,
          { reverse: true },
        );
        return [q.mul(0.5), [ys, q.sum()]];
      },
      a,
      xs,
    );
  }, [floats([3]), floats([4, 5, 3]), floats([3], 0, 1)]],
  ["a recurrent network and its gradient", (h: Tensor, xs: Tensor, w: Tensor) => {
    const loss = (v: Tensor) => {
      const [last, ys] = scan(
        (p: Tensor, x: Tensor): Any => {
          const next = tf.tanh(p.matMul(v).add(x));
          return [next, next.square().sum()];
        },
        h,
        xs,
      );
      return tf.add(last.sum(), (ys as Tensor).sum());
    };
    return [loss(w), grad(loss)(w)];
  }, [floats([2, 3]), floats([6, 2, 3]), floats([3, 3], -0.5, 0.5)]],
  ["long arrays in each step", (a: Tensor, xs: Tensor) =>
    scan(
      (p: Tensor, x: Tensor): Any => {
        const q = tf.sin(p.mul(x)), r = q.sub(q.mean()).reshape([50, 60]);
        return [r.reshape([3000]), [r.sum(0), r.max(), r.square().sum(1).mul(x)]];
      },
      a,
      xs,
    ), [floats([3000]), floats([4])]],
  [
    "over one step",
    (a: Tensor, xs: Tensor) => scan((p: Tensor, x: Tensor): Any => [p.add(x), p.mul(x)], a, xs),
    [floats([]), floats([1])],
  ],
];

for (const [name, fn, inputs] of loops) {
  Deno.test(`the JavaScript engine: a loop with ${name}`, () => check(fn, inputs, { tolerance: 3e-6 }));
}

Deno.test("the JavaScript engine: a loop of any length runs the same code", async () => {
  const fn = (a: Tensor, xs: Tensor) => {
    const [last, ys] = scan((p: Tensor, x: Tensor): Any => [p.mul(0.9).add(x), p.sum()], a, xs);
    return [
      last,
      ys,
      xs.sum(0),
      xs.mean(),
      (ys as Tensor).mul(2).reshape([-1, 1]),
      tf.concat([xs, xs], 0),
      tf.exp(xs).sum(1),
    ];
  };
  const js = compile(fn, { engine: "js", axes: [null, ["T", null]] });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (length) => {
      const inputs = [floats([3]), floats([length, 3], -1, 1, length)].map(single);
      close(
        flat(await js.arrays(...inputs)),
        flat((fn as Any)(...inputs.map(toTensor))),
        2e-5,
        `length ${length}`,
      );
    }),
    { numRuns: 40, examples: [[1], [200], [1], [7]] },
  );
});

Deno.test("the JavaScript engine: a loop of no steps gives back its first carries", async () => {
  const kept = compile((a: Tensor, xs: Tensor) => scan((p: Tensor, x: Tensor): Any => [p.mul(x), p], a, xs), {
    engine: "js",
    axes: [null, ["T"]],
  });
  const [last, ys] = await kept.arrays(single(floats([3])), { data: new Float32Array(0), shape: [0] });
  assert.deepEqual([[...last.data], ys.shape], [[...single(floats([3])).data], [0, 3]]);
});

Deno.test("the JavaScript engine: two symbolic axes, in products, reductions and padding", async () => {
  const fn = (x: Tensor, w: Tensor) => {
    const y = tf.tanh(x.reshape([-1, 3]).matMul(w)).reshape([x.shape[0], x.shape[1]!, 2]);
    return [
      y,
      y.sum(0),
      y.sum(1),
      y.transpose([1, 0, 2]).mul(2),
      y.max([0, 1]),
      tf.slice(y, [0, 0, 0], [x.shape[0], 1, 2]),
      y.sum([0, 2]).square(),
    ];
  };
  const js = compile(fn, { engine: "js", axes: [["B", "T", null]] });
  for (const [b, t] of [[2, 3], [1, 7], [5, 1], [40, 60], [2, 3]]) {
    const inputs = [floats([b, t, 3]), floats([3, 2])].map(single);
    close(flat(await js.arrays(...inputs)), flat((fn as Any)(...inputs.map(toTensor))), 2e-5, `[${b}, ${t}]`);
  }
});

Deno.test("the JavaScript engine: loops too long for one function, and functions too long for one", async () => {
  await check((a: Tensor) => [a.sum(), tf.exp(a).sum(0), a.square().max(1), tf.sin(a)], [floats([300, 40])], {
    tolerance: 2e-5,
  });
  await check(
    (a: Tensor) => {
      let s = a.sum(), v = a;
      const seen: Tensor[] = [];
      for (let i = 0; i < 400; i++) {
        s = tf.sin(s.mul(1.1).add(i % 7));
        if (i % 40 === 0) seen.push(v = tf.tanh(v.add(s)));
      }
      return [s, ...seen];
    },
    [floats([5])],
    { tolerance: 1e-3 },
  );
});

Deno.test("the JavaScript engine: a training loop with many scalar carries", async () => {
  const data = floats([17], -1, 1, 3);
  const fn = (init: Tensor[], steps: Tensor) => {
    const x = toTensor(data), y = x.mul(2).add(1);
    const loss = (p: Tensor[]) =>
      tf.square(
        p.slice(1).reduce((s, q, i) => s.add(q.mul(tf.pow(x, tf.scalar(i + 1)))), p[0].add(tf.zeros([17])))
          .sub(y),
      ).mean();
    return scan(
      ([p, m, v, b]: Any, _x: Tensor): Any => {
        const g = grad(loss)(p) as Tensor[], next = b.mul(0.9);
        const m1 = m.map((t: Tensor, i: number) => t.mul(0.9).add(g[i].mul(0.1))),
          v1 = v.map((t: Tensor, i: number) => t.mul(0.99).add(g[i].square().mul(0.01)));
        const p1 = p.map((t: Tensor, i: number) =>
          t.sub(m1[i].div(tf.sub(1, next)).div(tf.sqrt(v1[i]).add(1e-8)).mul(0.05))
        );
        return [[p1, m1, v1, next], loss(p)];
      },
      [init, init, init, tf.scalar(1)],
      steps,
    );
  };
  const js = compile(fn, { engine: "js", dtype: "float64" }),
    onnx = compile(fn, { engine: "onnx", dtype: "float64", threads: 1 });
  const init = [0.1, 0.2, 0.3, 0.4].map((v) => ({ data: Float64Array.of(v), shape: [] })),
    steps = floats([50]);
  close(flat(await js.arrays(init, steps)), flat(await onnx.arrays(init, steps)), 1e-9);
  await onnx.release();
});

Deno.test("the JavaScript engine: two runs of half the steps equal one run, bit for bit", async () => {
  const fn = (a: Tensor, s: Tensor, xs: Tensor) =>
    scan(
      (
        [p, q]: Tensor[],
        x: Tensor,
      ): Any => [[tf.sin(p.mul(1.7).add(x).add(q)), tf.cos(q.mul(3).add(p.sum()))], q],
      [a, s],
      xs,
    );
  const js = compile(fn, { engine: "js", axes: [null, null, ["T"]] }),
    part = (xs: HostArray, from: number, to: number) => ({
      data: xs.data.slice(from, to),
      shape: [to - from],
    });
  const a = single(floats([3])), s = single(floats([])), xs = single(floats([20]));
  const [once] = await js.arrays(a, s, xs),
    [half] = await js.arrays(a, s, part(xs, 0, 9)),
    [rest] = await js.arrays(half[0], half[1], part(xs, 9, 20));
  assert.deepEqual(flat(rest).map((r) => [...r.data]), flat(once).map((r) => [...r.data]));
});

Deno.test("the JavaScript engine: exp, sigmoid, tanh, softplus and log of many elements are right to the last digits", async () => {
  const fn = compile((x: Tensor) => [tf.exp(x), tf.sigmoid(x), tf.tanh(x), tf.softplus(x), tf.log(x)], {
    engine: "js",
    dtype: "float64",
  });
  const special = [
    0,
    -0,
    1e-300,
    -1e-20,
    1e-9,
    0.0108,
    -0.0109,
    709.78,
    709.79,
    -745,
    -746,
    Infinity,
    -Infinity,
    NaN,
    5e-324,
    2 ** -1022,
    Number.MAX_VALUE,
    1,
    1 - 2 ** -53,
    1 + 2 ** -52,
  ];
  const data = Float64Array.from([
    ...special,
    ...floats([500], 0.5, 1.5).data,
    ...Array.from(floats([500], -300, 300).data, (x) => 10 ** x),
    ...[0.01, 1, 20, 700].flatMap((w) => [...floats([500], -w, w, w).data]),
  ]);
  const results = flat(await fn.arrays({ data, shape: [data.length] }));
  const sigmoid = (x: number) => Math.exp(Math.min(x, 0)) / (1 + Math.exp(-Math.abs(x)));
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const exact = [Math.exp, sigmoid, Math.tanh, softplus, Math.log];
  results.forEach((result, k) =>
    data.forEach((x, i) => {
      const [a, e] = [result.data[i], exact[k](x)];
      assert.ok(
        Object.is(a, e) || a === e || Math.abs(a - e) <= (k < 3 ? 1e-14 : 1e-15) * Math.abs(e),
        `function ${k} of ${x}: ${a}, expected ${e}`,
      );
    })
  );
});

Deno.test("the JavaScript engine: an array given both as input and as output", async () => {
  const fn = compile((a: Tensor, b: Tensor) => [a.reverse(0).add(b), a.mul(2)], { engine: "js" }),
    program = await fn.program(tf.zeros([3]), tf.zeros([3]));
  const a = { data: Float32Array.of(1, 2, 3), shape: [3] },
    b = { data: Float32Array.of(10, 20, 30), shape: [3] };
  await program.run([a, b], [], { outputs: [a, b] });
  assert.deepEqual([[...a.data], [...b.data]], [[13, 22, 31], [2, 4, 6]]);
  const both = Float32Array.of(1, 2, 3, 10, 20, 30),
    part = (from: number) => ({ data: both.subarray(from, from + 3), shape: [3] });
  await program.run([part(0), part(3)], [], { outputs: [part(0), part(3)] });
  assert.deepEqual([...both], [13, 22, 31, 2, 4, 6]);
});

Deno.test("the JavaScript engine: element-wise chains and their sums are one loop without arrays between", () => {
  const { graph, inputs } = trace((x: Tensor, y: Tensor) => {
    const d = x.sub(y).mul(tf.exp(x));
    return [d.square().sum(), d.sum(), tf.abs(d).max()];
  }, [tf.zeros([50]), tf.zeros([50])]);
  optimise(graph);
  const { source, buffers } = generate(graph, inputs.map((i) => i.value), "float32");
  assert.equal(source.match(/for \(/g)?.length, 1);
  assert.equal(buffers.length, 0);
});

Deno.test("the JavaScript engine: what reads a carry goes before the next one is stored in its place", async () => {
  const loop = (w: Tensor, xs: Tensor) =>
    scan(
      (w: Tensor, x: Tensor) => {
        const units = x.matMul(w).sigmoid(), last = units.matMul(w), grad = units.matMul(x);
        return [w.sub(grad.mul(0.01)), last];
      },
      w,
      xs,
    );
  const of = (shape: number[]) => ({
    data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i)),
    shape,
  });
  const given = [of([20, 20]), of([3, 20, 20])], { graph, inputs } = trace(loop, given);
  const { source } = generate(graph, inputs.map((i) => i.value), "float32");
  // The first carry alone is copied.
  assert.equal(source.match(/\.set\(|\.copyWithin\(/g)?.length, 1, source);
  await check(loop, given, { tolerance: 1e-5 });
});

Deno.test("the JavaScript engine: a function traced again gives the same text, of which V8 keeps only one", () => {
  const text = () => {
    const walk = (at: Tensor, x: Tensor): [Tensor, Tensor] => [at.mul(0.5).add(x), at.exp().sum()];
    const { graph, inputs } = trace((x: Tensor) => {
      const [last, sums] = scan(walk, x.sum(0), x);
      return [last.max(), sums.sum(), x.matMul(x, false, true)];
    }, [tf.zeros([50, 3])]);
    optimise(graph);
    return generate(graph, inputs.map((i) => i.value), "float32").source;
  };
  assert.equal(text(), text());
});

Deno.test("the JavaScript engine refuses other devices and operations without a rule", () => {
  const strange: Op = { name: "Strange" }, graph = new Graph();
  const x = graph.input([2]);
  graph.outputs = [withGraph(graph, () => emitOne(strange, [x], undefined, [2], "float"))];
  const options = { precision: "float32", device: "cpu", threads: 1 } as const;
  assert.throws(() => jsEngine.load(graph, [x], options), {
    message: "Cannot lower Strange to JavaScript: there is no rule for it",
  });
  assert.throws(() => jsEngine.load(graph, [x], { ...options, device: "cuda" }), {
    message:
      'Cannot load the graph in the JavaScript engine on cuda: it runs on the cpu only; use engine "onnx"',
  });
});
