import assert from "node:assert/strict";
import { Pace } from "../../lib/infer/stepping/pace.ts";

/** Returns the numbers of steps of the calls of a training. `fixed`: seconds a call takes, `each`: a step, `compiling`: a new number of steps. */
function calls(
  steps: number,
  { compilesEachShape }: { compilesEachShape: boolean },
  { fixed = 0, each = 0.001, compiling = 0, chunk }: {
    fixed?: number;
    each?: number;
    compiling?: number;
    chunk?: number;
  } = {},
): number[] {
  const pace = new Pace(compilesEachShape), counts: number[] = [];
  for (let done = 0; done < steps; done += counts.at(-1)!) {
    const count = pace.next(steps - done, chunk);
    const seconds = fixed + each * count + (counts.includes(count) ? 0 : compiling);
    pace.record(count, seconds);
    counts.push(count);
  }
  assert.equal(counts.reduce((a, b) => a + b), steps);
  return counts;
}

Deno.test("calls take as many steps as fit 40 ms, and the last what is left", () => {
  assert.deepEqual(calls(100, { compilesEachShape: false }), [1, 40, 40, 19]);
  assert.deepEqual(calls(3, { compilesEachShape: false }, { each: 10 }), [1, 1, 1]);
  assert.deepEqual(calls(100_000, { compilesEachShape: false }, { each: 1e-9 }), [1, 65_536, 34_463]);
});

Deno.test("calls that take a little more or less time keep their number of steps, so that arrays are used again", () => {
  const pace = new Pace(false);
  pace.record(pace.next(1000), 0.001);
  assert.equal(pace.next(1000), 40);
  for (const seconds of [0.036, 0.042, 0.045]) {
    pace.record(40, seconds);
    assert.equal(pace.next(1000), 40, `${seconds} s`);
  }
  for (const [seconds, next] of [[0.05, 32], [0.02, 64]]) {
    const count = pace.next(1000);
    pace.record(count, seconds);
    assert.equal(pace.next(1000), next, `${seconds} s`);
  }
  assert.equal(pace.next(3), 3);
});

Deno.test("calls take the number of steps that is asked for", () => {
  for (const compilesEachShape of [false, true]) {
    assert.deepEqual(calls(25, { compilesEachShape }, { chunk: 10 }), [10, 10, 5]);
  }
});

Deno.test("where each number of steps is compiled there are few, and compiling counts for nothing", () => {
  const slow = { fixed: 0.001, each: 0.0005, compiling: 3 };
  const counts = calls(2000, { compilesEachShape: true }, slow);
  assert.deepEqual(counts.slice(0, 4), [1, 1, 128, 128]);
  assert.ok(new Set(counts).size <= 3);
  assert.deepEqual(counts.at(-1), (2000 - 2) % 128);
});

Deno.test("where each number of steps is compiled, single steps are taken where they are long, and as what is left", () => {
  assert.deepEqual(
    new Set(calls(50, { compilesEachShape: true }, { each: 0.1, compiling: 5 })),
    new Set([1]),
  );
  const counts = calls(1000, { compilesEachShape: true }, { each: 0.001, compiling: 5 });
  assert.deepEqual(counts.slice(0, 10), [1, 1, 128, 128, 128, 128, 128, 128, 128, 102]);
});

Deno.test("where calls turn out short a much larger number of steps is compiled once", () => {
  const counts = calls(100_000, { compilesEachShape: true }, { fixed: 0.001, each: 1e-5, compiling: 2 });
  assert.deepEqual(counts.slice(0, 6), [1, 1, 128, 128, 8192, 8192]);
  assert.ok(new Set(counts).size <= 4);
});
