import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { Normal } from "../../distributions/mod.ts";
import { broadcastShapes, constant, type Key, type Tensor, tf } from "../../tensor/mod.ts";
import { checkSizes, linear, mlp } from "../../nn/mod.ts";
import type { Initialiser, LinearParams, MlpParams } from "../../nn/mod.ts";
import { mask, module, type Net, plate, sample } from "../../ppl/mod.ts";

/** Points of one function, with those that are known. */
export interface NeuralProcessPoints {
  /** Their places: [points, xDim]. */
  x: Tensor;
  /** The values there: [points, yDim]. */
  y: Tensor;
  /** The points that are known beforehand: bool [points]. */
  context: Tensor;
  /** The points that are to be predicted: bool [points]. */
  target: Tensor;
  /** The standard deviation of each observation, [points, 1] (default the process's own). */
  scale?: Tensor;
}

/** The sizes of a Neural Process; the defaults are those of Orm's experiment. */
export interface NeuralProcessOptions {
  /** Numbers a point's place has (default 1). */
  xDim?: number;
  /** Numbers a point's value has (default 1). */
  yDim?: number;
  /** Hidden units of the network that encodes a point (default 8). */
  encoderDim?: number;
  /** Size of a point's representation (default 2). */
  rDim?: number;
  /** Size of the latent variable (default 2). */
  zDim?: number;
  /** Hidden units of the decoder (default 8). */
  decoderDim?: number;
  /** The standard deviation of observations (default 0.005). */
  obsScale?: number;
  /** First weights of all layers (default PyTorch's); biases are always PyTorch's. */
  weightInit?: Initialiser;
}

const optionNames: OptionNames<NeuralProcessOptions> = {
  xDim: true,
  yDim: true,
  encoderDim: true,
  rDim: true,
  zDim: true,
  decoderDim: true,
  obsScale: true,
  weightInit: true,
};

/** The parameters. */
export interface NeuralProcessParams {
  /** From a point to its representation. */
  encoder: MlpParams;
  /** From the mean representation to the mean of z. */
  loc: LinearParams;
  /** From the mean representation to the standard deviation of z, before the softplus. */
  scale: LinearParams;
  /** From a place and z to the value there. */
  decoder: MlpParams;
}

/** The distribution of z. */
export interface NeuralProcessLatent {
  /** The mean: [zDim]. */
  readonly loc: Tensor;
  /** The standard deviation: [zDim]. */
  readonly scale: Tensor;
}

/** A model and its guide, and the network they share. */
export interface NeuralProcess {
  /** Sites `z`, given the context, and `y`, observed at the targets, in the plate `points`. */
  model(points: NeuralProcessPoints): void;
  /** The site `z`, given context and targets. */
  guide(points: NeuralProcessPoints): void;
  /** All parameters, registered as `np.encoder.layers[0].weight` and so on. */
  readonly net: Net<NeuralProcessParams, [], NeuralProcessParams>;
  /** Returns the distribution of z, given the points where `known` (bool [points]) holds. */
  latent(params: NeuralProcessParams, x: Tensor, y: Tensor, known: Tensor): NeuralProcessLatent;
  /**
   * Returns functions at places.
   *
   * @param x [points, xDim]
   * @param z [..., zDim], or [..., 1, zDim] as sampled within plates
   * @returns [..., points, yDim]
   */
  decode(params: NeuralProcessParams, x: Tensor, z: Tensor): Tensor;
  /** The sizes. */
  readonly options: Required<Omit<NeuralProcessOptions, "weightInit">>;
}

/** Added to variances, so that a standard deviation of 0 has a divergence. */
const JITTER = 1e-16;

