import type { Tensor2D } from "@tensorflow/tfjs";
import { type Key, random, type Shape, sizeOf, type Tensor, tf } from "../tensor/mod.ts";

/** The maker of a parameter's first values. Weights have the shape [out, in], as in PyTorch. */
export type Initialiser = (key: Key, shape: Shape) => Tensor;

/** Inputs and outputs of a weight [out, in, ...rest]: the rest is a receptive field. */
function fans(name: string, shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) {
    throw new Error(`Cannot initialise with ${name}: the weight has shape [${shape}], expected [out, in]`);
  }
  const field = sizeOf(shape.slice(2));
  return { fanIn: shape[1] * field, fanOut: shape[0] * field };
}

/** Gives all zeros. PyTorch's `zeros_`. */
export const zeros: Initialiser = (_key: Key, shape: Shape): Tensor => tf.zeros(shape);

/** Gives all ones. PyTorch's `ones_`. */
export const ones: Initialiser = (_key: Key, shape: Shape): Tensor => tf.ones(shape);

/** Ones on a matrix's diagonal. PyTorch's `eye_`. @throws Error unless the shape has two axes. */
export const identity: Initialiser = (_key: Key, shape: Shape): Tensor => {
  if (shape.length !== 2) {
    throw new Error(`Cannot initialise with identity: the weight has shape [${shape}], expected two axes`);
  }
  return tf.eye(shape[0], shape[1]);
};

/** Makes an initialiser that draws uniformly on [-bound, bound). */
export const uniform = (bound: number): Initialiser => (key, shape) =>
  random.uniform(key, shape).mul(2 * bound).sub(bound);

/**
 * Makes an initialiser that draws normally, of a standard deviation (default 1). PyTorch's
 * `normal_`.
 */
export const normal = (sd = 1): Initialiser => (key, shape) => random.normal(key, shape).mul(sd);

/**
 * Draws uniformly, of variance 2 / (in + out) (Glorot and Bengio 2010). PyTorch's
 * `xavier_uniform_`.
 */
export const xavierUniform: Initialiser = (key: Key, shape: Shape): Tensor => {
  const { fanIn, fanOut } = fans("xavierUniform", shape);
  return uniform(Math.sqrt(6 / (fanIn + fanOut)))(key, shape);
};

/**
 * Draws normally, of variance 2 / (in + out) (Glorot and Bengio 2010). PyTorch's `xavier_normal_`.
 */
export const xavierNormal: Initialiser = (key: Key, shape: Shape): Tensor => {
  const { fanIn, fanOut } = fans("xavierNormal", shape);
  return normal(Math.sqrt(2 / (fanIn + fanOut)))(key, shape);
};

/**
 * Draws uniformly, of variance 2 / in, for ReLUs (He et al. 2015), PyTorch's `kaiming_uniform_`.
 */
export const kaimingUniform: Initialiser = (key: Key, shape: Shape): Tensor =>
  uniform(Math.sqrt(6 / fans("kaimingUniform", shape).fanIn))(key, shape);

/** Draws normally, of variance 2 / in, for ReLUs (He et al. 2015), PyTorch's `kaiming_normal_`. */
export const kaimingNormal: Initialiser = (key: Key, shape: Shape): Tensor =>
  normal(Math.sqrt(2 / fans("kaimingNormal", shape).fanIn))(key, shape);

/**
 * Draws uniformly on [-1 / sqrt(in), 1 / sqrt(in)), the first weights of PyTorch's `nn.Linear` (for
 * its bias, with the same `in`, use `uniform`).
 */
export const uniformFanIn: Initialiser = (key: Key, shape: Shape): Tensor =>
  uniform(1 / Math.sqrt(fans("uniformFanIn", shape).fanIn))(key, shape);

/**
 * Makes an initialiser that draws matrices with orthonormal rows or columns, whichever are fewer
 * (Saxe et al. 2013). PyTorch's `orthogonal_`.
 * @param gain the length of the vectors (default 1)
 */
export const orthogonal = (gain = 1): Initialiser => (key: Key, shape: Shape): Tensor => {
  fans("orthogonal", shape);
  const rows = shape[0], columns = sizeOf(shape.slice(1));
  const vectors = random.normal(key, [Math.min(rows, columns), Math.max(rows, columns)]);
  const unit = tf.linalg.gramSchmidt(vectors as Tensor2D) as Tensor;
  return (rows <= columns ? unit : unit.transpose()).mul(gain).reshape(shape);
};
