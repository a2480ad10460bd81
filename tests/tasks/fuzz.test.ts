import assert from "node:assert/strict";
import fc from "fast-check";
import { inTemporaryFolder } from "../temporary.ts";
import { fuzz } from "../../tasks/fuzz.ts";
import { trace } from "../../lib/compile/mod.ts";
import { type HostArray, tf } from "../../lib/tensor/mod.ts";
import { ProgramArbitrary } from "../../tasks/fuzz/arbitrary.ts";
import { caseOf } from "../../tasks/fuzz/case.ts";
import { Fault } from "../../tasks/fuzz/check.ts";
import { wrongSlope } from "../../tasks/fuzz/differences.ts";
import type { Runner } from "../../tasks/fuzz/engines.ts";
import { operations } from "../../tasks/fuzz/operations.ts";
import { interpret, type Rules, rules } from "../../tasks/fuzz/oracle.ts";
import { evaluate, type Program, textOf } from "../../tasks/fuzz/program.ts";
import { search } from "../../tasks/fuzz/search.ts";
import { compare, expect } from "../../tasks/fuzz/tolerance.ts";

/** An engine that is the oracle in float32, but for some rules. */
function toy(wrong: Partial<Rules>): Runner {
  return {
    name: "toy float32",
    precision: "float32",
    every: 1,
    run: ({ fn, args }) => {
      const { graph } = trace(fn, args), table: Rules = { ...rules, ...wrong as Rules };
      const results = interpret(graph, args.flat(), { precision: "float32", fit: "all" }, table);
      return Promise.resolve(results.map(({ data, shape }): HostArray => ({ data, shape: [...shape] })));
    },
  };
}

const searched = (wrong: Partial<Rules>, seed = 1, most = 2000) =>
  search({ seed, milliseconds: 60_000, runners: [toy(wrong)], most });

Deno.test("an engine without a fault passes", async () => {
  const { fault, programs, tally } = await searched({}, 7, 60);
  assert.deepEqual([fault, programs], [undefined, 60]);
  assert.ok(tally.compared > 1000 && tally.undecided < tally.compared / 20, JSON.stringify(tally));
});

const steps = (program: Program): number => program.steps.length;

// Each is a fault that engines have had, or might; where a seed stands behind it, others take longer to find it.
const planted: [string, Partial<Rules>, number?][] = [
  ["a largest element that overlooks what is not a number", {
    ReduceMax: (x, node) =>
      rules.ReduceMax(x.map((y) => ({ ...y, data: y.data.map((v) => v !== v ? -Infinity : v) })), node),
  }],
  ["a hyperbolic tangent without its last digits", {
    Tanh: (x, node) =>
      [rules.Tanh(x, node)].flat().map((y) => ({ ...y, data: y.data.map((v) => v * (1 + 1e-5)) })),
  }],
  ["a product with zero that is zero whatever the other factor", {
    Mul: (x, node) =>
      [rules.Mul(x, node)].flat().map((y) => ({ ...y, data: y.data.map((v) => v !== v ? 0 : v) })),
  }],
  ["steps of a slice from the end", {
    Stride: ([x], node) =>
      rules.Stride([x], {
        ...node,
        attrs: { ...node.attrs, begin: node.attrs.begin && node.attrs.begin - 1 },
      }),
  }, 3],
  ["running sums that begin anew", {
    CumSum: (x, node) => rules.CumSum(x, { ...node, attrs: { ...node.attrs, exclusive: false } }),
  }],
];

for (const [name, wrong, seed] of planted) {
  Deno.test(`a planted fault is found and made small: ${name}`, async () => {
    const { fault } = await searched(wrong, seed);
    assert.ok(fault, "nothing was found");
    assert.ok(steps(fault.program) <= 2, textOf(fault.program));
    assert.equal(fault.error.runner, "toy float32");
  });
}

Deno.test("a fault of derivatives alone is found", async () => {
  // Only derivatives add up at indices.
  const { fault } = await searched({
    ScatterAdd: (x, node) =>
      [rules.ScatterAdd(x, node)].flat().map((y) => ({ ...y, data: y.data.map((v) => Math.min(v, 1)) })),
  }, 3);
  assert.ok(fault);
  assert.notEqual(fault.error.variant, "values");
});

Deno.test("a wrong derivative is told from a staircase, which has derivative 0", () => {
  const slopeOf = (f: (x: number) => number, derivative: number, x: number) =>
    wrongSlope(([{ data }]) => f(data[0]), [[derivative]], [{ data: Float64Array.of(x), shape: [] }]);
  assert.equal(slopeOf((x) => x * x, 6, 3), undefined);
  assert.ok(slopeOf((x) => x * x, 5, 3));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0.5, max: 2, noNaN: true }),
      (stairs, x) => {
        const width = 5e-5 / stairs;
        assert.equal(slopeOf((y) => Math.floor(y / width) * width, 0, x), undefined);
      },
    ),
  );
});

