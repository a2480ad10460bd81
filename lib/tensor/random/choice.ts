import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { asTensor } from "../constant.ts";
import type { Key } from "../key.ts";
import { knownValues } from "../known.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { concreteKey } from "./keys/concrete_key.ts";
import { checkShape } from "./util/checks.ts";
import { sizeOf } from "../shape.ts";
import { gumbel } from "./gumbel.ts";
import type { ThreefryKey } from "./keys/key.ts";
import { permutedIndices } from "./util/permuted_indices.ts";
import { randint } from "./randint.ts";
import { uniform } from "./uniform.ts";

/** Options of `choice`. */
export interface ChoiceOptions {
  /** True if an item may be chosen more than once. Default true. */
  replace?: boolean;
  /** The probability of each item, up to a factor. Default: all the same. */
  p?: TensorLike;
}

const optionNames: OptionNames<ChoiceOptions> = { replace: true, p: true };

/**
 * Chooses items at random: from 0, ..., a - 1 as int32 where `a` is a number, else from the rows of
 * `a` along its first axis; the result has the shape asked for (default: a scalar) followed by that
 * of a row. Throws where there is nothing to choose from, where more are asked for than there are
 * without replacement, and for unfit probabilities. Needs an untraced key. `jax.random.choice`.
 */
export function choice(key: Key, a: number | Tensor, shape: Shape = [], options?: ChoiceOptions): Tensor {
  checkShape("choice", shape);
  checkOptions("draw choice", options, optionNames);
  const { replace = true, p } = options ?? {};
  const items = typeof a === "number" ? a : a.shape[0];
  const draws = sizeOf(shape), concrete = concreteKey("choice", key);
  if (!Number.isSafeInteger(items) || items < 1) {
    throw new Error(
      `Cannot draw choice: expected one or more items to choose from, got ${items ?? "a scalar tensor"}`,
    );
  }
  if (!replace && draws > items) {
    throw new Error(`Cannot draw choice: ${draws} of ${items} items without replacement`);
  }
  const indices = p !== undefined
    ? weighted(concrete, probabilities(p, items), shape, replace)
    : replace
    ? randint(concrete, shape, 0, items)
    : tf.tensor(permutedIndices(concrete, items).slice(0, draws), shape, "int32");
  if (typeof a === "number") return indices;
  return tf.gather(a, indices.flatten()).reshape([...shape, ...a.shape.slice(1)]);
}

function probabilities(p: TensorLike, items: number): Float32Array {
  const tensor = asTensor(p), values = knownValues(tensor);
  if (!values) throw new Error("Cannot draw choice: expected p with known values, got a traced tensor");
  if (tensor.rank !== 1 || values.length !== items) {
    throw new Error(`Cannot draw choice: expected p of shape [${items}], got [${tensor.shape}]`);
  }
  const result = Float32Array.from(values);
  if (result.some((v) => !(v >= 0 && v < Infinity)) || !result.some((v) => v > 0)) {
    throw new Error(`Cannot draw choice: expected p to be non-negative with a positive sum, got [${result}]`);
  }
  return result;
}

function weighted(key: ThreefryKey, p: Float32Array, shape: Shape, replace: boolean): Tensor {
  if (!replace) {
    // The Gumbel trick, for the best several instead of the best one.
    const noise = gumbel(key, [p.length]).dataSync();
    const scores = Float32Array.from(p, (v, i) => noise[i] + Math.fround(Math.log(v)));
    const order = Int32Array.from(p.keys()).sort((i, j) =>
      scores[j] === scores[i] ? i - j : scores[j] - scores[i]
    );
    return tf.tensor(order.slice(0, sizeOf(shape)), shape, "int32");
  }
  const cumulative = new Float32Array(p.length);
  for (let i = 0, sum = 0; i < p.length; i++) cumulative[i] = sum = Math.fround(sum + p[i]);
  const total = cumulative[p.length - 1];
  const values = Int32Array.from(uniform(key, shape).dataSync(), (u) => {
    const r = Math.fround(total * Math.fround(1 - u));
    let low = 0, high = p.length - 1;
    while (low < high) {
      const middle = low + high >> 1;
      if (cumulative[middle] < r) low = middle + 1;
      else high = middle;
    }
    return low;
  });
  return tf.tensor(values, shape, "int32");
}
