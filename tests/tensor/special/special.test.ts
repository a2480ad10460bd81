import assert from "node:assert/strict";
import fc from "fast-check";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";
import * as special from "../../../lib/tensor/special/mod.ts";
import { checkVjp } from "./derivatives.ts";
import { f64, inFloat64, read, vjpOf } from "./float64.ts";

type Unary = (x: Tensor) => Tensor;
const golden = JSON.parse(Deno.readTextFileSync(new URL("../../golden/special.json", import.meta.url))).cases;
const byName: Record<string, Unary> = {
  lgamma: special.lgamma,
  digamma: special.digamma,
  erf: special.erf,
  "log1p_exp(softplus)": special.softplus,
  log1mexp: special.log1mexp,
};
const derivative: Record<string, Unary> = {
  lgamma: special.digamma,
  digamma: (x) => special.polygamma(1, x),
};

function near(label: string, found: number[], expected: number[], relative: number, absolute = 1e-20): void {
  expected.forEach((y, i) => {
    const ok = Object.is(found[i], y) || found[i] === y ||
      Math.abs(found[i] - y) <= relative * Math.abs(y) + absolute;
    assert.ok(ok, `${label}[${i}]: found ${found[i]}, expected ${y}`);
  });
}

/** Checks float64 on the stand-in and float32 on the CPU. */
function check(
  label: string,
  f: Unary,
  x: number[],
  y: number[],
  relative64 = 1e-12,
  relative32 = 2e-6,
): void {
  near(`${label} float64`, inFloat64(() => read(f(f64(x)))), y, relative64);
  near(`${label} float32`, [...f(tf.tensor(x)).dataSync()], y, relative32);
}

Deno.test("special functions and their derivatives agree with SciPy to the last digits", () => {
  for (const { fn, x, y, dy } of golden) {
    check(fn, byName[fn], x, y);
    if (dy) check(`${fn}'`, derivative[fn], x, dy);
  }
});

// Computed with mpmath at 40 digits, at the doubles nearest to x.
const table: [string, Unary, number[], number[]][] = [
  ["lgamma of negatives", special.lgamma, [-0.5, -1.5, -10.25], [
    1.2655121234846454,
    0.860047015376481,
    -14.20399790093109,
  ]],
  ["digamma of negatives", special.digamma, [-0.5, -1.5], [0.03648997397857652, 0.7031566406452432]],
  ["trigamma of negatives", (x) => special.polygamma(1, x), [-0.5], [8.934802200544679]],
  ["polygamma(2)", (x) => special.polygamma(2, x), [0.25, 1.0, 30.0], [
    -129.32773993753693,
    -2.4041138063191885,
    -0.0011487652037286,
  ]],
  ["polygamma(3)", (x) => special.polygamma(3, x), [1.0], [6.493939402266829]],
  ["erfc", special.erfc, [-3.0, 0.3, 1.0, 2.0, 5.0], [
    1.9999779095030015,
    0.6713732405408726,
    0.15729920705028513,
    0.004677734981047266,
    1.537459794428035e-12,
  ]],
  ["erfinv", special.erfinv, [-0.5, 0.001, 0.9], [
    -0.4769362762044699,
    0.0008862271574665521,
    1.1630871536766743,
  ]],
  ["log1p", special.log1p, [1e-10, -0.5, 3.0], [
    9.999999999500001e-11,
    -0.6931471805599453,
    1.3862943611198906,
  ]],
  ["log1pmx", special.log1pmx, [1e-10, -0.4990234375, 0.25, 3.0], [
    -4.999999999666667e-21,
    -0.19217252292868356,
    -0.026856448685790246,
    -1.6137056388801094,
  ]],
  ["expm1", special.expm1, [1e-10, -0.5, -50.0], [1.00000000005e-10, -0.3934693402873666, -1.0]],
  ["logit", special.logit, [0.25, 0.75], [-1.0986122886681098, 1.0986122886681098]],
  ["normalCdf", special.normalCdf, [-8.0, 0.0, 1.0], [6.220960574271784e-16, 0.5, 0.8413447460685429]],
  ["logNormalCdf", special.logNormalCdf, [-40.0, -1.0, 2.0], [
    -804.6084420137538,
    -1.8410216450092636,
    -0.02301290932896349,
  ]],
  ["lgammaCorrection", special.lgammaCorrection, [0.1, 1.0, 1000.0], [
    0.512740081331915,
    0.08106146679532726,
    8.333333055555635e-05,
  ]],
];

