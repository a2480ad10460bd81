import assert from "node:assert/strict";
import fc from "fast-check";
import { compile } from "../../lib/compile/mod.ts";
import { tracedKernels } from "../../lib/compile/trace/kernels/mod.ts";
import { trace } from "../../lib/compile/trace/trace.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { binary, refused, unary } from "./all_kernels.ts";
import { engines, isAbsent } from "./engines.ts";

const dtypes = ["float32", "int32", "bool"] as const;
type DType = typeof dtypes[number];
type Numbers = Readonly<Record<DType, readonly (readonly number[])[]>>;
interface Case {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly fn: (...inputs: Tensor[]) => Tensor;
}

/** Every kernel of one and of two tensors, for all element types and mixtures of them. */
function casesOf(numbers: Numbers, shape: number[]): Case[] {
  const of = (dtype: DType, i: number) => tf.tensor([...numbers[dtype][i]], shape, dtype) as Tensor;
  const single = dtypes.flatMap((a) =>
    Object.entries(unary).map(([name, fn]): Case => ({ name: `${name} of ${a}`, inputs: [of(a, 0)], fn }))
  );
  const pairs = dtypes.flatMap((a) => dtypes.map((b) => [a, b] as const));
  return [
    ...single,
    ...pairs.flatMap(([a, b]) =>
      Object.entries(binary).map(([name, fn]): Case => ({
        name: `${name} of ${a} and ${b}`,
        inputs: [of(a, 0), of(b, 1)],
        fn: fn as Case["fn"],
      }))
    ),
  ];
}

const attempt = <T>(run: () => T): T | Error => {
  try {
    return run();
  } catch (error) {
    return error as Error;
  }
};

const eager = ({ fn, inputs }: Case): Tensor | Error => attempt(() => fn(...inputs));
/** The type and shape of what a trace of a case gives. */
function traced({ fn, inputs }: Case): string | Error {
  let found = "";
  const look = (...given: Tensor[]) => {
    const { dtype, shape } = fn(...given);
    found = `${dtype}[${shape}]`;
    return [];
  };
  const error = attempt(() => trace(look as (...given: never[]) => unknown, inputs));
  return error instanceof Error ? error : found;
}

const few: Numbers = {
  float32: [[-1.5, 0.25, 2.5, 3, -2, 0.5], [2.5, -0.5, 1, 2, 3, -4]],
  int32: [[-2, 0, 3, 7, 1, -5], [2, -3, 1, 4, -2, 3]],
  bool: [[1, 0, 1, 1, 0, 0], [1, 1, 0, 1, 0, 1]],
};
/** NaN, infinities, zeros of both signs, ties, division by 0, what int32 holds least and most of. */
const edges: Numbers = {
  float32: [
    [NaN, Infinity, -Infinity, 0, -0, 0.5, -0.4, 1.5, 2.5, -2.5, 1e6, 3e9, 5, -5, 0, -0, -7.5, 7.5, 4, 5],
    [1, -Infinity, 3, -0, 5, 2, NaN, Infinity, -2, 3, 3, 1, Infinity, -Infinity, -5, 5, 2, -2, 0, 0.25],
  ],
  int32: [
    [65535, -32768, 0, 5, -5, 7, -7, 0, 46341, 1000, 1, -1, 2, 3, 3, -3, 12, 1, 0, -1],
    [1, -1, 0, 0, 0, -2, 2, -3, -46341, 3, -1, 2, -1, 25, 3, 3, 5, 3, 5, -1],
  ],
  bool: [
    [1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0],
    [1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0],
  ],
};
const one: Numbers = { float32: [[-1.5], [2.5]], int32: [[-3], [2]], bool: [[1], [1]] };
const none: Numbers = { float32: [[], []], int32: [[], []], bool: [[], []] };
const sets: [string, Numbers, number[]][] = [
  ["two rows", few, [2, 3]],
  ["edges", edges, [4, 5]],
  ["one number", one, [1, 1]],
  ["scalars", one, []],
  ["nothing", none, [0]],
  ["empty rows", none, [2, 0]],
];

Deno.test("the cases meet every kernel that can be traced", () => {
  const met = new Set<string>();
  const run = tf.engine().runKernel;
  tf.engine().runKernel = function (this: unknown, name: string, ...rest: never[]) {
    met.add(name);
    return (run as (...args: unknown[]) => never).call(tf.engine(), name, ...rest);
  } as typeof run;
  try {
    for (const test of casesOf(few, [2, 3])) eager(test);
  } finally {
    tf.engine().runKernel = run;
  }
  // These are composed of others where they are not traced: the first and LogSoftmax by tfjs.
  const composed = ["BroadcastTo", "Cholesky", "Digamma", "Erfc", "ItakuraSaito", "Lgamma", "LogSoftmax"];
  assert.deepEqual(tracedKernels().filter((kernel) => !met.has(kernel)), [...composed, "TriangularSolve"]);
});

