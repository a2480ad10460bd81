import assert from "node:assert/strict";
import { compile, type CompileOptions, valueAndGrad } from "../../../lib/compile/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";

interface Interval {
  low: string;
  high: string;
  draws: { u: number; x: number; byLow: number; byHigh: number }[];
}
const { truncated }: { truncated: Interval[] } = JSON.parse(
  Deno.readTextFileSync(new URL("../special/tails.json", import.meta.url)),
);
const number = (text: string) =>
  text.endsWith("inf") ? (text[0] === "-" ? -Infinity : Infinity) : Number(text);

const settings: CompileOptions[] = [...present, "tfjs" as const].flatMap((engine) =>
  (engine === "tfjs" ? ["float32"] as const : ["float32", "float64"] as const).map((dtype) => ({
    engine,
    dtype,
  }))
);
const rows = truncated.flatMap(({ low, high, draws }) =>
  draws.map((draw) => ({ ...draw, low: number(low), high: number(high) }))
);

for (const options of settings) {
  Deno.test(`truncatedNormal() draws quantiles, in any tail and however narrow, with derivatives in its bounds (${options.engine}, ${options.dtype})`, async () => {
    const sum = (u: Tensor, low: Tensor, high: Tensor): Tensor =>
      random.truncatedNormal(new random.GivenKey(u), low, high).sum();
    const all = compile((u: Tensor, low: Tensor, high: Tensor) => {
      const draws = random.truncatedNormal(new random.GivenKey(u), low, high);
      return [draws, ...valueAndGrad(sum, { argnums: [1, 2] })(u, low, high).grad as Tensor[]];
    }, options);
    const columns = (["u", "low", "high"] as const).map((name) => tf.tensor1d(rows.map((row) => row[name])));
    const [draws, byLow, byHigh]: HostArray[] = await all.arrays(...columns as [Tensor, Tensor, Tensor]);
    await all.release();
    rows.forEach((row, i) => {
      const place = `at ${row.u} of [${row.low}, ${row.high}]`;
      const off = Math.abs(draws.data[i] / row.x - 1);
      // Around 0, of the interval's width.
      const isAround = row.low < 0 && row.high > 0;
      const width = isAround ? Math.min(row.high - row.low, 1) / Math.abs(row.x) : 1;
      assert.ok(off < 1e-5 * Math.max(1, width), `${draws.data[i]}, not ${row.x} ${place}`);
      for (const [name, found] of Object.entries({ byLow, byHigh })) {
        const expected = row[name as "byLow"], slope = found.data[i];
        // The ratio of densities between the bound and a draw that is itself rounded.
        const tolerance = 1e-4 + 2e-6 * row.x ** 2;
        assert.ok(
          Math.abs(slope - expected) <= tolerance * Math.max(1, expected),
          `${name} ${slope}, not ${expected} ${place}`,
        );
      }
    });
  });
}

for (
  const [low, high] of [[8, Infinity], [5.5, 1e6], [-Infinity, -20], [-9.01, -9], [-1e-3, 2e-3], [3, 3.1]]
) {
  Deno.test(`truncatedNormal() fits the distribution between ${low} and ${high}, never on the bounds`, () => {
    const draws = [...random.truncatedNormal(random.key(3), low, high, [4000]).dataSync()].sort((a, b) =>
      a - b
    );
    assert.ok(draws[0] > low && draws[3999] < high);
    // The places of the draws in the distribution, by its integral from the likelier bound on.
    const [from, to] = Math.abs(low) < Math.abs(high) ? [low, high] : [high, low];
    const cells = 20000, reach = Math.min(Math.abs(to - from), 20 / Math.max(1, Math.abs(from)));
    const density = (t: number) =>
      Math.exp(-t * (2 * Math.abs(from) * Math.sign(from * (to - from) || 1) + t) / 2);
    let area = 0;
    const areas = Array.from({ length: cells }, (_, i) => area += density((i + 0.5) * reach / cells));
    const places = draws.map((x) =>
      areas[Math.min(cells - 1, Math.floor(Math.abs(x - from) / reach * cells))] / area
    );
    if (from > to) places.reverse();
    places.forEach((place, i) => assert.ok(Math.abs(place - i / 4000) < 0.03, `${place} at ${i / 4000}`));
  });
}
