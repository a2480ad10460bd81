import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { inverseMills, logNormalCdf, normalDensity } from "./normal_cdf.ts";
import { expm1 } from "./logarithms.ts";
import { polynomial } from "./sums.ts";

// Wichura, "Algorithm AS241: the percentage points of the normal distribution" (1988): rational
// functions with a relative error of 1e-16, all of whose terms are positive.
/** z / q as a function of 0.425^2 - q^2 for q = p - 1/2 up to 0.425 in size. */
const central = {
  numerator: [
    3.3871328727963666080e0,
    1.3314166789178437745e2,
    1.9715909503065514427e3,
    1.3731693765509461125e4,
    4.5921953931549871457e4,
    6.7265770927008700853e4,
    3.3430575583588128105e4,
    2.5090809287301226727e3,
  ],
  denominator: [
    1,
    4.2313330701600911252e1,
    6.8718700749205790830e2,
    5.3941960214247511077e3,
    2.1213794301586595867e4,
    3.9307895800092710610e4,
    2.8729085735721942674e4,
    5.2264952788528545610e3,
  ],
};
/** |z| as a function of r - 1.6 for r up to 5, the root of minus the logarithm of the tail. */
const tail = {
  numerator: [
    1.42343711074968357734e0,
    4.63033784615654529590e0,
    5.76949722146069140550e0,
    3.64784832476320460504e0,
    1.27045825245236838258e0,
    2.41780725177450611770e-1,
    2.27238449892691845833e-2,
    7.74545014278341407640e-4,
  ],
  denominator: [
    1,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  ],
};
/** The same of r - 5, for r up to 27. */
const farTail = {
  numerator: [
    6.65790464350110377720e0,
    5.46378491116411436990e0,
    1.78482653991729133580e0,
    2.96560571828504891230e-1,
    2.65321895265761230930e-2,
    1.24266094738807843860e-3,
    2.71155556874348757815e-5,
    2.01033439929228813265e-7,
  ],
  denominator: [
    1,
    5.99832206555887937690e-1,
    1.36929880922735805310e-1,
    1.48753612908506148525e-2,
    7.86869131145613259100e-4,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  ],
};
const rational = (x: Tensor, { numerator, denominator }: typeof central) =>
  polynomial(x, numerator).div(polynomial(x, denominator));

/** The quantile, from p - 1/2 and the logarithm of the smaller of p and 1 - p, down to -729. */
function quantile(centred: Tensor, logTail: Tensor): Tensor {
  const isCentral = centred.abs().lessEqual(constant(0.425));
  const q = tf.where(isCentral, centred, constant(0));
  const inner = q.mul(rational(constant(0.180625).sub(q.square()), central));
  const r = tf.where(isCentral, constant(1), logTail.neg()).sqrt(), isNear = r.lessEqual(constant(5));
  const near = rational(tf.where(isNear, r, constant(1.6)).sub(constant(1.6)), tail);
  const isEnd = r.equal(constant(Infinity));
  const far = rational(tf.where(isNear.logicalOr(isEnd), constant(5), r).sub(constant(5)), farTail);
  const size = tf.where(isEnd, constant(Infinity), tf.where(isNear, near, far));
  return tf.where(isCentral, inner, tf.where(centred.less(constant(0)), size.neg(), size));
}

/**
 * Computes the inverse of `normalCdf`, the quantile function of the standard normal (SciPy's
 * `ndtri`), with all digits that p has. Infinite at 0 and 1, NaN beyond.
 */
export const normalIcdf: (p: Tensor) => Tensor = primitive({
  name: "normalIcdf",
  forward: (p) => quantile(p.sub(constant(0.5)), smaller(p).log()),
  vjp(cotangent, output, p) {
    // The density at z: in the tails, the tail times its inverse Mills ratio, which hardly depends
    // on z.
    const size = smaller(p), isEnd = size.equal(constant(0));
    const isCentral = p.sub(constant(0.5)).abs().lessEqual(constant(0.425));
    const away = tf.where(isEnd.logicalOr(isCentral), constant(-1), output.abs().neg());
    const density = tf.where(isCentral, normalDensity(output), size.mul(inverseMills(away)));
    return [cotangent.div(density)];
  },
});

/** The probability of the tail on the nearer side. */
const smaller = (p: Tensor): Tensor => tf.where(p.less(constant(0.5)), p, constant(1).sub(p));

/**
 * Computes the quantile of the standard normal from the logarithm of the probability (SciPy's
 * `ndtri_exp`), the inverse of `logNormalCdf`: however far out.
 */
export const normalIcdfOfLog: (logP: Tensor) => Tensor = primitive({
  name: "normalIcdfOfLog",
  forward(logP) {
    const isLower = logP.less(constant(-Math.LN2)), isFar = logP.less(constant(-700));
    const lower = tf.where(isLower.logicalAnd(isFar.logicalNot()), logP, constant(-1));
    const upper = expm1(tf.where(isLower, constant(-Math.LN2), logP)).neg().log();
    const near = quantile(logP.exp().sub(constant(0.5)), tf.where(isLower, lower, upper));
    return tf.where(isFar, farQuantile(tf.where(isFar, logP, constant(-1000))), near);
  },
  vjp: (cotangent, output) => [cotangent.div(inverseMills(output))],
});

/**
 * The quantile for log p below -700: z^2 = -2 log p - log(2 pi z^2) by iteration, then a step of
 * Newton's.
 */
function farQuantile(logP: Tensor): Tensor {
  const w = logP.mul(constant(-2)), isEnd = w.equal(constant(Infinity));
  const finite = tf.where(isEnd, constant(1000), w);
  let square = finite;
  for (let i = 0; i < 2; i++) square = finite.sub(square.mul(constant(2 * Math.PI)).log());
  const z = square.sqrt().neg();
  const better = z.sub(logNormalCdf(z).add(finite.mul(constant(0.5))).div(inverseMills(z)));
  return tf.where(isEnd, constant(-Infinity), better);
}
