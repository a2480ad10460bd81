import * as dist from "../../../lib/distributions/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { close } from "./close.ts";

Deno.test("MultivariateNormal is the same from scaleTril, covariance and precision", () => {
  const covariance = [[4, 1, 0.5], [1, 3, -0.2], [0.5, -0.2, 2]];
  const byCovariance = new dist.MultivariateNormal([1, 2, 3], { covariance });
  const factor = byCovariance.scaleTril;
  const precision = invert(covariance);
  const value = tf.tensor1d([0.3, -1, 2]);
  const expected = [...byCovariance.logProb(value).dataSync()];
  close(
    [...new dist.MultivariateNormal([1, 2, 3], { scaleTril: factor }).logProb(value).dataSync()],
    expected,
  );
  const byPrecision = new dist.MultivariateNormal([1, 2, 3], { precision });
  close([...byPrecision.logProb(value).dataSync()], expected);
  close([...byPrecision.scaleTril.dataSync()], [...factor.dataSync()]);
  close([...byCovariance.covariance.dataSync()], covariance.flat());
});

/** The inverse of a 3 by 3 matrix by cofactors. */
function invert([[a, b, c], [d, e, f], [g, h, i]]: number[][]): number[][] {
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const adjugate = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return adjugate.map((row) => row.map((x) => x / det));
}