for (const [what, numbers, shape] of sets) {
  Deno.test(`a traced operation of ${what} takes and refuses what the eager one does, with its type and shape`, () => {
    for (const test of casesOf(numbers, shape)) {
      const expected = eager(test), found = traced(test);
      if (expected instanceof Error) {
        // A place that is only known at run time is refused then.
        if (shape.includes(0) && /gather/.test(test.name)) continue;
        assert.ok(found instanceof Error, `${test.name}: ${expected.message}, but traced it gives ${found}`);
      } else assert.equal(String(found), `${expected.dtype}[${expected.shape}]`, test.name);
    }
  });
}

const lengths = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 });
const someDtype = fc.constantFrom(...dtypes);
/** A tensor of whole numbers, of any type. */
const whole = (shape: number[], dtype: DType): Tensor =>
  tf.tensor(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i * 5 % 7 - 3), shape, dtype);

Deno.test("operations of any two shapes and types take, refuse and give what they do eagerly", async () => {
  // Indices outside an axis are refused when it runs.
  const names = Object.keys(binary).filter((name) => name !== "gather of sorted");
  const check = async (shape: number[], other: number[], a: DType, b: DType, name: string) => {
    const inputs = [whole(shape, a), whole(other, b)];
    const test = { name, inputs, fn: binary[name] as Case["fn"] },
      expected = eager(test),
      found = traced(test);
    if (expected instanceof Error) return assert.ok(found instanceof Error, `${expected.message}: ${found}`);
    assert.equal(String(found), `${expected.dtype}[${expected.shape}]`);
    const compiled = compile(test.fn, { engine: "js" }), result = await compiled(...inputs);
    await compiled.release();
    const numbers = result.dataSync();
    expected.dataSync().forEach((e, k) =>
      assert.ok(isNear(e, numbers[k]), `[${k}]: ${numbers[k]}, eagerly ${e}`)
    );
  };
  await fc.assert(
    fc.asyncProperty(lengths, lengths, someDtype, someDtype, fc.constantFrom(...names), check),
    { numRuns: 300 },
  );
});

Deno.test("what does not fit is refused while tracing as it is eagerly, with the line of the caller", () => {
  for (const [name, fn] of Object.entries(refused)) {
    const test = { name, inputs: [tf.ones([2, 3]) as Tensor], fn };
    if (name !== "pad of too few axes") assert.ok(eager(test) instanceof Error, name);
    const found = traced(test);
    assert.ok(found instanceof Error, `${name} gives ${found}`);
    assert.match(found.message, /all_kernels\.ts:\d+:\d+/, name);
  }
});

/** What is known to differ from tfjs: the table in FEATURES.md says why. */
const differs: [name: RegExp, set?: string][] = [
  [/^(max|min|all).* of|^logSumExp/, "nothing"],
  [/^(max|min|all).* of|^logSumExp/, "empty rows"],
  [/^cumsum/, "scalars"],
  [
    /^sign of float32|argest of float32|^arg(Max|Min).* of float32|^gather of sorted of .* and float32/,
    "edges",
  ],
  [/^outer of float32 and int32/, "edges"],
  [/^(pow|prelu) of bool and float32|^prelu of int32 and float32/, "edges"],
];
const isNear = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-6 + 1e-5 * Math.abs(a);

for (const engine of [...engines, "tfjs"] as const) {
  for (const dtype of engine === "tfjs" ? ["float32"] as const : ["float32", "float64"] as const) {
    for (
      const [what, numbers, shape] of engine === "xla" ? sets.filter(([name]) => name === "edges") : sets
    ) {
      Deno.test({
        name:
          `every operation of ${what}, of every type, gives in ${engine}, ${dtype}, what it gives eagerly`,
        ignore: isAbsent(engine),
        async fn() {
          // XLA takes a tenth of a second for each; mixtures of types are gone before an engine.
          const tests = casesOf(numbers, shape).filter((test) =>
            (engine !== "xla" || new Set(test.inputs.map((x) => x.dtype)).size === 1) &&
            !differs.some(([name, set]) => set === what && name.test(test.name)) &&
            !(eager(test) instanceof Error)
          );
          const all = (given: Tensor[][]) => tests.map(({ fn }, i) => fn(...given[i]));
          const compiled = compile(all, { engine, dtype });
          const results = await compiled(tests.map(({ inputs }) => [...inputs])) as Tensor[];
          await compiled.release();
          tests.forEach((test, i) => {
            const expected = eager(test) as Tensor, found = results[i];
            assert.equal(`${found.dtype}[${found.shape}]`, `${expected.dtype}[${expected.shape}]`, test.name);
            const numbers = found.dataSync();
            expected.dataSync().forEach((e, k) => {
              assert.ok(isNear(e, numbers[k]), `${test.name} [${k}]: ${numbers[k]}, eagerly ${e}`);
            });
          });
        },
      });
    }
  }
}
