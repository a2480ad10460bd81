import { checkOptions, type OptionNames } from "../system/mod.ts";
import { type Distribution, Normal } from "../distributions/mod.ts";
import { type Prior, prngKey, randomModule } from "../ppl/mod.ts";
import { random, type Tensor } from "../tensor/mod.ts";
import { affine } from "./affine.ts";
import { linear } from "./linear.ts";
import { type MeanField, meanField, meanFieldOptionNames, type MeanFieldOptions } from "./mean_field.ts";

/** Options of `bayesianLinear`. */
export interface BayesianLinearOptions extends MeanFieldOptions {
  /** Adds a bias (default true). */
  bias?: boolean;
  /** The prior of the weights: as `randomModule` takes it (default a standard normal of each). */
  prior?: Prior;
  /**
   * True to draw what the layer gives, a number for each row and unit, in the place of the weights
   * (Kingma, Salimans and Welling 2015): the same expectation of the loss, and less variance of
   * its gradient. Default false.
   */
  localReparameterisation?: boolean;
}

const optionNames: OptionNames<BayesianLinearOptions> = {
  ...meanFieldOptionNames,
  bias: true,
  prior: true,
  localReparameterisation: true,
};

/** A linear layer of random weights, as it stands in a model and in its guide. */
export interface BayesianLinear {
  /** In a model: draws the weights from the prior. Returns the layer as a function of its input. */
  model(name: string): (x: Tensor) => Tensor;
  /** In the guide: draws them from a mean field, of parameters `NAME.weight.loc` and so on. */
  guide(name: string): (x: Tensor) => Tensor;
  /** The mean field. */
  readonly family: MeanField<{ weight: Tensor; bias?: Tensor }>;
}

/**
 * Makes a linear layer whose weights have a prior, and a mean field in the guide, as Pyro's
 * `random_module` of an `nn.Linear`. Its sites are `NAME.weight`, [out, in], and `NAME.bias`,
 * [out], drawn once for all rows of the input.
 *
 * With `localReparameterisation` the model gives, for an input x, draws of N(x m' + b, x^2 s^2' +
 * c^2), with m, b and s, c the means and standard deviations of the guide: each row has weights of
 * its own. Sites and divergences stay; with `TraceMeanFieldELBO`, which has these in closed form,
 * weights are not drawn at all: [rows, out] numbers in their place, for a second product. Such a
 * model is for training: to predict, take the layer without.
 *
 * @throws Error for sizes that are no positive integers; when applied, for an input of another
 * size and for priors whose shapes do not fit.
 *
 * @example Regression with an unknown slope
 * ```ts
 * import { adam, key, Normal, plate, sample, SVI, type Tensor, tf } from "@pyrosaur/pyrosaur";
 * import { bayesianLinear } from "@pyrosaur/pyrosaur/nn";
 * import { TraceMeanFieldELBO } from "@pyrosaur/pyrosaur/infer";
 * import assert from "node:assert/strict";
 *
 * const layer = bayesianLinear(1, 1, { bias: false, localReparameterisation: true });
 * function model(x: Tensor, y: Tensor) {
 *   const line = layer.model("line");
 *   using _data = plate("data", x.shape[0]);
 *   sample("y", new Normal(line(x), 1).toEvent(1), { obs: y });
 * }
 * const guide = () => void layer.guide("line");
 * const x = tf.tensor([[-3], [-1], [1], [3]]), y = x.mul(2);
 * const svi = new SVI(model, guide, adam({ lr: 0.05 }), new TraceMeanFieldELBO());
 * const { params } = await svi.run(key(0), 1000, [x, y], { progress: false });
 * // Posterior precision 1 + 20, mean 40 / 21.
 * assert.ok(Math.abs(params["line.weight.loc"].dataSync()[0] - 40 / 21) < 0.1);
 * ```
 */
export function bayesianLinear(
  inFeatures: number,
  outFeatures: number,
  options?: BayesianLinearOptions,
): BayesianLinear {
  checkOptions("make bayesianLinear", options, optionNames);
  const { bias = true, prior, localReparameterisation = false, ...ofFamily } = options ?? {};
  const net = linear(inFeatures, outFeatures, { bias }), family = meanField(net, ofFamily);
  return {
    family,
    guide: (name) => randomModule(name, net, family.distributions(name)),
    model(name) {
      const layer = randomModule(name, net, prior ?? new Normal(0, 1));
      if (!localReparameterisation) return layer;
      const { weight, bias } = family.distributions(name);
      return (x) => drawnActivations(name, x, weight, bias);
    },
  };
}

/** Draws what a layer gives for each row on its own. */
function drawnActivations(name: string, x: Tensor, weight: Distribution, bias?: Distribution): Tensor {
  const key = prngKey(`${name}.noise`);
  if (!key) {
    throw new Error(
      `Cannot draw the activations of layer "${name}": no key was given; wrap the model in seed(model, key)`,
    );
  }
  const of = (parameter: string, x: Tensor, f = (t: Tensor): Tensor => t): Tensor =>
    affine(x, f(weight.parameters[parameter]), bias && f(bias.parameters[parameter]));
  const mean = of("loc", x), variance = of("scale", x.square(), (t) => t.square());
  return mean.add(variance.sqrt().mul(random.normal(key, mean.shape)));
}
