import { checkOptions, checkSynchronous, type OptionNames } from "../../system/mod.ts";
import { isTensor, type Tensor, unflatten } from "../../tensor/mod.ts";
import type { AnyFunction } from "../compile.ts";
import { stopGradient as stop } from "../ops/unary.ts";
import { isTracing } from "../trace/active.ts";
import { tensorOf, valueOf } from "../trace/tensors.ts";
import { gradients } from "./gradients.ts";
import { fresh, inTrace } from "./in_trace.ts";

/** Options of the derivatives. */
export interface GradOptions {
  /** The arguments to differentiate with respect to, trees of floats (default: the first). */
  argnums?: number | readonly number[];
}

const optionNames: OptionNames<GradOptions> = { argnums: true };

function scalarOutput(result: unknown): Tensor {
  checkSynchronous("differentiate: the function is synchronous", result);
  const output = Array.isArray(result) ? result[0] : result;
  if (!isTensor(output)) {
    throw new Error("Cannot differentiate: the function must return a scalar tensor, or [scalar, aux]");
  }
  if (output.size !== 1) {
    throw new Error(
      `Cannot differentiate: the function must return a scalar, it returned shape [${output.shape}]`,
    );
  }
  return output;
}

/**
 * Returns the value of a scalar function and its gradient, as `jax.value_and_grad`. Works eagerly
 * and inside traced functions, to any order. A function that returns `[scalar, aux]` has that as
 * its value. At ties, kinks and poles derivatives are those of PyTorch and JAX; FEATURES.md has a
 * table of where the two differ.
 *
 * @returns a function with the same arguments that gives `{ value, grad }`; `grad` has the
 * structure of the argument (a list of them where `argnums` is a list)
 *
 * @example The value and the gradient of a sum of squares
 * ```ts
 * import assert from "node:assert/strict";
 * import { valueAndGrad } from "@pyrosaur/pyrosaur/compile";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 *
 * const { value, grad } = valueAndGrad((x: Tensor) => x.square().sum())(tf.tensor([1, 2]));
 * assert.equal(value.dataSync()[0], 5);
 * assert.deepEqual(grad.arraySync(), [2, 4]);
 * ```
 */
export function valueAndGrad<F extends AnyFunction>(
  fn: F,
  options?: GradOptions,
): (...args: Parameters<F>) => { value: ReturnType<F>; grad: any } {
  checkOptions("differentiate", options, optionNames);
  return (...given) =>
    inTrace(given, (args) => traceBoth(fn, args, options)) as { value: ReturnType<F>; grad: unknown };
}

/** Records the value and the gradient of a function in the trace in progress. */
function traceBoth(
  fn: AnyFunction,
  args: unknown[],
  { argnums = 0 }: GradOptions = {},
): { value: unknown; grad: unknown } {
  const places = typeof argnums === "number" ? [argnums] : argnums;
  const { args: at, wrt } = fresh(args, places);
  const value = fn(...at);
  const grads = gradients(valueOf(scalarOutput(value)), wrt);
  const trees = unflatten(places.map((n) => args[n]), isTensor, grads.map(tensorOf));
  return { value, grad: typeof argnums === "number" ? trees[0] : trees };
}

/**
 * Returns the gradient of a scalar function, as `jax.grad`. See `valueAndGrad`.
 *
 * @example A second derivative
 * ```ts
 * import assert from "node:assert/strict";
 * import { grad } from "@pyrosaur/pyrosaur/compile";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 *
 * const cube = (x: Tensor) => x.mul(x).mul(x);
 * assert.equal(grad(grad(cube))(tf.scalar(2)).dataSync()[0], 12);
 * ```
 */
export function grad<F extends AnyFunction>(fn: F, options?: GradOptions): (...args: Parameters<F>) => any {
  checkOptions("differentiate", options, optionNames);
  return (...given) => inTrace(given, (args) => traceBoth(fn, args, options).grad);
}

/**
 * Returns the same numbers, as a constant for differentiation: no derivative flows through, as
 * `jax.lax.stop_gradient`.
 */
export function stopGradient(tensor: Tensor): Tensor {
  return isTracing() ? tensorOf(stop(valueOf(tensor))) : tensor;
}
