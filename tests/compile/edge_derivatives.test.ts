import assert from "node:assert/strict";
import { compile, grad } from "../../lib/compile/mod.ts";
import { type HostArray, special, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { engines, isAbsent } from "./engines.ts";

type Numbers = readonly (number | readonly number[])[];

/** A function at an edge: its arguments, its derivatives there, and the derivatives of their sum. */
type Edge = [
  name: string,
  of: (...x: Tensor[]) => Tensor,
  at: Numbers,
  first: Numbers,
  second?: Numbers,
];

const { Infinity: inf, NaN: nan } = globalThis;
const powers = (...b: number[]) => (x: Tensor) => tf.pow(x, tf.tensor1d(b));
const entry = (of: (x: Tensor) => Tensor, i: number) => (x: Tensor) => of(x).slice([i], [1]);
/** Slopes of e^x: sigmoid and softplus far below 0. */
const small = Math.exp(-20), tiny = small / (1 + small), slope = tiny * (1 - tiny);

/** What PyTorch 2.15.0 and JAX 0.10.2 both give, measured in float64. */
const agreed: Edge[] = [
  ["mod", tf.mod, [4.5, 3], [1, -1], [0, 0]],
  ["mod of a negative number", tf.mod, [-1, 3], [1, 1], [0, 0]],
  ["mod of a multiple", tf.mod, [6, 3], [1, -2], [0, 0]],
  ["mod by a negative number", tf.mod, [4.5, -3], [1, 2], [0, 0]],
  ["mod by infinity", tf.mod, [1, inf], [1, 0]],
  ["atan2 straight up", tf.atan2, [1, 0], [0, -1], [1, 1]],
  ["atan2 straight down", tf.atan2, [-1, 0], [0, 1], [1, 1]],
  ["atan2 to the right", tf.atan2, [0, 1], [1, 0], [-1, -1]],
  ["atan2 to the left", tf.atan2, [0, -1], [-1, 0], [-1, -1]],
  ["atan2 close to the origin", tf.atan2, [1e-15, 1e-15], [5e14, -5e14]],
  ["pow with exponent 1 at 0", tf.pow, [0, 1], [1, 0]],
  ["pow with exponent 2 at 0", tf.pow, [0, 2], [0, 0]],
  ["pow with exponent 3 at 0", tf.pow, [0, 3], [0, 0]],
  ["pow with exponent 1/2 at 0", tf.pow, [0, 0.5], [inf, 0]],
  ["pow with exponent 0", tf.pow, [2, 0], [0, Math.LN2], [0.5, 0.5 + Math.LN2 ** 2]],
  ["pow of a negative number", tf.pow, [-2, 3], [12, nan]],
  ["powers 0 to 3 of 0", powers(0, 1, 2, 3), [0], [1], [2]],
  ["squares of 0", powers(2), [0], [0], [2]],
  ["maximum of equals", tf.maximum, [1, 1], [0.5, 0.5], [0, 0]],
  ["minimum of equals", tf.minimum, [1, 1], [0.5, 0.5], [0, 0]],
  ["sign", tf.sign, [0], [0], [0]],
  ["relu", tf.relu, [0], [0], [0]],
  ["relu6 at 0", tf.relu6, [0], [0], [0]],
  ["relu6 at 6", tf.relu6, [6], [0], [0]],
  ["sqrt", tf.sqrt, [0], [inf], [-inf]],
  ["rsqrt", tf.rsqrt, [0], [-inf]],
  ["reciprocal", tf.reciprocal, [0], [-inf], [inf]],
  ["log", tf.log, [0], [inf], [-inf]],
  ["log1p at -1", tf.log1p, [-1], [inf], [-inf]],
  ["elu at 0", tf.elu, [0], [1]],
  ["selu at 0", tf.selu, [0], [1.0507009873554805 * 1.6732632423543772]],
  ["asin at 1", tf.asin, [1], [inf]],
  ["acos at 1", tf.acos, [1], [-inf]],
  ["acosh at 1", tf.acosh, [1], [inf]],
  ["atanh at 1", tf.atanh, [1], [inf]],
  ["erf at 0", special.erf, [0], [2 / Math.sqrt(Math.PI)], [0]],
  ["sigmoid at -20", tf.sigmoid, [-20], [slope], [slope * (1 - 2 * tiny)]],
  ["sigmoid at 800", tf.sigmoid, [800], [0], [0]],
  ["sigmoid at -800", tf.sigmoid, [-800], [0], [0]],
  ["sigmoid at infinity", tf.sigmoid, [inf], [0], [0]],
  ["softplus at -20", tf.softplus, [-20], [tiny], [slope]],
  ["softplus at 800", tf.softplus, [800], [1], [0]],
  ["softplus at -infinity", tf.softplus, [-inf], [0], [0]],
  ["tanh at 20", tf.tanh, [20], [0], [0]],
  ["tanh at -infinity", tf.tanh, [-inf], [0], [0]],
  ["expm1 at -800", tf.expm1, [-800], [0], [0]],
  ["logSigmoid at -800", tf.logSigmoid, [-800], [1], [0]],
  ["prod with a zero", (x) => tf.prod(x), [[0, 2, 3]], [[6, 0, 0]], [[5, 3, 2]]],
  ["prod with two zeros", (x) => tf.prod(x), [[0, 0, 3]], [[0, 0, 0]], [[3, 3, 0]]],
  ["max of equals", (x) => tf.max(x), [[1, 1, 0]], [[0.5, 0.5, 0]], [[0, 0, 0]]],
  ["min of equals", (x) => tf.min(x), [[1, 1, 2]], [[0.5, 0.5, 0]], [[0, 0, 0]]],
  ["max of NaN", (x) => tf.max(x), [[nan, 1]], [[nan, nan]]],
  ["topk of equals", (x) => tf.topk(x, 1).values, [[1, 1, 0]], [[1, 0, 0]], [[0, 0, 0]]],
  ["gather of one element twice", (x) => tf.gather(x, [1, 1, 0]), [[1, 2, 3]], [[1, 2, 0]], [[0, 0, 0]]],
  ["logSumExp with -infinity", (x) => tf.logSumExp(x), [[-inf, 0]], [[0, 1]], [[0, 0]]],
  ["logSumExp with infinity", (x) => tf.logSumExp(x), [[inf, 0]], [[nan, 0]]],
  ["logSumExp with both infinities", (x) => tf.logSumExp(x), [[inf, -inf]], [[nan, 0]]],
  ["softmax of -infinity", entry(tf.softmax, 0), [[-inf, 0, 1]], [[0, 0, 0]], [[0, 0, 0]]],
  ["softmax beside -infinity", entry(tf.softmax, 1), [[-inf, 0, 0]], [[0, 0.25, -0.25]], [[0, 0, 0]]],
  ["softmax of -infinity alone", entry(tf.softmax, 0), [[-inf, -inf]], [[nan, nan]]],
  ["logSoftmax of -infinity", entry(tf.logSoftmax, 0), [[-inf, 0, 0]], [[1, -0.5, -0.5]], [[0, 0, 0]]],
  ["logSoftmax beside -infinity", entry(tf.logSoftmax, 1), [[-inf, 0, 0]], [[0, 0.5, -0.5]], [[0, 0, 0]]],
  // The derivative of a branch that is not taken is 0 times its slope: NaN where that is infinite.
  [
    "where beside an infinite slope",
    (x) => tf.where(x.greater(0), x.log(), tf.zerosLike(x)),
    [0],
    [nan],
  ],
  [
    "where of a number made harmless before",
    (x) => tf.where(x.greater(0), tf.where(x.greater(0), x, tf.onesLike(x)).log(), tf.zerosLike(x)),
    [0],
    [0],
    [0],
  ],
  ["floor", tf.floor, [1.5], [0], [0]],
  ["ceil", tf.ceil, [1.5], [0], [0]],
  ["round", tf.round, [1.5], [0], [0]],
];

/** Where the two differ, or give NaN, with what each gives and which was taken. */
const decided: [...Edge, taken: string][] = [
  ["floorDiv", tf.floorDiv, [4.5, 3], [0, 0], [0, 0], "JAX: 0; PyTorch has none"],
  ["atan2 at the origin", tf.atan2, [0, 0], [nan, nan], [nan, nan], "JAX: NaN; PyTorch 0"],
  ["pow 0^0", tf.pow, [0, 0], [0, 0], undefined, "PyTorch: 0; JAX NaN"],
  ["pow 1/0", tf.pow, [0, -1], [-inf, -inf], undefined, "PyTorch: -Infinity; JAX NaN"],
  ["maximum of NaN", tf.maximum, [nan, 1], [1, 1], undefined, "PyTorch: 1 for both; JAX 0"],
  ["abs at 0", tf.abs, [0], [0], [0], "PyTorch: 0; JAX 1"],
  ["leakyRelu at 0", (x) => tf.leakyRelu(x, 0.25), [0], [0.25], [0], "PyTorch: the slope below; JAX 1"],
  ["elu at 0, twice", tf.elu, [0], [1], [1], "JAX: 1; PyTorch 0"],
  [
    "clip at its lower end",
    (x) => tf.clipByValue(x, 0, 1),
    [0],
    [0],
    [0],
    "torch.clamp and lax.clamp: 0; jnp.clip 1/2",
  ],
  [
    "clip at its upper end",
    (x) => tf.clipByValue(x, 0, 1),
    [1],
    [0],
    [0],
    "torch.clamp and lax.clamp: 0; jnp.clip 1/2",
  ],
  [
    "logSumExp of -infinity alone",
    (x) => tf.logSumExp(x),
    [[-inf, -inf]],
    [[0, 0]],
    [[0, 0]],
    "neither: both NaN",
  ],
  [
    "xlogy at 0, 0",
    special.xlogy,
    [0, 0],
    [-inf, 0],
    undefined,
    "JAX: -Infinity for x; PyTorch 0; both NaN for y",
  ],
  ["norm at 0", (x) => tf.norm(x), [[0, 0]], [[nan, nan]], undefined, "JAX: NaN; PyTorch 0"],
  ["sum of sizes at 0", (x) => tf.norm(x, 1), [[0, 0]], [[0, 0]], undefined, "PyTorch: 0; JAX 1"],
];

const edges: Edge[] = [
  ...agreed,
  ...decided.map(([name, of, at, first, second]): Edge => [name, of, at, first, second]),
];

const arrays = (x: Numbers): HostArray[] =>
  x.map((v) =>
    typeof v === "number"
      ? { data: Float64Array.of(v), shape: [] }
      : { data: Float64Array.from(v), shape: [v.length] }
  );

/** First derivatives of the sum of each function, and the derivatives of their sum. */
function derivatives(points: Tensor[][]): { first: Tensor[][]; second: Tensor[][] } {
  const found = edges.map(([, of, at], i) => {
    const argnums = at.map((_, k) => k);
    const once = grad((...x: Tensor[]) => of(...x).sum() as Tensor, { argnums });
    const total = (...x: Tensor[]) => (once(...x) as Tensor[]).map((d) => d.sum()).reduce((a, b) => a.add(b));
    return [
      once(...points[i]),
      grad(total as (...x: Tensor[]) => Tensor, { argnums })(...points[i]),
    ] as Tensor[][];
  });
  return { first: found.map(([d]) => d), second: found.map(([, d]) => d) };
}

function checkAll(found: { first: number[][][]; second: number[][][] }, digits: number): void {
  const wrong: string[] = [];
  const check = (name: string, got: number[][], expected: Numbers | undefined): void => {
    expected?.forEach((e, k) =>
      [e].flat().forEach((value, i) => {
        const g = got[k][i];
        const isClose = Object.is(g, value) || g === value ||
          Math.abs(g - value) <= digits * Math.max(1e-12, Math.abs(value));
        if (!isClose) wrong.push(`${name} in argument ${k}: [${got[k]}], expected [${e}]`);
      })
    );
  };
  edges.forEach(([name, , , once, twice], i) => {
    check(name, found.first[i], once);
    check(`${name}, second derivative`, found.second[i], twice);
  });
  assert.deepEqual(wrong, []);
}

for (const engine of engines) {
  for (const [dtype, digits] of [["float32", 3e-5], ["float64", 1e-9]] as const) {
    Deno.test({
      name: `derivatives at edges are those of PyTorch and JAX, in ${dtype} with ${engine}`,
      ignore: isAbsent(engine),
      async fn() {
        const compiled = compile(derivatives, { engine, dtype });
        const result = await compiled.arrays(edges.map(([, , at]) => arrays(at)));
        const plain = (all: HostArray[][]) => all.map((ds) => ds.map(({ data }) => [...data]));
        checkAll({ first: plain(result.first), second: plain(result.second) }, digits);
        await compiled.release();
      },
    });
  }
}

Deno.test("derivatives at edges are the same eagerly", () => {
  const { first, second } = derivatives(edges.map(([, , at]) => at.map((v) => tf.tensor(v as number[]))));
  const plain = (all: Tensor[][]) => all.map((ds) => ds.map((d) => [...d.dataSync()]));
  checkAll({ first: plain(first), second: plain(second) }, 3e-5);
});
