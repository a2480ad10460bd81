import { Bernoulli, Normal } from "../../lib/distributions/mod.ts";
import { mlp, type MlpParams } from "../../lib/nn/mod.ts";
import { module, type Net, plate, sample } from "../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";

/** Pixels, hidden units and the size of the latent variable. */
export const PIXELS = 784, HIDDEN = 400, LATENT = 20;

const encoder: Net<MlpParams, [Tensor], Tensor> = mlp([PIXELS, HIDDEN, 2 * LATENT], {
  activation: "softplus",
});
const decoder: Net<MlpParams, [Tensor], Tensor> = mlp([LATENT, HIDDEN, PIXELS], { activation: "softplus" });

/** Images from latent variables. */
export function model(images: Tensor): void {
  const decode = module("decoder", decoder);
  using _data = plate("data", images.shape[0]);
  const z = sample("z", new Normal(tf.zeros([LATENT]), 1).toEvent(1));
  sample("x", new Bernoulli({ logits: decode(z) }).toEvent(1), { obs: images });
}

/** Latent variables from images. */
export function guide(images: Tensor): void {
  const encode = module("encoder", encoder);
  using _data = plate("data", images.shape[0]);
  const [loc, raw] = tf.split(encode(images), 2, 1);
  sample("z", new Normal(loc, raw.softplus()).toEvent(1));
}
