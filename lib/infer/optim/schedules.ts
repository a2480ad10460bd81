import { checkOptions, shown } from "../../system/mod.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { type LearningRate, rateAt } from "./optimiser.ts";

/** A learning rate as a function of the number of updates done, a tensor of any shape. */
export type Schedule = (step: Tensor) => Tensor;

function check(name: string, valid: boolean, message: string): void {
  if (!valid) throw new Error(`Cannot make ${name}: ${message}`);
}

function checkNumber(name: string, numbers: Readonly<Record<string, unknown>>): void {
  for (const [setting, value] of Object.entries(numbers)) {
    check(name, typeof value === "number", `${setting} is ${shown(value)}, expected a number`);
  }
}

/** Returns `init * rate^(step / every)` (default every 1); `staircase` rounds the exponent down. */
export function exponentialDecay(
  options: { init: number; rate: number; every?: number; staircase?: boolean },
): Schedule {
  checkOptions("make exponentialDecay", options, { init: true, rate: true, every: true, staircase: true });
  const { init, rate, every = 1, staircase = false } = options;
  checkNumber("exponentialDecay", { init, rate });
  check("exponentialDecay", rate > 0, `rate is ${shown(rate)}, expected a number above 0`);
  check("exponentialDecay", every > 0, `every is ${shown(every)}, expected a number above 0`);
  return (step) => {
    const periods = step.div(constant(every));
    return (staircase ? periods.floor() : periods).mul(constant(Math.log(rate))).exp().mul(constant(init));
  };
}

/** Falls from `init` along half a cosine to `final` (default 0) at `steps`, and stays there. */
export function cosineDecay(
  options: { init: number; steps: number; final?: number },
): Schedule {
  checkOptions("make cosineDecay", options, { init: true, steps: true, final: true });
  const { init, steps, final = 0 } = options;
  checkNumber("cosineDecay", { init });
  check("cosineDecay", steps > 0, `steps is ${shown(steps)}, expected a number above 0`);
  return (step) => {
    const angle = tf.minimum(step.div(constant(steps)), constant(1)).mul(constant(Math.PI));
    return angle.cos().add(constant(1)).mul(constant((init - final) / 2)).add(constant(final));
  };
}

/** Goes from `init` along a straight line to `final` at `steps`, and stays there. */
export function linear(options: { init: number; final: number; steps: number }): Schedule {
  checkOptions("make linear", options, { init: true, final: true, steps: true });
  const { init, final, steps } = options;
  checkNumber("linear", { init, final });
  check("linear", steps > 0, `steps is ${shown(steps)}, expected a number above 0`);
  return (step) =>
    tf.minimum(step.div(constant(steps)), constant(1)).mul(constant(final - init)).add(constant(init));
}

/** Returns `values[i]` until `boundaries[i]` updates are done, then the last value, one more. */
export function piecewise(
  options: { boundaries: readonly number[]; values: readonly number[] },
): Schedule {
  checkOptions("make piecewise", options, { boundaries: true, values: true });
  const { boundaries, values } = options;
  check(
    "piecewise",
    values.length === boundaries.length + 1,
    `${boundaries.length} boundaries need ${boundaries.length + 1} values, found ${values.length}`,
  );
  check(
    "piecewise",
    boundaries.every((b, i) => i === 0 || b > boundaries[i - 1]),
    `the boundaries [${boundaries.join(", ")}] do not increase`,
  );
  return (step) =>
    boundaries.reduceRight(
      (after, boundary, i) => tf.where(step.less(constant(boundary)), constant(values[i]), after),
      tf.fill(step.shape, 0).add(constant(values[values.length - 1])),
    );
}

/** Rises from 0 along a straight line for `steps` updates to `then`, whose steps start there. */
export function warmup(steps: number, then: LearningRate): Schedule {
  check("warmup", steps > 0, `steps is ${shown(steps)}, expected a number above 0`);
  return (step) => {
    const after = rateAt(then, tf.maximum(step.sub(constant(steps)), constant(0)));
    return after.mul(tf.minimum(step.add(constant(1)).div(constant(steps)), constant(1)));
  };
}
