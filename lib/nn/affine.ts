import { type Tensor, tf } from "../tensor/mod.ts";

/** Returns x W' + b over the last axis. */
export function affine(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [outFeatures, inFeatures] = weight.shape, lead = x.shape.slice(0, -1);
  if (x.shape.at(-1) !== inFeatures) {
    throw new Error(
      `Cannot apply a linear layer: the input has shape [${x.shape}], expected ${inFeatures} on its last axis`,
    );
  }
  const rows = x.rank === 2 ? x : x.reshape([-1, inFeatures]);
  const product = tf.matMul(rows, weight, false, true);
  const sum = bias ? product.add(bias) : product;
  return x.rank === 2 ? sum : sum.reshape([...lead, outFeatures]);
}
