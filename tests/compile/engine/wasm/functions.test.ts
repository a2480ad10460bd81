import assert from "node:assert/strict";
import { vectorLimits } from "../../../../lib/compile/internals.ts";
import { compile } from "../../../../lib/compile/mod.ts";
import * as special from "../../../../lib/compile/ops/special.ts";
import { type HostArray, special as ofTensors, type Tensor, tf } from "../../../../lib/tensor/mod.ts";
import { vectorMachine } from "../../../../lib/compile/engine/wasm/machine.ts";
import { type FunctionName, ofArrays } from "./function_module.ts";
import table from "./functions.json" with { type: "json" };

const { hasVectors, isFused } = vectorMachine(), ways = isFused ? [true, false] : [false];

/** The distance between neighbours of a float32 number. */
function unit(x: number): number {
  return Math.max(2 ** -149, 2 ** (Math.floor(Math.log2(Math.abs(x))) - 23));
}

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
  erf: special.erf,
  erfc: special.erfc,
  lgamma: special.lgamma,
  digamma: special.digamma,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
};
const names = Object.keys(inJs) as FunctionName[];

/** What the functions' comments say: ulp in float32, relative in float64. */
const stated = Object.fromEntries(
  ["exponential", "logarithm", "trigonometric", "error", "gamma"].flatMap((file) => {
    const url = new URL(`../../../../lib/compile/engine/wasm/math/${file}.ts`, import.meta.url);
    const text = Deno.readTextFileSync(url).replaceAll(/\n \*\/?/g, "");
    const found = text.matchAll(
      /ithin ([\d.]+) ulp in float32, ([\d.e-]+) in float64[^/*]*(?:\*\/)?\nexport function (\w+)/g,
    );
    return [...found].map((
      [, ulp, relative, name],
    ) => [name, { ulp: Number(ulp), relative: Number(relative) }]);
  }),
);

/** What an error is relative to: below 0 gamma functions' reflection has two terms that cancel. */
function sizeOf(name: string, x: number, value: number): number {
  const isReflected = x < 0 && (name === "lgamma" || name === "digamma");
  return Math.abs(value) + (isReflected ? Math.abs(special[name](1 - x)) : 0);
}

Deno.test("every vector function states errors of at most 2 ulp and 4e-16", () => {
  assert.deepEqual(Object.keys(stated).sort(), names.toSorted());
  for (const [name, { ulp, relative }] of Object.entries(stated)) {
    assert.ok(ulp <= 2 && relative <= 4e-16, name);
  }
});

Deno.test({
  name: "vector functions are within their stated errors of values to 50 digits",
  ignore: !hasVectors,
  fn: () => {
    for (const [name, { float32, float64 }] of Object.entries(table)) {
      const { ulp, relative } = stated[name];
      for (const fused of ways) {
        const single = ofArrays(name as FunctionName, "float32", fused)(float32.map(([x]) => x));
        float32.forEach(([x, upper], i) => {
          const off = Math.abs(single[i] - upper) / unit(upper);
          assert.ok(off <= ulp, `${name}(${x}) is ${single[i]}, expected ${upper}`);
        });
        const double = ofArrays(name as FunctionName, "float64", fused)(float64.map(([x]) => x));
        float64.forEach(([x, upper, lower], i) => {
          const off = Math.abs(double[i] - upper - lower) / sizeOf(name, x, upper);
          assert.ok(off <= relative, `${name}(${x}) is ${double[i]}, expected ${upper}: off by ${off}`);
        });
      }
    }
  },
});

Deno.test("functions in engine js are within 4e-16 of values to 50 digits", async () => {
  const all = { ...tf, ...ofTensors } as unknown as Record<string, (x: Tensor) => Tensor>;
  for (const [name, { float64 }] of Object.entries(table)) {
    const data = Float64Array.from(float64, ([x]) => x);
    const program = compile((x: Tensor) => all[name](x), { engine: "js", dtype: "float64" });
    const found = await program.arrays({ data, shape: [data.length] } as never) as unknown as HostArray;
    float64.forEach(([x, upper, lower], i) => {
      const off = Math.abs(found.data[i] - upper - lower) / sizeOf(name, x, upper);
      assert.ok(off <= 4e-16, `${name}(${x}): off by ${off}`);
    });
  }
});

Deno.test({
  name: "vector functions in float32 are within their stated errors of numbers all over their range",
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
            assert.ok(off <= stated[name].ulp, `${name}(${given[i]}) is ${y}, expected ${stored}`);
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

Deno.test("the largest and the smallest of a few values of a function are among them", async () => {
  const { least } = vectorLimits;
  vectorLimits.least = 0;
  try {
    for (const name of names) {
      const fn: (x: Tensor) => Tensor = name in ofTensors
        ? ofTensors[name as keyof typeof ofTensors] as any
        : (x) => (tf as any)[name](x);
      for (const dtype of ["float32", "float64"] as const) {
        for (const columns of [1, 2, 3, 5, 7]) {
          const data = Float32Array.from({ length: 4 * columns }, (_, i) => 0.1 + ((i * 7) % 11) * 0.37);
          const program = compile((x: Tensor) => {
            const y = fn(x);
            return [y, tf.max(y, 1), tf.min(y, 1)];
          }, { engine: "wasm", dtype });
          const [all, most, fewest] = (await program.arrays({ data, shape: [4, columns] })) as HostArray[];
          await program.release();
          for (let row = 0; row < 4; row++) {
            const values = all.data.slice(row * columns, (row + 1) * columns) as Float32Array;
            assert.equal(most.data[row], Math.max(...values), `${name} of ${columns} (${dtype})`);
            assert.equal(fewest.data[row], Math.min(...values), `${name} of ${columns} (${dtype})`);
          }
        }
      }
    }
  } finally {
    vectorLimits.least = least;
  }
});
