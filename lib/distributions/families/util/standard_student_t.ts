import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { gamma } from "../../../tensor/random/mod.ts";
import {
  betaln,
  digammaDifference,
  log1pSquareRatio,
  logStudentTCdf,
  studentTCdf,
  studentTIcdf,
} from "../../../tensor/special/mod.ts";
import type { Standard } from "../../location_scale.ts";

const half = () => constant(0.5), one = () => constant(1), two = () => constant(2);
const nanUpTo1 = (df: Tensor, above: Tensor) => tf.where(df.greater(one()), above, constant(NaN));

/** The standard form, which depends on the degrees of freedom. */
export const standardStudentT: Standard<{ readonly df: Tensor }> = {
  draw(key, shape, { df }) {
    const [normalKey, gammaKey] = key.split(2), a = df.mul(half());
    return normalKey.draw("normal", shape).div(gamma(gammaKey, a, shape).div(a).sqrt());
  },
  // lgamma((df + 1) / 2) - lgamma(df / 2) comes from log B(df / 2, 1 / 2), which keeps its digits.
  heavyTail(distance, width, logScale, { df }) {
    const normaliser = df.log().mul(half()).add(betaln(df.mul(half()), half()));
    const logs = log1pSquareRatio(distance, width.mul(df.sqrt()));
    return logs.mul(df.add(one()).mul(constant(-0.5))).sub(normaliser.add(logScale));
  },
  isSymmetric: true,
  cdf: (z, { df }) => studentTCdf(df, z),
  logCdf: (z, { df }) => logStudentTCdf(df, z),
  quantile: (p, { df }) => studentTIcdf(df, p),
  mean: ({ df }) => nanUpTo1(df, constant(0)),
  variance: ({ df }) =>
    tf.where(df.greater(two()), df.div(tf.maximum(df, two()).sub(two())), nanUpTo1(df, constant(Infinity))),
  entropy({ df }) {
    const a = df.mul(half()), b = a.add(half());
    return b.mul(digammaDifference(b, a)).add(df.log().mul(half())).add(betaln(a, half()));
  },
};
