import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { scaledExpint } from "./exp_integral.ts";
import { expm1, log1p } from "./logarithms.ts";

// By Binet's and Malmsten's integrals of log Gamma, expectations of log factorials are integrals of
// the generating function E (1 - s)^K (Cheraghchi, "Expressions for the entropy of basic discrete
// distributions", 2019). Rearranged such that no term is negative for large counts, they are
//   the integral of (1 - E (1 - s)^K) (1 / s + 1 / log(1 - s)) / s over s from 0 to 1,
// which is half of the logarithm of the mean, and terms next to 1.

const one = () => constant(1);

/** Places of the trapezoidal rule, exact to 1e-10 for what falls exponentially both ways. */
const PLACES = 112;

/** Integrates over a variable from `from` to `to`; the places lie along a new leftmost axis. */
function trapezoid(from: Tensor, to: Tensor, f: (v: Tensor) => Tensor): Tensor {
  const { shape } = from.add(to), step = to.sub(from).div(constant(PLACES - 1));
  const places = tf.range(0, PLACES, 1, "float32").reshape([PLACES, ...shape.map(() => 1)]);
  return f(from.add(step.mul(places))).sum(0).mul(step);
}

/**
 * Integrates f(s, t) (1 / s + 1 / log(1 - s)) / s over s = 1 - exp(-t), for f that grows up to s of
 * 1 / `scale` and is 0 beyond t of 40 / `last`.
 */
function overLogs(scale: Tensor, last: Tensor, f: (s: Tensor, t: Tensor) => Tensor): Tensor {
  const from = tf.maximum(scale, one()).log().add(constant(24)).neg();
  const to = constant(40).div(tf.minimum(last, one())).log();
  return trapezoid(from, to, (v) => {
    const t = v.exp(), s = expm1(t.neg()).neg();
    // 1 / s - 1 / t, by its series where it would cancel.
    const isSmall = t.less(constant(0.3)), far = tf.where(isSmall, one(), t), square = t.square();
    const bend = constant(1 / 12).sub(square.mul(constant(1 / 720).sub(square.mul(constant(1 / 30240)))));
    const near = constant(0.5).add(t.mul(bend));
    const weight = tf.where(isSmall, near, expm1(far.neg()).neg().reciprocal().sub(far.reciprocal()));
    return f(s, t).mul(weight).mul(t.div(s));
  });
}

/**
 * Integrates f(x, x - from) over x from `from` to 1, which are `whole` apart, for f that may bend
 * next to both ends: next to `from` within a distance of `bend`, however small.
 */
function upTo1(
  from: Tensor,
  whole: Tensor,
  bend: Tensor,
  f: (x: Tensor, beyond: Tensor) => Tensor,
): Tensor {
  const least = tf.minimum(tf.maximum(bend, constant(2 ** -80)), one()).log();
  const area = trapezoid(least.sub(constant(25)), constant(25), (y) => {
    const share = y.sigmoid(), beyond = whole.mul(share);
    return f(from.add(beyond), beyond).mul(share).mul(y.neg().sigmoid());
  });
  return area.mul(whole);
}

/** Computes the entropy of Poisson counts, in nats. */
export function poissonEntropy(rate: Tensor): Tensor {
  const isNone = rate.equal(constant(0)),
    mean = tf.where(isNone, one(), rate),
    none = expm1(mean.neg()).neg();
  const first = mean.mul(mean.neg().exp()).mul(scaledExpint(mean)).add(none);
  const logs = overLogs(mean, one(), (s, t) => expm1(mean.mul(s).neg()).neg().mul(t.neg().exp()));
  return tf.where(isNone, constant(0), first.add(logs));
}

/** Computes the entropy of counts whose Poisson rate is gamma distributed, of concentration a. */
export function negativeBinomialEntropy(a: Tensor, mean: Tensor): Tensor {
  const slope = mean.div(a), rises = (s: Tensor) => expm1(a.mul(log1p(slope.mul(s))).neg()).neg();
  const first = upTo1(slope.mul(constant(0)), one(), slope, (x) => rises(x.reciprocal()));
  const logs = overLogs(mean, a, (s, t) => rises(s).mul(t.neg().exp().sub(a.mul(t).neg().exp())));
  return log1p(slope).add(first).add(logs);
}

/** Computes the entropy of the successes in n trials, of the probability p = 1 - q each. */
export function binomialEntropy(n: Tensor, p: Tensor, q: Tensor): Tensor {
  // Not of log 0, whose slope is infinite: next to it the integral has nothing more.
  const rises = (s: Tensor) => expm1(n.mul(log1p(tf.maximum(s.neg(), constant(2 ** -24 - 1))))).neg();
  const each = (x: Tensor, rest: Tensor) =>
    upTo1(
      x,
      rest,
      x,
      (at, beyond) => expm1(n.mul(tf.maximum(beyond.div(at), constant(2 ** -126)).log())).neg(),
    );
  const logs = overLogs(
    n.mul(tf.minimum(p, q)),
    one(),
    (s, t) => rises(p.mul(s)).add(rises(q.mul(s))).add(expm1(n.mul(t).neg())).mul(t.neg().exp()),
  );
  return tf.maximum(each(p, q).add(each(q, p)).add(logs), constant(0));
}
