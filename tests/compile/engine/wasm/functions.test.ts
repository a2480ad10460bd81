import assert from "node:assert/strict";
import { vectorMachine } from "../../../../lib/compile/engine/wasm/machine.ts";
import { type FunctionName, ofArrays } from "./function_module.ts";
import table from "./functions.json" with { type: "json" };

const { hasVectors, isFused } = vectorMachine(), ways = isFused ? [true, false] : [false];

/** The distance between neighbours of a float32 number. */
function unit(x: number): number {
  return Math.max(2 ** -149, 2 ** (Math.floor(Math.log2(Math.abs(x))) - 23));
}

/** The limits of a function: units in the last place in float32, relative in float64. */
const limits = (name: string): [number, number] => name === "tan" ? [3, 6e-16] : [2, 4e-16];

Deno.test({
  name: "vector functions are within 2 units in the last place, and 4e-16, of values to 50 digits",
  ignore: !hasVectors,
  fn: () => {
    for (const [name, { float32, float64 }] of Object.entries(table)) {
      const [units, relative] = limits(name);
      for (const fused of ways) {
        const single = ofArrays(name as FunctionName, "float32", fused)(float32.map(([x]) => x));
        float32.forEach(([x, upper], i) => {
          const off = Math.abs(single[i] - upper) / unit(upper);
          assert.ok(off <= units, `${name}(${x}) is ${single[i]}, expected ${upper}`);
        });
        const double = ofArrays(name as FunctionName, "float64", fused)(float64.map(([x]) => x));
        float64.forEach(([x, upper, lower], i) => {
          const off = Math.abs((double[i] - upper - lower) / upper);
          assert.ok(off <= relative, `${name}(${x}) is ${double[i]}, expected ${upper}: off by ${off}`);
        });
      }
    }
  },
});

const inJs: Record<FunctionName, (x: number) => number> = {
  exp: Math.exp,
  expm1: Math.expm1,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
};
const names = Object.keys(inJs) as FunctionName[];

Deno.test({
  name: "vector functions in float32 are within 2 units in the last place of numbers all over their range",
  ignore: !hasVectors,
  fn: () => {
    const count = 20_000, any = new Uint32Array(count), xs = new Float32Array(any.buffer);
    for (let i = 0; i < count; i++) any[i] = Math.imul(i, 0x9e3779b1);
    const near = xs.map((_, i) => ((i * 0.6180339887) % 1 - 0.5) * 24);
    for (const name of names) {
      for (const fused of ways) {
        const apply = ofArrays(name, "float32", fused);
        for (const given of [xs, near]) {
          apply(given).forEach((y, i) => {
            const exact = inJs[name](given[i]), stored = Math.fround(exact);
            if (Object.is(y, stored)) return;
            const off = Math.abs(y - exact) / unit(exact);
            assert.ok(off <= limits(name)[0], `${name}(${given[i]}) is ${y}, expected ${stored}`);
          });
        }
      }
    }
  },
});

Deno.test({
  name: "vector functions of NaN, infinities, zeros and the least numbers are those of JavaScript",
  ignore: !hasVectors,
  fn: () => {
    const ends = { float32: [2 ** -149, 3.4028234663852886e38], float64: [5e-324, Number.MAX_VALUE] };
    for (const name of names) {
      for (const precision of ["float32", "float64"] as const) {
        const [least, most] = ends[precision];
        const xs = [0, -0, NaN, Infinity, -Infinity, -1, -2, least, -least, most, -most, 2 ** -130];
        const found = ofArrays(name, precision, isFused)(xs);
        const expected = xs.map(inJs[name]).map((x) => precision === "float32" ? Math.fround(x) : x);
        found.forEach((y, i) => {
          const e = expected[i], isNear = Math.abs(y - e) <= 4e-7 * Math.abs(e) && e !== 0;
          assert.ok(Object.is(y, e) || isNear, `${precision} ${name}(${xs[i]}) is ${y}, expected ${e}`);
        });
      }
    }
  },
});
