import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { Normal } from "../../distributions/mod.ts";
import { checkSizes, linear, type LinearParams } from "../../nn/mod.ts";
import { module, type Net, plate, sample } from "../../ppl/mod.ts";
import { formatShape, type Key, special, type Tensor, tf } from "../../tensor/mod.ts";
import { GreyBernoulli } from "./grey_bernoulli.ts";

/** The sizes of a variational autoencoder; the defaults are those of Pyro's example. */
export interface VaeOptions {
  /** Pixels of an image (default 784). */
  inputDim?: number;
  /** Hidden units of the encoder and of the decoder (default 400). */
  hiddenDim?: number;
  /** Size of the latent variable (default 50). */
  zDim?: number;
}

const optionNames: OptionNames<VaeOptions> = { inputDim: true, hiddenDim: true, zDim: true };

/** The parameters of an encoder, with the names of Pyro's example. */
export type VaeEncoderParams = {
  /** From an image to hidden units. */
  fc1: LinearParams;
  /** From hidden units to the mean of z. */
  fc21: LinearParams;
  /** From hidden units to the log of the standard deviation of z. */
  fc22: LinearParams;
};

/** The parameters of a decoder, with the names of Pyro's example. */
export type VaeDecoderParams = {
  /** From z to hidden units. */
  fc1: LinearParams;
  /** From hidden units to the log odds of each pixel. */
  fc21: LinearParams;
};

/** The distribution of the latent variables of images. */
export interface VaeLatent {
  /** Means: [..., zDim]. */
  readonly loc: Tensor;
  /** Standard deviations: [..., zDim]. */
  readonly scale: Tensor;
}

/** A variational autoencoder: a model and a guide of images, and their networks. */
export interface Vae {
  /** Sites `z` and `x`, which is observed, in the plate `data`. Images: [batch, inputDim]. */
  model(images: Tensor): void;
  /** The site `z`, from the images, in the plate `data`. */
  guide(images: Tensor): void;
  /** From images to the distribution of z: the module `encoder`. */
  readonly encoder: Net<VaeEncoderParams, [images: Tensor], VaeLatent>;
  /** From z to the log odds of each pixel: the module `decoder`. */
  readonly decoder: Net<VaeDecoderParams, [z: Tensor], Tensor>;
  /**
   * Returns the probability of each pixel given z as drawn for each image, as the example's
   * `reconstruct_img`: both modules must have their parameters (`substitute`) and there must be a
   * key (`seed`).
   *
   * @returns the shape of the images
   */
  reconstruct(images: Tensor): Tensor;
  /** The sizes. */
  readonly options: Required<VaeOptions>;
}

/**
 * Makes a variational autoencoder (Kingma and Welling 2014) as in Pyro's tutorial: each image has a
 * standard normal z; a network with one hidden layer of softplus units makes of it the log odds of
 * every pixel, another one makes of an image the mean and the standard deviation of its z. Pixels
 * go from 0 to 1 and are scored as they are (`GreyBernoulli`).
 *
 * @throws Error for sizes that are no positive integers, and where images have another size.
 *
 * @example Reconstructions by an untrained one
 * ```ts
 * import { vae } from "@pyrosaur/pyrosaur/models";
 * import { seed } from "@pyrosaur/pyrosaur/ppl";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const { reconstruct } = vae({ inputDim: 16, hiddenDim: 8, zDim: 2 });
 * const images = random.uniform(random.key(0), [3, 16]);
 * assert.deepEqual(seed(reconstruct, random.key(1))(images).shape, [3, 16]);
 * ```
 */
export function vae(options?: VaeOptions): Vae {
  checkOptions("make a variational autoencoder", options, optionNames);
  const { inputDim = 784, hiddenDim = 400, zDim = 50 } = options ?? {};
  const sizes = { inputDim, hiddenDim, zDim };
  checkSizes("a variational autoencoder", sizes);
  const intoHidden = linear(inputDim, hiddenDim), toLoc = linear(hiddenDim, zDim);
  const toScale = linear(hiddenDim, zDim), fromLatent = linear(zDim, hiddenDim);
  const toPixels = linear(hiddenDim, inputDim);

  const encoder: Vae["encoder"] = {
    init(key: Key) {
      const [a, b, c] = key.split(3);
      return { fc1: intoHidden.init(a), fc21: toLoc.init(b), fc22: toScale.init(c) };
    },
    apply({ fc1, fc21, fc22 }, images) {
      const hidden = special.softplus(intoHidden.apply(fc1, images));
      return { loc: toLoc.apply(fc21, hidden), scale: toScale.apply(fc22, hidden).exp() };
    },
  };

  const decoder: Vae["decoder"] = {
    init(key: Key) {
      const [a, b] = key.split(2);
      return { fc1: fromLatent.init(a), fc21: toPixels.init(b) };
    },
    apply: ({ fc1, fc21 }, z) => toPixels.apply(fc21, special.softplus(fromLatent.apply(fc1, z))),
  };

  /** The images of a batch, one a member. */
  const members = (images: Tensor): ReturnType<typeof plate> => {
    if (images.rank === 2 && images.shape[1] === inputDim) return plate("data", images.shape[0]);
    throw new Error(
      `Cannot run the variational autoencoder: the images have shape ${formatShape(images.shape)}, ` +
        `expected [batch, ${inputDim}]; flatten them, or give inputDim`,
    );
  };

  function model(images: Tensor): void {
    const decode = module("decoder", decoder);
    using _data = members(images);
    const z = sample("z", new Normal(tf.zeros([zDim]), 1).toEvent(1));
    sample("x", new GreyBernoulli(decode(z)).toEvent(1), { obs: images });
  }

  function guide(images: Tensor): Tensor {
    const encode = module("encoder", encoder);
    using _data = members(images);
    const { loc, scale } = encode(images);
    return sample("z", new Normal(loc, scale).toEvent(1));
  }

  function reconstruct(images: Tensor): Tensor {
    const z = guide(images);
    return module("decoder", decoder)(z).sigmoid();
  }

  return { model, guide, encoder, decoder, reconstruct, options: sizes };
}