Deno.test("programs are the same for the same seed, and run on tfjs", () => {
  const grow = (seed: number) => fc.sample(new ProgramArbitrary(operations), { seed, numRuns: 20 });
  assert.deepEqual(grow(4).map(textOf), grow(4).map(textOf));
  assert.notDeepEqual(grow(4).map(textOf), grow(5).map(textOf));
  for (const program of grow(4)) tf.tidy(() => void evaluate(program));
});

Deno.test("an error that rounding explains is none, however large, and one that it does not is, however small", () => {
  const at = (data: number[]): HostArray => ({ data: Float32Array.from(data), shape: [data.length] });
  const { graph } = trace((x) => tf.exp(tf.sub(tf.add(x, 1000.1), 1000.1)), [at([1])]);
  const expected = expect(graph, [at([1])], "float32"), tally = { compared: 0, undecided: 0 };
  // A sum near 1000 has errors of 6e-5.
  assert.equal(compare([at([Math.E * (1 + 5e-5)])], expected, tally), undefined);
  assert.ok(compare([at([Math.E * (1 + 5e-3)])], expected, tally));
  const plain = trace((x) => tf.exp(x), [at([1])]).graph;
  assert.ok(compare([at([Math.E * (1 + 5e-6)])], expect(plain, [at([1])], "float32"), tally));
});

Deno.test("outside of a trace a product may be infinite before a power of two makes it small; a trace's may not", () => {
  const at = (...data: number[]): HostArray => ({ data: Float32Array.from(data), shape: [data.length] });
  const { graph } = trace((x) => tf.mul(tf.mul(x, 1.5), 0.5), [at(3e38)]),
    tally = { compared: 0, undecided: 0 };
  const found = (engine?: "eager") =>
    compare([at(Infinity)], expect(graph, [at(3e38)], "float32", { engine }), tally);
  assert.equal(found("eager"), undefined);
  assert.ok(found());
  assert.deepEqual(tally, { compared: 1, undecided: 1 });
});

Deno.test("a case is a program that runs, of every kind of question", async () => {
  const program: Program = {
    inputs: new Map<string, HostArray>([
      ["v0", { data: Float32Array.of(1, -0, NaN), shape: [3] }],
      ["v1", { data: Int32Array.of(2), shape: [1] }],
    ]),
    steps: [{ names: ["v2"], text: "tf.mul(tf.square(v0), v1)", operation: "tf.mul" }],
    outputs: ["v2"],
  };
  const printed: string[] = [], log = console.log;
  console.log = (...line) => void printed.push(line.slice(2).join("; "));
  try {
    await inTemporaryFolder(async (folder) => {
      for (const variant of ["values", "batch", "gradient", "second derivative"] as const) {
        const text = caseOf(
          program,
          new Fault("js float32", variant, "element 0 of result 0 is 2, expected 1"),
        );
        assert.match(
          text,
          new RegExp(`^// js float32, ${variant}: element 0 of result 0 is 2, expected 1\\n`),
        );
        assert.match(text, /Float32Array\.of\(1, -0, NaN/);
        // As a file of this repository it finds the package's own name.
        const root = new URL("../../lib", import.meta.url).href;
        await Deno.writeTextFile(
          `${folder}/${variant}.ts`,
          text.replace(/@pyrosaur\/pyrosaur\/(\w+)/g, `${root}/$1/mod.ts`),
        );
        await import(`file://${folder}/${variant}.ts`);
      }
    });
  } finally {
    console.log = log;
  }
  assert.deepEqual(printed.slice(0, 2), ["2,0,NaN", "2,0,NaN"]);
  // Four questions in three engines and two precisions.
  assert.equal(printed.length, 4 * 3 * 2);
});

Deno.test("fuzz refuses options that make no sense", async () => {
  const errors: string[] = [], original = console.error;
  console.error = (line) => void errors.push(line);
  try {
    for (const args of [["--minutes", "0"], ["--minutes", "ten"], ["--seeds", "3"]]) {
      assert.equal(await fuzz(args), 1);
    }
  } finally {
    console.error = original;
  }
  assert.deepEqual(errors, [
    'Invalid value "0" of --minutes: expected an integer from 1',
    'Invalid value "ten" of --minutes: expected an integer from 0 to 4294967295',
    'Unknown option --seeds (did you mean "--seed"?): deno task fuzz has --minutes, --seed, --json',
  ]);
});
