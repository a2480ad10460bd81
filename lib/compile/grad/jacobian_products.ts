import { checkSynchronous } from "../../system/mod.ts";
import { describeNode, flatten, isTensor, type Tensor, unflatten } from "../../tensor/mod.ts";
import { add, mul } from "../ops/binary.ts";
import { fill } from "../ops/constant.ts";
import { sum } from "../ops/reduce.ts";
import { identity } from "../ops/unary.ts";
import { tensorOf, valueOf } from "../trace/tensors.ts";
import { gradients } from "./gradients.ts";
import { fresh, inTrace } from "./in_trace.ts";

/** Returns the result of a function; throws where it is not one tensor. */
function oneTensor(result: unknown): Tensor {
  checkSynchronous("differentiate: the function is synchronous", result);
  if (isTensor(result)) return result;
  throw new Error(`Cannot differentiate: the function returned ${describeNode(result)}, expected one tensor`);
}

/**
 * Returns the product of a transposed Jacobian with a cotangent, as `jax.vjp`: the value of `fn` at
 * `args` and the cotangents of the arguments. `fn` gives one tensor.
 */
export function vjp(
  fn: (...args: any[]) => Tensor,
  args: readonly unknown[],
  cotangent: Tensor,
): { value: Tensor; cotangents: any[] } {
  return inTrace([args, cotangent], ([primals, ct]) => {
    const { args: at, wrt } = fresh(primals as unknown[]);
    const value = oneTensor(fn(...at));
    const grads = gradients(valueOf(value), wrt, valueOf(ct as Tensor));
    return { value, cotangents: unflatten(primals, isTensor, grads.map(tensorOf)) };
  }) as { value: Tensor; cotangents: unknown[] };
}

/**
 * Returns the product of a Jacobian with tangents, as `jax.jvp`. Forward mode by differentiating
 * the reverse mode, which is linear in its cotangent, once more.
 *
 * @param tangents one tree per argument, with the structure of `args`
 *
 * @example A directional derivative
 * ```ts
 * import { jvp } from "@pyrosaur/pyrosaur/compile";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const square = (x: Tensor) => x.square();
 * const { value, tangent } = jvp(square, [tf.tensor([1, 2])], [tf.tensor([1, 10])]);
 * assert.deepEqual([...value.dataSync()], [1, 4]);
 * assert.deepEqual([...tangent.dataSync()], [2, 40]);
 * ```
 */
export function jvp(
  fn: (...args: any[]) => Tensor,
  args: readonly unknown[],
  tangents: readonly unknown[],
): { value: Tensor; tangent: Tensor } {
  return inTrace([args, tangents], ([primals, directions]) => {
    const { args: at, wrt } = fresh(primals as unknown[]);
    const value = oneTensor(fn(...at)), output = valueOf(value);
    const probe = identity(fill(output.shape, 1));
    const back = gradients(output, wrt, probe), along = flatten(directions, isTensor).leaves.map(valueOf);
    if (along.length !== wrt.length) {
      throw new Error(
        `Cannot take the jvp: ${wrt.length} tensors in the arguments, ${along.length} in the tangents`,
      );
    }
    const pairs = back.map((g, i) => mul(g, along[i])).map((p) => sum(p, p.shape.map((_, i) => i)));
    const tangent = pairs.map((p) => gradients(p, [probe])[0]).reduce(add);
    return { value, tangent: tensorOf(tangent) };
  }) as { value: Tensor; tangent: Tensor };
}
