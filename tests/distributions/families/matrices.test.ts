import assert from "node:assert/strict";
import { compile } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import type { Key, Tensor } from "../../../lib/tensor/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { close } from "./close.ts";

const COUNT = 20_000;
const drawn = async (make: () => dist.Distribution): Promise<Tensor> => {
  const draw = compile((k: Key) => make().sample(k, [COUNT]), { engine: "js" });
  const found = await draw(key(3));
  await draw.release();
  return found;
};

Deno.test("every correlation under LKJCholesky has the variance 1 / (2 concentration + n - 1)", async () => {
  for (const concentration of [0.7, 3]) {
    const factors = await drawn(() => new dist.LKJCholesky(3, concentration));
    const matrices = factors.matMul(factors, false, true), spread = matrices.square().mean(0).dataSync();
    const right = 1 / (2 * concentration + 2);
    // By symmetry all pairs have the same, in whatever order the rows were drawn.
    for (const i of [1, 2, 5]) {
      assert.ok(Math.abs(spread[i] - right) < 0.06 * right, `[${i}]: ${spread[i]}, not ${right}`);
    }
  }
});

Deno.test("variances off the diagonal of InverseWishart are SciPy's, and those of draws", async () => {
  const make = () => new dist.InverseWishart(14, [[1, 0.8], [0.8, 2]]);
  const variance = [...make().variance.dataSync()];
  // scipy.stats.invwishart.var(14, [[1, 0.8], [0.8, 2]]), SciPy 1.17.1.
  close(variance, [0.0018365472910927456, 0.002320171411080502, 0.002320171411080502, 0.0073461891643709825]);
  const draws = await drawn(make), found = draws.sub(draws.mean(0)).square().mean(0).dataSync();
  variance.forEach((v, i) => assert.ok(Math.abs(found[i] - v) < 0.06 * v, `[${i}]: ${found[i]}, not ${v}`));
});

Deno.test("a factor of WishartCholesky is that of a draw of Wishart, and scored with the volume between them", () => {
  const scale = [[1, 0.3], [0.3, 2]],
    of = new dist.Wishart(5, scale),
    root = new dist.WishartCholesky(5, scale);
  const l = root.sample(key(4)), matrix = l.matMul(l, false, true), [a, , , d] = l.dataSync();
  close([...matrix.dataSync()], [...of.sample(key(4)).dataSync()]);
  close([...root.logProb(l).dataSync()], [of.logProb(matrix).dataSync()[0] + Math.log(4 * a * a * d)]);
});

Deno.test("LowRankMultivariateNormal is the multivariate normal with its covariance", () => {
  const low = new dist.LowRankMultivariateNormal([1, 2, 3], [[1], [2], [-1]], [0.5, 1, 2]), x = [0.5, 1, 4];
  const whole = new dist.MultivariateNormal([1, 2, 3], {
    covariance: [[1.5, 2, -1], [2, 5, -2], [-1, -2, 3]],
  });
  close([...low.logProb(x).dataSync()], [...whole.logProb(x).dataSync()]);
  close([...low.entropy().dataSync()], [...whole.entropy().dataSync()]);
});

Deno.test("MatrixNormal is the multivariate normal of the rows one after the other, with Kronecker's product", () => {
  const d = new dist.MatrixNormal([[1, 2], [3, 4]], [[1, 0], [0.5, 2]], [[2, 0], [1, 1]]),
    x = [[0, 1], [5, 2]];
  // The factor of a Kronecker product is that of the factors.
  const scaleTril = [[2, 0, 0, 0], [1, 1, 0, 0], [1, 0, 4, 0], [0.5, 0.5, 2, 2]];
  const rows = new dist.MultivariateNormal([1, 2, 3, 4], { scaleTril });
  close([...d.logProb(x).dataSync()], [...rows.logProb(x.flat()).dataSync()]);
  close([...d.variance.dataSync()], [...rows.variance.dataSync()]);
  close([...d.entropy().dataSync()], [...rows.entropy().dataSync()]);
});
