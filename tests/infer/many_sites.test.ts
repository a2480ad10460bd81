import assert from "node:assert/strict";
import process from "node:process";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoDelta, AutoNormal, SVI } from "../../lib/infer/mod.ts";
import { param, plate, sample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const y = tf.scalar(0.5) as Tensor;

/** A model of many sites, each in a plate of its own or in none, and its guide by hand. */
function chainOf(n: number, isInPlates: boolean) {
  const each = (site: (i: number) => void) => {
    for (let i = 0; i < n; i++) {
      using _plate = isInPlates ? plate(`p${i}`, 2) : undefined;
      site(i);
    }
  };
  const model = (y: Tensor) =>
    each((i) => void sample(`x${i}`, new Normal(sample(`z${i}`, new Normal(0, 1)), 1), { obs: y }));
  const guide = () => each((i) => void sample(`z${i}`, new Normal(param(`l${i}`, tf.scalar(0)), 0.5)));
  return { model, guide };
}

/** Returns the seconds of processor time until three steps are done. */
async function ready(
  n: number,
  isInPlates: boolean,
  kind: "AutoNormal" | "AutoDelta" | "written",
): Promise<number> {
  const { model, guide } = chainOf(n, isInPlates), before = process.cpuUsage();
  const own = kind === "written" ? guide : new { AutoNormal, AutoDelta }[kind](model);
  const svi = new SVI(model, own, adam({ lr: 0.01 }));
  const { losses } = await svi.run(random.key(0), 3, [y], { progress: false });
  assert.ok(losses.every(Number.isFinite));
  await svi.release();
  return process.cpuUsage(before).user / 1e6;
}

for (const kind of ["AutoNormal", "AutoDelta", "written"] as const) {
  for (const isInPlates of [false, true]) {
    const where = isInPlates ? "in plates" : "without plates";
    Deno.test(`the time until training begins grows with the number of sites, not its square: ${kind}, ${where}`, async () => {
      await ready(100, isInPlates, kind);
      const few = await ready(200, isInPlates, kind), many = await ready(800, isInPlates, kind);
      // Four times as many take sixteen times as long where something is quadratic.
      assert.ok(many < 9 * few, `${few} s for 200 sites, ${many} s for 800`);
    });
  }
}
