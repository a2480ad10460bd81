import { type Tensor, tf } from "../../lib/tensor/mod.ts";

/** Returns numbers from 0 to 1 that any language computes from the same formula. */
export function uniforms(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const x = Math.sin(i + 1 + 0.5 * seed) * 43758.5453;
    return x - Math.floor(x);
  });
}

/** Returns what a function makes of such numbers, as a tensor. */
export function computed(shape: number[], seed: number, of: (u: number, i: number) => number): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from(uniforms(count, seed), of), shape) as Tensor;
}
