/**
 * The one place where TensorFlow.js enters Pyrosaur. Everything else imports `tf` from here, so
 * that the tensor library could be replaced in this folder alone.
 *
 * The umbrella package is imported on purpose: core plus a backend alone has no chained methods and
 * no gradients. It is taken as its one minified file, which starts in half the time of the eight
 * files that its entry for Node.js reads; packages that bring backends read their own copy of core,
 * and tfjs keeps one engine and one registry for all copies.
 */
import type * as tfjsTypes from "@tensorflow/tfjs";
import { keepFirstCopy } from "./first_copy.ts";
import { nestedNumbers } from "./nested_numbers.ts";
import bundle from "@tensorflow/tfjs/dist/tf.es2017.min.js";

const tfjs = bundle as unknown as typeof tfjsTypes;

/** Returns a maker of tensors that refuses what tfjs would take in silence for other numbers. */
const checked = <F extends (values: any, ...rest: any[]) => unknown>(make: F): F =>
  ((values, ...rest) => make(nestedNumbers(values), ...rest)) as F;

/**
 * TensorFlow.js. Its `zeros` and `ones` are replaced by ones that are never written out in memory,
 * so that their shape may be symbolic in a trace; what makes tensors of lists refuses ragged ones,
 * and takes every typed array.
 */
export const tf: typeof tfjsTypes = {
  ...tfjs,
  zeros: (shape, dtype = "float32") => tfjs.fill(shape, 0, dtype as "float32"),
  ones: (shape, dtype = "float32") => tfjs.fill(shape, 1, dtype as "float32"),
  tensor: checked(tfjs.tensor),
  tensor1d: checked(tfjs.tensor1d),
  tensor2d: checked(tfjs.tensor2d),
  tensor3d: checked(tfjs.tensor3d),
  tensor4d: checked(tfjs.tensor4d),
  tensor5d: checked(tfjs.tensor5d),
  tensor6d: checked(tfjs.tensor6d),
};

// Also silences the hint to install tfjs-node at the first upload.
keepFirstCopy();

// Eager work starts on the backend that is always there; `chooseBackend` takes a faster one.
void tf.setBackend("cpu");

/** A tensor of any rank: eager (values on a tfjs backend) or traced (a place in a graph). */
export type Tensor = InstanceType<typeof tf.Tensor> & { readonly shape: number[] };

/** A shape: one size per axis. While tracing, a large number stands for a symbolic axis. */
export type Shape = number[];

/** Tells whether a value is a tensor, eager or traced. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof tf.Tensor;
}

/** A tensor, or numbers that become one. */
export type TensorLike =
  | Tensor
  | number
  | boolean
  | readonly number[]
  | readonly (readonly number[])[]
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array;
