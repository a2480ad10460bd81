import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { polynomial } from "./sums.ts";

/** The Bernoulli numbers B_2, B_4 ... B_20. */
const bernoulli = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
];

/** tan(pi x), with the multiple of pi taken off exactly first. */
function tanPi(x: Tensor): Tensor {
  return x.sub(x.round()).mul(constant(Math.PI)).tan();
}

const factorial = (n: number): number => n < 2 ? 1 : n * factorial(n - 1);

/**
 * (-1)^(n + 1) times the n-th polygamma function for x >= 0.5: steps up by the recurrence, then the
 * asymptotic series. All terms of the steps are positive, so nothing cancels.
 */
function magnitude(n: number, x: Tensor): Tensor {
  const steps = 8 + n;
  let sum: Tensor | undefined;
  for (let k = 0; k < steps; k++) {
    const term = x.add(constant(k)).pow(constant(-(n + 1)));
    sum = sum ? sum.add(term) : term;
  }
  const r = x.add(constant(steps)).reciprocal();
  const series = bernoulli.map((b, i) => b * factorial(2 * i + 1 + n) / factorial(2 * i + 2));
  const head = constant(factorial(n - 1)).add(r.mul(constant(factorial(n) / 2)));
  const tail = r.square().mul(polynomial(r.square(), series));
  return sum!.mul(constant(factorial(n))).add(r.pow(constant(n)).mul(head.add(tail)));
}

/** Returns the n-th derivative of cot(pi x), divided by pi^n, as a polynomial in the cotangent. */
function cotangentDerivative(n: number): number[] {
  let c = [0, 1];
  for (let i = 0; i < n; i++) {
    const next = new Array<number>(c.length + 1).fill(0);
    // d/dx p(cot) = -p'(cot) (1 + cot^2)
    for (let k = 1; k < c.length; k++) {
      next[k - 1] -= k * c[k];
      next[k + 1] -= k * c[k];
    }
    c = next;
  }
  return c;
}

const byOrder = new Map<number, (x: Tensor) => Tensor>();

function ofOrder(n: number): (x: Tensor) => Tensor {
  const made = byOrder.get(n);
  if (made) return made;
  const fresh = primitive({
    name: `polygamma(${n})`,
    forward(x) {
      const reflects = x.less(constant(0.5));
      const value = magnitude(n, tf.where(reflects, constant(1).sub(x), x));
      // psi_n(x) = (-1)^n psi_n(1 - x) - pi d^n cot(pi x), with psi_n = (-1)^(n + 1) magnitude.
      const cotangent = tanPi(tf.where(reflects, x, constant(0.25))).reciprocal();
      const reflection = polynomial(cotangent, cotangentDerivative(n)).mul(constant(-(Math.PI ** (n + 1))));
      const sign = n % 2 === 0 ? -1 : 1;
      return tf.where(reflects, reflection.sub(value), value.mul(constant(sign)));
    },
    vjp: (cotangent, _output, x) => [cotangent.mul(ofOrder(n + 1)(x))],
  });
  byOrder.set(n, fresh);
  return fresh;
}

/**
 * Computes the polygamma function of order n, the n-th derivative of digamma: trigamma for n = 1.
 * @throws Error unless n is an integer from 1 to 20.
 */
export function polygamma(n: number, x: Tensor): Tensor {
  if (!Number.isInteger(n) || n < 1 || n > 20) {
    throw new Error(
      `Cannot compute polygamma of order ${n}: expected an integer from 1 to 20 (order 0 is digamma)`,
    );
  }
  return ofOrder(n)(x);
}