for (const [label, f, x, y] of table) {
  Deno.test(`${label} has its digits in float32 and float64`, () => check(label, f, x, y, 1e-11, 1e-5));
}

Deno.test("special functions take infinite and out-of-domain arguments without surprises", () => {
  const at = (f: Unary, x: number) => f(tf.scalar(x)).dataSync()[0];
  const expected: [string, number, number][] = [
    ["lgamma(0)", at(special.lgamma, 0), Infinity],
    ["lgamma(-2)", at(special.lgamma, -2), Infinity],
    ["lgamma(Infinity)", at(special.lgamma, Infinity), Infinity],
    ["log1p(-1)", at(special.log1p, -1), -Infinity],
    ["log1p(-2)", at(special.log1p, -2), NaN],
    ["log1p(Infinity)", at(special.log1p, Infinity), Infinity],
    ["expm1(Infinity)", at(special.expm1, Infinity), Infinity],
    ["expm1(-Infinity)", at(special.expm1, -Infinity), -1],
    ["softplus(Infinity)", at(special.softplus, Infinity), Infinity],
    ["softplus(-Infinity)", at(special.softplus, -Infinity), 0],
    ["log1mexp(0)", at(special.log1mexp, 0), -Infinity],
    ["log1mexp(1)", at(special.log1mexp, 1), NaN],
    ["erf(Infinity)", at(special.erf, Infinity), 1],
    ["erfc(Infinity)", at(special.erfc, Infinity), 0],
    ["erfinv(1)", at(special.erfinv, 1), Infinity],
    ["erfinv(-1)", at(special.erfinv, -1), -Infinity],
    ["erfinv(1.5)", at(special.erfinv, 1.5), NaN],
    ["logit(0)", at(special.logit, 0), -Infinity],
    ["logit(1)", at(special.logit, 1), Infinity],
    ["xlogy(0, 0)", special.xlogy(tf.scalar(0), tf.scalar(0)).dataSync()[0], 0],
    ["xlog1py(0, -1)", special.xlog1py(tf.scalar(0), tf.scalar(-1)).dataSync()[0], 0],
  ];
  for (const [label, found, wanted] of expected) assert.equal(found, wanted, label);
});

