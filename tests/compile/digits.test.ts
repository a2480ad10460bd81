import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { type HostArray, special, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { engines, isAbsent } from "./engines.ts";

const sigmoid = (x: number): number => x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const minusLogSigmoid = (x: number): number => softplus(-x);
const bump = (x: number): number => sigmoid(x) * sigmoid(-x);

/** Functions of tensors, the same of numbers, and where they are defined. */
const functions: [
  name: string,
  of: (x: Tensor) => Tensor,
  expected: (x: number) => number,
  least?: number,
][] = [
  ["exp", tf.exp, Math.exp],
  ["expm1", tf.expm1, Math.expm1],
  ["log1p", tf.log1p, Math.log1p, -0.999],
  ["sigmoid", tf.sigmoid, sigmoid],
  ["softplus", tf.softplus, softplus],
  ["the cross entropy of a logit and 0", (x) => special.sigmoidCrossEntropy(x, tf.scalar(0)), softplus],
  [
    "the cross entropy of a logit and 1",
    (x) => special.sigmoidCrossEntropy(x, tf.scalar(1)),
    minusLogSigmoid,
  ],
  // In one loop, which computes one exponential for them.
  ["a sigmoid times that of minus x", (x) => x.sigmoid().mul(x.neg().sigmoid()), bump],
  [
    "a sigmoid times softplus of -|x|",
    (x) => x.sigmoid().mul(tf.softplus(x.abs().neg())),
    (x) => sigmoid(x) * softplus(-Math.abs(x)),
  ],
  ["tanh", tf.tanh, Math.tanh],
  ["sinh", tf.sinh, Math.sinh],
  ["cosh", tf.cosh, Math.cosh],
  ["asinh", tf.asinh, Math.asinh],
  ["acosh", tf.acosh, Math.acosh, 1],
  ["atan", tf.atan, Math.atan],
  ["sqrt", tf.sqrt, Math.sqrt, 0],
];
const points = [1e-12, 1e-8, 1e-3, 0.5, 1, 5, 20, 40, 80, 700, 1e25].flatMap((x) => [x, -x]);
const within = points.filter((x) => Math.abs(x) < 1).concat(0.999, -0.999);

for (const engine of engines) {
  for (
    const [dtype, tolerance, least, most] of [["float64", 1e-13, 1e-300, 1e300], [
      "float32",
      2e-6,
      1e-37,
      1e37,
    ]] as const
  ) {
    Deno.test({
      name: `functions keep their digits far from zero and close to it, in ${dtype} with ${engine}${
        isAbsent(engine) ? " (skipped: its library is not here)" : ""
      }`,
      ignore: isAbsent(engine),
      async fn() {
        const check = async (
          name: string,
          of: (x: Tensor) => Tensor,
          expected: (x: number) => number,
          xs: readonly number[],
        ) => {
          // The numbers that float32 has, where the expected ones are numbers that the type has
          // too.
          const given = [...Float32Array.from(xs)].filter((x) => {
            const size = Math.abs(expected(x));
            return size >= least && size <= most;
          });
          const compiled = compile(of, { engine, dtype });
          const { data }: HostArray = await compiled.arrays({
            data: Float64Array.from(given),
            shape: [given.length],
          });
          given.forEach((x, i) => {
            const apart = Math.abs(data[i] / expected(x) - 1);
            assert.ok(apart <= tolerance, `${name}(${x}) is ${data[i]}, expected ${expected(x)}`);
          });
          await compiled.release();
        };
        for (const [name, of, expected, from = -Infinity] of functions) {
          await check(name, of, expected, points.filter((x) => x >= from));
        }
        await check("atanh", tf.atanh, Math.atanh, within);
        const limits = compile((x: Tensor) => [tf.softplus(x), tf.sigmoid(x), tf.sinh(x), tf.asinh(x)], {
          engine,
          dtype,
        });
        const found: HostArray[] = await limits.arrays({
          data: Float64Array.of(-Infinity, Infinity, NaN),
          shape: [3],
        });
        assert.deepEqual(found.map(({ data }) => [...data]), [
          [0, Infinity, NaN],
          [0, 1, NaN],
          [-Infinity, Infinity, NaN],
          [-Infinity, Infinity, NaN],
        ]);
        await limits.release();
      },
    });
  }
}
