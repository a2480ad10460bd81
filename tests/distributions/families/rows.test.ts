import assert from "node:assert/strict";
import { compile, type EngineName, grad } from "../../../lib/compile/mod.ts";
import {
  bijectTo,
  type Constraint,
  type Distribution,
  GaussianCopula,
  ParametricDistribution,
  VonMises,
  withoutValidation,
} from "../../../lib/distributions/mod.ts";
import { type HostArray, type Key, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { present } from "../../compile/engines.ts";
import { families, mistakes, type Row } from "./rows/mod.ts";

const COUNT = 20_000;
const tensors = (row: readonly any[]): Tensor[] => row.map((p) => tf.tensor(p) as Tensor);
const build = ([make, ...parameters]: Row): Distribution => make(...tensors(parameters));

/** Many draws of each member of a batch of distributions of numbers, in order, for each seed. */
async function sortedDraws(row: Row, seeds: readonly number[]): Promise<Float64Array[][]> {
  const draw = compile((k: Key) => build(row).sample(k, [COUNT]), { engine: "js" }), found = [];
  for (const seed of seeds) {
    const { data } = await draw.arrays(key(seed)) as HostArray, size = data.length / COUNT;
    found.push(Array.from(
      { length: size },
      (_, i) => Float64Array.from({ length: COUNT }, (_, k) => data[k * size + i]).sort(),
    ));
  }
  await draw.release();
  return found;
}

/** Holds counts against probabilities: chi-squared at four standard deviations, by Wilson and Hilferty. */
function assertCounts(counts: readonly number[], probabilities: readonly number[]): void {
  let chi2 = 0, cells = 0;
  const rest = { count: COUNT, expected: COUNT };
  const add = (count: number, expected: number) => (chi2 += (count - expected) ** 2 / expected, cells++);
  counts.forEach((count, i) => {
    const expected = COUNT * probabilities[i];
    if (expected < 10) return;
    add(count, expected), rest.count -= count, rest.expected -= expected;
  });
  assert.ok(
    rest.expected > -5 * Math.sqrt(COUNT) * 0.1,
    `the probabilities sum to ${1 - rest.expected / COUNT}`,
  );
  if (rest.expected > 5) add(rest.count, rest.expected);
  const z = (Math.cbrt(chi2 / cells) - (1 - 2 / (9 * cells))) / Math.sqrt(2 / (9 * cells));
  assert.ok(z < 4, `chi-squared ${chi2} on ${cells} cells`);
}

/** The distribution of one member, and its functions on plain numbers. */
function member(d: Distribution, i: number) {
  const [size] = d.batchShape,
    at = (f: (x: Tensor) => Tensor) => (x: readonly number[]) => {
      const found = withoutValidation(() =>
        f((tf.tensor(x as number[]) as Tensor).expandDims(-1)).dataSync()
      );
      return Array.from(x, (_, k) => found[k * size + i]);
    };
  return { density: at((x) => d.logProb(x).exp()), cdf: at((x) => d.cdf(x)) };
}

/** The constraints of the parameters, in their order; none for what is no family. */
const constraintsOf = (d: Distribution): Constraint[] =>
  d instanceof ParametricDistribution ? Object.values(d.argConstraints) : [];

const has = (statistic: () => unknown): boolean => {
  try {
    statistic();
    return true;
  } catch (error) {
    assert.match((error as Error).message, /in closed form|differ along the batch/);
    return false;
  }
};

/** Cells that hold about 2% of the draws each, without both tails. */
const edgesOf = (draws: Float64Array): number[] =>
  Array.from({ length: 50 }, (_, i) => draws[Math.floor((0.005 + 0.0198 * i) * COUNT)]);

for (const [name, row] of Object.entries(families)) {
  const d = build(row), isNumber = d.eventShape.length === 0;
  if (isNumber && name !== "Delta") {
    Deno.test(`${name}: draws come as often as density and distribution function say`, async () => {
      const [first, second] = await sortedDraws(row, [11, 12]);
      const hasCdf = has(() => d.cdf(d.sample(key(1))));
      second.forEach((draws, i) => {
        const { density, cdf } = member(d, i), edges = edgesOf(first[i]);
        const isDiscrete = d.isDiscrete || new Set(edges).size < edges.length;
        if (isDiscrete) {
          const values = Array.from({ length: draws.at(-1)! - draws[0] + 1 }, (_, k) => draws[0] + k);
          const counts = values.map((v) => draws.reduce((sum, x) => sum + Number(x === v), 0));
          const probabilities = density(values);
          assertCounts(counts, probabilities);
          if (!hasCdf) return;
          const steps = cdf(values).map((p, k, all) => p - (all[k - 1] ?? cdf([values[0] - 1])[0]));
          steps.forEach((p, k) => assert.ok(Math.abs(p - probabilities[k]) < 1e-5, `at ${values[k]}: ${p}`));
          return;
        }
        // Simpson's rule on parts of the cells.
        const parts = 16,
          grid = edges.slice(1).flatMap((to, k) =>
            Array.from({ length: parts }, (_, j) => edges[k] + (to - edges[k]) * j / parts)
          ).concat(edges.at(-1)!);
        const at = density(grid), halfway = density(grid.slice(1).map((x, k) => (x + grid[k]) / 2));
        const areas = halfway.map((y, k) => (grid[k + 1] - grid[k]) * (at[k] + 4 * y + at[k + 1]) / 6);
        const probabilities = edges.slice(1).map((_, k) =>
          areas.slice(k * parts, (k + 1) * parts).reduce((sum, area) => sum + area, 0)
        );
        const counts = edges.slice(1).map((to, k) =>
          draws.reduce((sum, x) => sum + Number(x >= edges[k] && x < to), 0)
        );
        assertCounts(counts, probabilities);
        if (!hasCdf) return;
        const below = cdf(edges);
        probabilities.forEach((p, k) =>
          assert.ok(
            Math.abs(below[k + 1] - below[k] - p) < 2e-4,
            `cell ${k}: ${below[k + 1] - below[k]}, not ${p}`,
          )
        );
      });
    });
  }

  if (isNumber && name !== "Delta" && has(() => d.icdf(0.5))) {
    Deno.test(`${name}: quantiles are the least values that reach a probability`, async () => {
      const p = [1e-3, 0.1, 0.37, 0.5, 0.8, 0.99, 0.9999], grid = tf.tensor1d(p).expandDims(-1) as Tensor;
      // Eagerly a search takes long.
      const program = compile((p: Tensor) => build(row).icdf(p), { engine: "js" });
      const { data: all } = await program.arrays(grid) as HostArray;
      await program.release();
      const [size] = d.batchShape;
      for (const i of size === 1 ? [0] : [0, 1]) {
        const { cdf } = member(d, i), x = p.map((_, k) => all[k * size + i]);
        if (!d.isDiscrete) {
          return cdf(x).forEach((q, k) => assert.ok(Math.abs(q - p[k]) < 2e-5, `${q}, not ${p[k]}`));
        }
        const reached = cdf(x), before = cdf(x.map((y) => y - 1));
        p.forEach((q, k) => assert.ok(reached[k] >= q - 1e-6 && before[k] <= q + 1e-6, `${x[k]} for ${q}`));
      }
    });
  }

  if (has(() => d.mode) && !["Delta", "GaussianRandomWalk"].includes(name)) {
    Deno.test(`${name}: no value next to the mode has more density than it`, () => {
      const at = d.mode, peak = d.isDiscrete ? d.mode.cast("float32") : at;
      assert.deepEqual(at.shape, d.shape());
      const score = (x: Tensor) => withoutValidation(() => d.logProb(x).dataSync());
      // An open end of a support may be the mode: a density falls from there on.
      const greatest = score(peak), step = d.isDiscrete ? 1 : 1e-2, noise = key(6).draw("normal", peak.shape);
      const isMatrix = d.eventShape.length === 2;
      for (const sign of [1, -1]) {
        const way = d.isDiscrete ? tf.onesLike(peak) as Tensor : isMatrix ? peak : noise;
        score(peak.add(way.mul(sign * step))).forEach((y, i) =>
          assert.ok(!(y > greatest[i] + 1e-5) || greatest[i] === -Infinity, `${y}, above ${greatest[i]}`)
        );
      }
    });
  }

  if (has(() => d.entropy())) {
    Deno.test(`${name}: the entropy is the mean of -logProb`, async () => {
      const sampled = compile((k: Key) => build(row).logProb(build(row).sample(k, [COUNT])), {
        engine: "js",
      });
      const logs = await sampled(key(13)),
        mean = logs.mean(0),
        error = logs.sub(mean).square().mean(0).sqrt();
      const entropy = d.entropy().dataSync(),
        slack = [...error.dataSync()].map((e) => 5 * e / Math.sqrt(COUNT));
      mean.dataSync().forEach((m, i) => {
        assert.ok(Math.abs(entropy[i] + m) <= slack[i] + 1e-5, `${entropy[i]}, not ${-m} within ${slack[i]}`);
      });
      await sampled.release();
    });
  }

  // Means of angles are none of numbers; correlation matrices do not move in all directions.
  if (
    d.hasRsample && !(d instanceof VonMises || d instanceof GaussianCopula) && has(() => d.mean) &&
    [...d.mean.dataSync()].every(Number.isFinite)
  ) {
    Deno.test(`${name}: draws move with the parameters as their mean does`, async () => {
      const [make, ...given] = row, parameters = tensors(given), n = 4000;
      const weighted = (x: Tensor) => x.mul(tf.range(1, 1 + (x.shape.at(-1) ?? 1), 1, "float32"));
      const argnums = parameters.map((_, i) => i);
      // A copy of the parameters for each draw, so that each has a derivative of its own.
      const copies = parameters.map((p, k) => {
        const added = d.batchShape.length + (constraintsOf(d)[k]?.eventDim ?? 0) - p.rank;
        const whole = p.reshape([1, ...Array(added).fill(1), ...p.shape]);
        return tf.tile(whole, [n, ...whole.shape.slice(1).map(() => 1)]);
      });
      const drawn = compile(
        grad((k: Key, ...all: Tensor[]) => weighted(make(...all).rsample(k)).sum(), {
          argnums: argnums.map((i) => i + 1),
        }),
        { engine: "js" },
      );
      const slopes = await drawn(key(14), ...copies) as Tensor[];
      await drawn.release();
      const expected = grad((...all: Tensor[]) => weighted(make(...all).mean).sum(), { argnums })(
        ...parameters,
      ) as Tensor[];
      expected.forEach((e, k) => {
        const each = slopes[k],
          mean = each.mean(0),
          spread = each.sub(mean).square().mean(0).sqrt().dataSync();
        const found = mean.dataSync();
        e.dataSync().forEach((slope, i) => {
          const off = Math.abs(found[i] - slope),
            slack = 5.5 * spread[i] / Math.sqrt(n) + 2e-3 * Math.abs(slope) + 1e-4;
          assert.ok(off <= slack, `parameter ${k}[${i}]: ${found[i]}, not ${slope} within ${slack}`);
        });
      });
    });
  }

  if (!d.isDiscrete && !["Delta", "Hurdle"].includes(name)) {
    Deno.test(`${name}: the bijection to its support comes to values in it, and back`, () => {
      const x = d.sample(key(4), [20]), transform = bijectTo(d.support), free = transform.inverse(x);
      const y = transform.forward(key(5).draw("normal", free.shape));
      assert.ok(d.support.check(y.dataSync(), y.shape), `a value outside ${d.support}`);
      const back = transform.forward(free).dataSync();
      x.dataSync().forEach((v, i) =>
        assert.ok(Math.abs(back[i] - v) <= 1e-3 * Math.max(1, Math.abs(v)), `${back[i]}, not ${v}`)
      );
    });
  }
}

/** Parameters that are sizes: their derivatives have no meaning. */
const isWhole = (row: Row, k: number): boolean => {
  const d = build(row);
  return constraintsOf(d)[k]?.isDiscrete === true || d.name === "DiscreteUniform" || d.name === "Delta";
};
/** The factor of a step in one entry: the same for both of a symmetric matrix. */
function direction(shape: readonly number[], m: number): number {
  const n = shape.at(-1) ?? 1;
  return Math.cos(m % n + Math.floor(m / n));
}

/** Rows of one program: a session of ONNX Runtime of all of them would take minutes to load. */
const TOGETHER = 8;
const parts = Object.entries(families).reduce<[string, Row][][]>((parts, row, i) => {
  if (i % TOGETHER === 0) parts.push([]);
  parts.at(-1)!.push(row);
  return parts;
}, []);

/** Log densities of rows, and their derivatives by the parameters. */
const scoresOf = (rows: [string, Row][]) => (all: Tensor[][], values: Tensor[]) =>
  rows.map(([, [make]], i) => {
    const total = (...given: Tensor[]) => make(...given).logProb(values[i]).sum();
    const argnums = all[i].map((_, k) => k);
    return {
      density: make(...all[i]).logProb(values[i]),
      slopes: grad(total, { argnums })(...all[i]) as Tensor[],
    };
  });

/** Compares compiled rows with eager ones, and slopes with differences; returns what differs. */
async function differences(
  rows: [string, Row][],
  options: { engine: EngineName; dtype: "float32" | "float64" },
): Promise<string[]> {
  const draws = rows.map(([, row]) => build(row).sample(key(21)));
  const given = rows.map(([, [, ...parameters]]) => tensors(parameters));
  const compiled = withoutValidation(() => compile(scoresOf(rows), options));
  const run = (all: unknown) =>
    withoutValidation(() => compiled.arrays(all as Tensor[][], draws)) as Promise<any[]>;
  const found = await run(given), wrong: string[] = [];
  found.forEach(({ density }, i) => {
    const eager = build(rows[i][1]).logProb(draws[i]).dataSync();
    const isSame = eager.every((y, k) => Math.abs(y - density.data[k]) <= 3e-5 * Math.max(1, Math.abs(y)));
    if (!isSame) wrong.push(`${rows[i][0]}: ${[...density.data]}, eagerly ${[...eager]}`);
  });
  // Differences need float64; both precisions are held against those of the first.
  if (options.dtype === "float64") {
    const arrays = given.map((all) =>
      all.map((t) => ({ shape: t.shape, data: Float64Array.from(t.dataSync()) }))
    );
    for (const k of [0, 1, 2, 3]) {
      const [up, down] = [1, -1].map((sign) =>
        arrays.map((all, i) =>
          all.map((a, j) => {
            if (j !== k || isWhole(rows[i][1], j)) return a;
            return {
              ...a,
              data: a.data.map((x, m) => x + sign * 1e-5 * (x || 1) * direction(a.shape, m)),
            };
          })
        )
      );
      const [above, below] = [await run(up), await run(down)];
      found.forEach(({ slopes }, i) => {
        if (k >= slopes.length || isWhole(rows[i][1], k)) return;
        const change = above[i].density.data.reduce(
          (sum: number, y: number, m: number) => sum + y - below[i].density.data[m],
          0,
        );
        const start = arrays[i][k].data;
        const along = slopes[k].data.reduce(
          (sum: number, s: number, m: number) =>
            sum + s * 2e-5 * (start[m] || 1) * direction(arrays[i][k].shape, m),
          0,
        );
        const isRight = Math.abs(change - along) <= 1e-5 * 2e-5 * 50 + 1e-4 * Math.abs(along);
        if (!isRight) {
          wrong.push(`${rows[i][0]}: parameter ${k}: ${along / 2e-5}, by differences ${change / 2e-5}`);
        }
      });
    }
  }
  await compiled.release();
  return wrong;
}

for (const engine of [...present, "tfjs"] as const) {
  for (const dtype of ["float32", "float64"] as const) {
    if (engine === "tfjs" && dtype === "float64") continue;
    Deno.test(`log densities of all families are the eager ones, with derivatives, in ${dtype} with ${engine}`, async () => {
      const wrong: string[] = [];
      for (const rows of parts) wrong.push(...await differences(rows, { engine, dtype }));
      assert.deepEqual(wrong, []);
    });
  }
}

for (const [act, message] of mistakes) {
  Deno.test(`families say what is wrong: ${message}`, () => assert.throws(act, { message }));
}
