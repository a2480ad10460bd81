import assert from "node:assert/strict";
import { compile, grad } from "../../lib/compile/mod.ts";
import { withoutValidation } from "../../lib/distributions/mod.ts";
import { type HostArray, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { engines, isAbsent } from "../compile/engines.ts";
import { continuous } from "./edge_cases/continuous.ts";
import { discrete } from "./edge_cases/discrete.ts";
import type { EdgeCase } from "./edge_cases/edge_case.ts";
import { transforms } from "./edge_cases/transforms.ts";

/** The points of a case and then a NaN, and its parameters repeated for each. */
function inputsOf([, parameters, points]: EdgeCase): Tensor[] {
  const broken = Array.isArray(points[0]) ? [NaN, ...points[0].slice(1)] : NaN, all = [...points, broken];
  return [all, ...parameters.map((p) => all.map(() => p))].map((values) => tf.tensor(values));
}

/** Log densities and their first and second derivatives in the value and each parameter. */
function densities(cases: readonly EdgeCase[], inputs: readonly Tensor[][]) {
  return cases.map(([make], i) => {
    const given = inputs[i], score = (x: Tensor, ...rest: Tensor[]): Tensor => make(...rest).logProb(x);
    const total = (...all: Tensor[]) => score(all[0], ...all.slice(1)).sum();
    const slope = (k: number) => (...all: Tensor[]) => grad(total, { argnums: k })(...all) as Tensor;
    const numbers = given.map((_, k) => k);
    return {
      value: score(given[0], ...given.slice(1)),
      first: numbers.map((k) => slope(k)(...given)),
      second: numbers.map((k) =>
        grad((...all: Tensor[]) => slope(k)(...all).sum(), { argnums: k })(...given) as Tensor
      ),
    };
  });
}

function check(cases: readonly EdgeCase[], found: any[], digits: number): void {
  const wrong: string[] = [];
  const compare = (what: string, expected: any, got: readonly number[]) => {
    if (expected === null) return;
    const flat: (number | null)[] = expected.flat(), all = got.slice(0, flat.length);
    const isRight = flat.every((e, i) =>
      e === null || e === all[i] || Math.abs(e - all[i]) <= digits * Math.max(1, Math.abs(e))
    );
    if (!isRight) wrong.push(`${what}: [${all}], expected [${flat}]`);
  };
  cases.forEach(([make, parameters, , value, first, second], i) => {
    const name = `${make} with ${JSON.stringify(parameters)}`.replaceAll(/\s+/g, " "), at = found[i];
    compare(name, value, at.value);
    if (!Number.isNaN(at.value.at(-1))) wrong.push(`${name}: ${at.value.at(-1)} at NaN`);
    first.forEach((e, k) => compare(`${name}, derivative ${k}`, e, at.first[k]));
    second.forEach((e, k) => compare(`${name}, second derivative ${k}`, e, at.second[k]));
  });
  assert.deepEqual(wrong, []);
}

const sets = {
  "continuous families": continuous,
  "discrete families": discrete,
  "transformed distributions": transforms,
};

/** Cases of one program: to load, ONNX Runtime takes longer than in proportion to its size. */
const TOGETHER = 8;

for (const [name, cases] of Object.entries(sets)) {
  for (const engine of [...engines, "tfjs"] as const) {
    for (const [dtype, digits] of [["float32", 3e-4], ["float64", 1e-9]] as const) {
      if (engine === "tfjs" && dtype === "float64") continue;
      Deno.test({
        name: `${name} keep to their supports, with all derivatives, in ${dtype} with ${engine}`,
        ignore: isAbsent(engine),
        async fn() {
          const inputs = cases.map(inputsOf), found: any[] = [];
          for (let from = 0; from < cases.length; from += TOGETHER) {
            const some = cases.slice(from, from + TOGETHER);
            const compiled = withoutValidation(() =>
              compile((...all: Tensor[][]) => densities(some, all), { engine, dtype })
            );
            const given = inputs.slice(from, from + TOGETHER);
            found.push(...await withoutValidation(() => compiled.arrays(...given)) as any[]);
            await compiled.release();
          }
          check(
            cases,
            found.map(({ value, first, second }) => ({
              value: [...value.data],
              first: first.map(({ data }: HostArray) => [...data]),
              second: second.map(({ data }: HostArray) => [...data]),
            })),
            digits,
          );
        },
      });
    }
  }

  Deno.test(`${name} keep to their supports, with all derivatives, eagerly`, () => {
    const found = withoutValidation(() => densities(cases, cases.map(inputsOf)));
    const plain = (tensors: Tensor[]) => tensors.map((t) => [...t.dataSync()]);
    check(
      cases,
      found.map(({ value, first, second }) => ({
        value: [...value.dataSync()],
        first: plain(first),
        second: plain(second),
      })),
      3e-4,
    );
  });
}