const points: [string, (...inputs: Tensor[]) => Tensor, any[]][] = [
  ["lgamma", special.lgamma, [[0.2, 1.1, 4.5, -1.3]]],
  ["digamma", special.digamma, [[0.2, 1.1, 4.5, -1.3]]],
  ["polygamma(1)", (x) => special.polygamma(1, x), [[0.6, 4.5, -1.3]]],
  ["polygamma(2)", (x) => special.polygamma(2, x), [[0.6, 4.5, -1.3]]],
  ["lgammaCorrection", special.lgammaCorrection, [[0.2, 2.9, 8]]],
  ["digammaCorrection", special.digammaCorrection, [[0.2, 2.9, 8]]],
  ["logRatio", special.logRatio, [[[1], [2.2]], [0.9, 2, 70]]],
  ["log1p", special.log1p, [[-0.4, 1e-4, 3]]],
  ["log1pmx", special.log1pmx, [[-0.7, -0.4, 1e-4, 3]]],
  ["log1pSquareRatio", special.log1pSquareRatio, [[[-3], [0.2], [40]], [0.5, 2, 70]]],
  ["expm1", special.expm1, [[-4, 1e-4, 3]]],
  ["softplus", special.softplus, [[-4, 0, 3]]],
  ["log1mexp", special.log1mexp, [[-4, -0.3]]],
  ["erf", special.erf, [[-2, 0.3, 1.4]]],
  ["erfc", special.erfc, [[-2, 0.3, 1.4]]],
  ["erfcxAbove1", special.erfcxAbove1, [[1.2, 9]]],
  ["erfinv", special.erfinv, [[-0.7, 0.1, 0.995]]],
  ["logNormalCdf", special.logNormalCdf, [[-9, -1, 2]]],
  ["xlogy", special.xlogy, [[[2], [0.3]], [1.5, 3]]],
  ["xlog1py", special.xlog1py, [[[2], [0.3]], [1.5, -0.3]]],
  ["sigmoidCrossEntropy", special.sigmoidCrossEntropy, [[[-2], [0], [3]], [0, 1]]],
  ["logsumexp", (x) => special.logsumexp(x, -1, true), [[[1, -2, 0.4], [5, 5, 5]]]],
];
for (const [label, f, inputs] of points) {
  Deno.test(`${label}'s derivative rule agrees with differences`, () => checkVjp(label, f, inputs));
}

Deno.test("lgamma() satisfies its recurrence wherever it is evaluated", () => {
  fc.assert(fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (x) => {
    const [a, b] = inFloat64(() => read(special.lgamma(f64([x + 1, x]))));
    assert.ok(Math.abs(a - b - Math.log(x)) <= 1e-12 * Math.max(1, Math.abs(a), Math.abs(b)), `at ${x}`);
  }));
});

Deno.test("erf() undoes erfinv()", () => {
  fc.assert(fc.property(fc.double({ min: -0.999999, max: 0.999999, noNaN: true }), (y) => {
    const [back] = inFloat64(() => read(special.erf(special.erfinv(f64([y])))));
    assert.ok(Math.abs(back - y) < 1e-11, `at ${y}: ${back}`);
  }));
});

Deno.test("betaln() and multivariateBetaln() agree with the definition by lgamma", () => {
  inFloat64(() => {
    const a = f64([0.01, 2, 150, 7]), b = f64([10, 0.5, 3, 7]);
    const direct = special.lgamma(a).add(special.lgamma(b)).sub(special.lgamma(a.add(b)));
    near("betaln", read(special.betaln(a, b)), read(direct), 1e-11);
    near("multivariateBetaln", read(special.multivariateBetaln(tf.stack([a, b], -1))), read(direct), 1e-11);
  });
});

Deno.test("logsumexp() is safe at infinities, and reduces any axes", () => {
  const x = tf.tensor2d([[-Infinity, -Infinity], [0, -Infinity], [Infinity, 1], [1000, 1000]]);
  near("rows", [...special.logsumexp(x, 1).dataSync()], [-Infinity, 0, Infinity, 1000 + Math.LN2], 1e-6);
  const y = tf.zeros([2, 3, 4]);
  assert.deepEqual(special.logsumexp(y, [0, -1]).shape, [3]);
  assert.deepEqual(special.logsumexp(y, 1, true).shape, [2, 1, 4]);
  near("all", [...special.logsumexp(y).dataSync()], [Math.log(24)], 1e-6);
});

Deno.test("logsumexp()'s gradient is 0, not NaN, where all terms are impossible", () => {
  inFloat64(() => {
    const [cotangent] = vjpOf((x) => special.logsumexp(x, 0, true), [f64([-Infinity, -Infinity])], f64([1]));
    assert.deepEqual(read(cotangent!), [0, 0]);
  });
});

Deno.test("polygamma() throws for an order that it lacks", () => {
  for (const n of [0, -1, 1.5, 21]) {
    assert.throws(() => special.polygamma(n, tf.scalar(1)), {
      message:
        `Cannot compute polygamma of order ${n}: expected an integer from 1 to 20 (order 0 is digamma)`,
    });
  }
});
