import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { optimiserByName } from "../../tasks/golden/optimiser_by_name.ts";
import type { HostArray, Tensor } from "../../lib/tensor/mod.ts";

interface Case {
  optimiser: string;
  after: number[][][];
}
const golden: { cases: Case[] } = JSON.parse(
  await Deno.readTextFile(new URL("../golden/optim.json", import.meta.url)),
);

const relative = (a: number, b: number) => Math.abs(a - b) / Math.max(Math.abs(b), 1e-2);

for (const [dtype, tolerance] of [["float32", 1e-5], ["float64", 1e-9]] as const) {
  for (const { optimiser: text, after } of golden.cases) {
    Deno.test(`optimiserByName() takes torch's and Pyro's steps in ${dtype}: ${text}`, async () => {
      const { init, update } = optimiserByName(text);
      const start = compile((p: Tensor) => init({ p }), { dtype, threads: 1 });
      const step = compile((g: Tensor, s: unknown, p: Tensor) => update({ p: g }, s, { p }), {
        dtype,
        threads: 1,
      });
      const array = (f: (i: number) => number): HostArray => ({
        data: Float64Array.from({ length: 6 }, (_, i) => f(i)),
        shape: [2, 3],
      });
      let p = array((i) => Math.sin(i + 1)), state = await start.arrays(p);
      let worst = 0;
      for (const [k, expected] of after.entries()) {
        const s = k % 3 === 2 ? 15 : 2;
        const [params, next] = await step.arrays(array((i) => s * Math.sin(i + 11 + k)), state, p);
        p = params.p;
        state = next;
        expected.flat().forEach((e, i) => worst = Math.max(worst, relative(p.data[i], e)));
      }
      await start.release();
      await step.release();
      assert.ok(worst < tolerance, `worst relative error ${worst}`);
    });
  }
}
