import type { StateDict } from "../../nn/mod.ts";
import { module, substitute } from "../../ppl/mod.ts";
import { type Tensor, toTensor } from "../../tensor/mod.ts";
import { checkedParameters } from "./parameters.ts";
import type { Vae, VaeLatent } from "./vae.ts";

/** The functions of a trained autoencoder, of tensors alone, to be exported and served. */
export interface VaeParts {
  /** The distribution of z of images [batch, inputDim], from 0 to 1. */
  encoder(images: Tensor): VaeLatent;
  /** The probability of each pixel, [..., inputDim], of z [..., zDim]. */
  decoder(z: Tensor): Tensor;
}

/**
 * Returns the parts of a trained autoencoder.
 *
 * @param params by name, as training gives them
 * @throws Error where the parameters are not those of such an autoencoder.
 */
export function vaeParts(autoencoder: Vae, params: StateDict): VaeParts {
  const arrays = checkedParameters(autoencoder, params);
  const data = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, toTensor(array)]));
  const trained = <A extends unknown[], R>(name: string, net: Parameters<typeof module<unknown, A, R>>[1]) =>
    substitute(() => module(name, net), { data })();
  const decoder = trained("decoder", autoencoder.decoder);
  return { encoder: trained("encoder", autoencoder.encoder), decoder: (z) => decoder(z).sigmoid() };
}
