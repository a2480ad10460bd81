import assert from "node:assert/strict";
import { compile, type CompileOptions, grad } from "../../../lib/compile/mod.ts";
import { type HostArray, special, type Tensor } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";

type Name =
  | "normalDensity"
  | "normalCdf"
  | "logNormalCdf"
  | "inverseMills"
  | "normalIcdf"
  | "normalIcdfOfLog";
interface Case {
  function: Name;
  x: number[];
  y: number[];
  first: number[];
  /** Null where it is no double. */
  second: (number | null)[];
}
const { cases }: { cases: Case[] } = JSON.parse(
  Deno.readTextFileSync(new URL("tails.json", import.meta.url)),
);

const settings: CompileOptions[] = [...present, "tfjs" as const].flatMap((engine) =>
  (engine === "tfjs" ? ["float32"] as const : ["float32", "float64"] as const).map((dtype) => ({
    engine,
    dtype,
  }))
);

/** Tells whether a number has all the digits of its precision; below, XLA has 0. */
const isOrdinary = (isDouble: boolean) => (value: number) =>
  value === 0 || (Math.abs(value) > (isDouble ? 3e-308 : 2e-38) && (isDouble || Math.abs(value) < 3e38));

for (const { function: name, x, y, first, second } of cases) {
  for (const options of settings) {
    Deno.test(`${name} and its first two derivatives are right out to 38 standard deviations (${options.engine}, ${options.dtype})`, async () => {
      const f = (v: Tensor) => special[name](v);
      const once = grad((v: Tensor) => f(v).sum()), twice = grad((v: Tensor) => (once(v) as Tensor).sum());
      const all = compile((v: Tensor) => [f(v), once(v) as Tensor, twice(v) as Tensor], options);
      const isDouble = options.dtype === "float64", limit = isDouble ? 1e-12 : 1e-5;
      const found: HostArray[] = await all.arrays({ data: Float64Array.from(x), shape: [x.length] });
      await all.release();
      [y, first, second].forEach((expected, order) => {
        // A third derivative of the logarithm.
        if (name === "inverseMills" && order === 2) return;
        expected.forEach((value, i) => {
          if (value === null) return;
          const result = found[order].data[i],
            place = `derivative ${order} at ${x[i]}: ${result}, not ${value}`;
          if (![x[i], value, first[i]].every(isOrdinary(isDouble))) return;
          // Next to a zero, digits of the terms that cancel there count.
          const around = order === 2 ? Math.max(Math.abs(value), 0.02 * Math.abs(first[i])) : Math.abs(value);
          const slack = (order === 2 ? 3 : 1) * limit;
          assert.ok(Math.abs(result - value) <= slack * around, place);
        });
      });
    });
  }
}