/**
 * Makes a Neural Process (Garnelo et al. 2018), a pair of model and guide: each point becomes a
 * representation, the mean of those that are known gives the distribution of one latent variable,
 * and a decoder makes a function of it. The prior of the model is the same network as the guide,
 * applied to the context alone. Sizes and details by default as in Orm's notes on how such a
 * network loses its uncertainty ("Neural Processes", 2018).
 *
 * @throws Error for sizes that are no positive integers, and for an `obsScale` that is not
 * positive.
 *
 * @example The functions of an untrained process
 * ```ts
 * import { neuralProcess } from "@pyrosaur/pyrosaur/models";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const np = neuralProcess(), params = np.net.init(random.key(0));
 * const x = tf.tensor([[-1], [0], [1]]), known = tf.tensor1d([true, false, true], "bool");
 * const { loc, scale } = np.latent(params, x, x.sin(), known);
 * const z = random.normal(random.key(1), [10, 2]).mul(scale).add(loc);
 * assert.deepEqual(np.decode(params, x, z).shape, [10, 3, 1]);
 * ```
 */
export function neuralProcess(
  options?: NeuralProcessOptions,
): NeuralProcess {
  checkOptions("make a Neural Process", options, optionNames);
  const {
    xDim = 1,
    yDim = 1,
    encoderDim = 8,
    rDim = 2,
    zDim = 2,
    decoderDim = 8,
    obsScale = 0.005,
    weightInit,
  } = options ?? {};
  const sizes = { xDim, yDim, encoderDim, rDim, zDim, decoderDim };
  checkSizes("a Neural Process", sizes);
  if (!(obsScale > 0 && Number.isFinite(obsScale))) {
    throw new Error(`Cannot make a Neural Process: obsScale is ${obsScale}, expected a positive number`);
  }
  const encoder = mlp([xDim + yDim, encoderDim, rDim], { weightInit });
  const toLoc = linear(rDim, zDim, { weightInit }), toScale = linear(rDim, zDim, { weightInit });
  const decoder = mlp([xDim + zDim, decoderDim, yDim], { weightInit, activation: "sigmoid" });

  const net: NeuralProcess["net"] = {
    init(key: Key): NeuralProcessParams {
      const [a, b, c, d] = key.split(4);
      return {
        encoder: encoder.init(a),
        loc: toLoc.init(b),
        scale: toScale.init(c),
        decoder: decoder.init(d),
      };
    },
    apply: (params) => params,
  };

  function latent(params: NeuralProcessParams, x: Tensor, y: Tensor, known: Tensor): NeuralProcessLatent {
    const each = encoder.apply(params.encoder, tf.concat([x, y], 1));
    const weight = known.cast("float32");
    const mean = each.mul(weight.expandDims(1)).sum(0, true).div(weight.sum());
    const loc = toLoc.apply(params.loc, mean).reshape([zDim]);
    const sd = toScale.apply(params.scale, mean).softplus().reshape([zDim]);
    return { loc, scale: sd.square().add(constant(JITTER)).sqrt() };
  }

  function decode(params: NeuralProcessParams, x: Tensor, z: Tensor): Tensor {
    const latents = z.rank > 2 && z.shape.at(-2) === 1 ? z : z.expandDims(-2);
    const lead = broadcastShapes(latents.shape.slice(0, -1), [x.shape[0]]);
    const pairs = [tf.broadcastTo(x, [...lead, xDim]), tf.broadcastTo(latents, [...lead, zDim])];
    return decoder.apply(params.decoder, tf.concat(pairs, lead.length));
  }

  const normal = ({ loc, scale }: NeuralProcessLatent) => new Normal(loc, scale).toEvent(1);

  function model({ x, y, context, target, scale = constant(obsScale) }: NeuralProcessPoints): void {
    const params = module("np", net)();
    const z = sample("z", normal(latent(params, x, y, context)));
    using _points = plate("points", x.shape[0]);
    using _targets = mask(target);
    sample("y", new Normal(decode(params, x, z), scale).toEvent(1), { obs: y });
  }

  function guide({ x, y, context, target }: NeuralProcessPoints): void {
    const params = module("np", net)();
    sample("z", normal(latent(params, x, y, context.logicalOr(target))));
  }

  return { model, guide, net, latent, decode, options: { ...sizes, obsScale } };
}
