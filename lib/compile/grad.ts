import { flatten, isTensor, mapTree, type Tensor, tf, unflatten } from "../tensor/mod.ts";
import type { AnyFunction } from "./compile.ts";
import { interpret } from "./engine/eager.ts";
import { gradients } from "./grad/gradients.ts";
import type { Value } from "./ir/graph.ts";
import { fill } from "./ops/constant.ts";
import { mul } from "./ops/binary.ts";
import { sum } from "./ops/reduce.ts";
import { identity } from "./ops/unary.ts";
import { eliminateDeadCode } from "./passes/dead_code.ts";
import { isTracing } from "./trace/active.ts";
import { TraceContext } from "./trace/context.ts";
import { tensorOf, valueOf } from "./trace/tensors.ts";
import { scan } from "./scan.ts";

/** Options of the derivatives. */
export interface GradOptions {
  /** Which arguments the derivative is taken with respect to (default the first). Each is a tree of float tensors. */
  argnums?: number | readonly number[];
}

/**
 * Runs `body` in a trace: the one in progress, where tensors are used as they are, or a new one
 * that is interpreted on tfjs, which makes a function of graphs out of it that works eagerly too.
 */
function inTrace(args: readonly unknown[], body: (args: unknown[]) => unknown): unknown {
  if (isTracing()) return body([...args]);
  const trace = new TraceContext(), inputs = new Map<Value, Tensor>();
  const result = trace.run(() => {
    const traced = mapTree(args, isTensor, (tensor: Tensor) => {
      const input = trace.input(tensor.shape, tensor.dtype, `x${inputs.size}`);
      inputs.set(valueOf(input), tensor);
      return input;
    });
    const output = body(traced);
    trace.root.outputs = flatten(output, isTensor).leaves.map(valueOf);
    eliminateDeadCode(trace.root);
    return output;
  });
  return unflatten(result, isTensor, interpret(trace.root, inputs));
}

/** The arguments with fresh values at `argnums`, and those values. */
function fresh(args: unknown[], argnums: readonly number[]): { args: unknown[]; wrt: Value[] } {
  const wrt: Value[] = [];
  const copy = args.slice();
  for (const n of argnums) {
    if (n < 0 || n >= args.length) {
      throw new Error(
        `Cannot differentiate with respect to argument ${n}: the function is called with ${args.length}`,
      );
    }
    copy[n] = mapTree(args[n], isTensor, (tensor: Tensor) => {
      if (tensor.dtype !== "float32") {
        throw new Error(
          `Cannot differentiate with respect to a tensor of dtype ${tensor.dtype} in argument ${n}: expected float32`,
        );
      }
      const value = identity(valueOf(tensor));
      wrt.push(value);
      return tensorOf(value);
    });
  }
  return { args: copy, wrt };
}

function scalarOutput(result: unknown): Tensor {
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
 * The value of a scalar function and its gradient, as `jax.value_and_grad`. Works eagerly and
 * inside traced functions, to any order. A function that returns `[scalar, aux]` has that as its
 * value.
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
  { argnums = 0 }: GradOptions = {},
): (...args: Parameters<F>) => { value: ReturnType<F>; grad: any } {
  const places = typeof argnums === "number" ? [argnums] : argnums;
  return (...given) =>
    inTrace(given, (args) => {
      const { args: at, wrt } = fresh(args, places);
      const value = fn(...at);
      const grads = gradients(valueOf(scalarOutput(value)), wrt);
      const trees = unflatten(places.map((n) => args[n]), isTensor, grads.map(tensorOf));
      return { value, grad: typeof argnums === "number" ? trees[0] : trees };
    }) as { value: ReturnType<F>; grad: unknown };
}

/**
 * The gradient of a scalar function, as `jax.grad`. See `valueAndGrad`.
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
  const both = valueAndGrad(fn, options);
  return (...args) => both(...args).grad;
}

/**
 * The product of a transposed Jacobian with a cotangent, as `jax.vjp`: the value of `fn` at `args`
 * and the cotangents of the arguments. `fn` gives one tensor.
 */
export function vjp(
  fn: (...args: any[]) => Tensor,
  args: readonly unknown[],
  cotangent: Tensor,
): { value: Tensor; cotangents: any[] } {
  return inTrace([args, cotangent], ([primals, ct]) => {
    const places = (primals as unknown[]).map((_, i) => i);
    const { args: at, wrt } = fresh(primals as unknown[], places);
    const value = fn(...at);
    const grads = gradients(valueOf(value), wrt, valueOf(ct as Tensor));
    return { value, cotangents: unflatten(primals, isTensor, grads.map(tensorOf)) };
  }) as { value: Tensor; cotangents: unknown[] };
}

/**
 * The product of a Jacobian with tangents, as `jax.jvp`. Forward mode by differentiating the
 * reverse mode, which is linear in its cotangent, once more.
 *
 * @param tangents one tree per argument, with the structure of `args`
 *
 * @example A directional derivative
 * ```ts
 * import { jvp } from "@pyrosaur/pyrosaur/compile";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const { value, tangent } = jvp((x: Tensor) => x.square(), [tf.tensor([1, 2])], [tf.tensor([1, 10])]);
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
    const { args: at, wrt } = fresh(primals as unknown[], (primals as unknown[]).map((_, i) => i));
    const value = fn(...at), output = valueOf(value);
    const probe = identity(fill(output.shape, 1));
    const back = gradients(output, wrt, probe), along = flatten(directions, isTensor).leaves.map(valueOf);
    if (along.length !== wrt.length) {
      throw new Error(
        `Cannot take the jvp: ${wrt.length} tensors in the arguments, ${along.length} in the tangents`,
      );
    }
    const pairs = back.map((g, i) => mul(g, along[i])).map((p) => sum(p, p.shape.map((_, i) => i)));
    const tangent = pairs.map((p) => gradients(p, [probe])[0]).reduce((a, b) =>
      valueOf(tensorOf(a).add(tensorOf(b)))
    );
    return { value, tangent: tensorOf(tangent) };
  }) as { value: Tensor; tangent: Tensor };
}

/**
 * The Hessian of a scalar function of one tensor, as `jax.hessian`: shape `[...x.shape,
 * ...x.shape]`. Row by row, as a loop that fission turns into one batched computation.
 *
 * @example A Hessian
 * ```ts
 * import { hessian } from "@pyrosaur/pyrosaur/compile";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const curvature = hessian((x: Tensor) => x.square().mul(x).sum());
 * assert.deepEqual(curvature(tf.tensor([1, 2])).arraySync(), [[6, 0], [0, 12]]);
 * ```
 */
export function hessian(fn: (x: Tensor, ...rest: any[]) => Tensor): (x: Tensor, ...rest: any[]) => Tensor {
  return (x, ...rest) =>
    inTrace([x, ...rest], ([at, ...others]) => {
      const point = at as Tensor, n = point.size;
      const rows = tf.eye(n).reshape([n, ...point.shape]);
      const derivative = grad(fn);
      const [, stacked] = scan(
        (carry: null, row: Tensor) => {
          const along = grad((z: Tensor) => tf.sum(tf.mul(derivative(z, ...others), row)));
          return [carry, along(point)] as [null, Tensor];
        },
        null,
        rows,
      );
      return stacked.reshape([...point.shape, ...point.shape]);
    }) as Tensor;
}
