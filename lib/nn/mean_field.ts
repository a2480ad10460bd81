import { checkOptions, type OptionNames } from "../system/mod.ts";
import { type Distribution, Normal } from "../distributions/mod.ts";
import { module, type Net } from "../ppl/mod.ts";
import { flatten, isTensor, type Key, mapTree, random, type Tensor, tf, unflatten } from "../tensor/mod.ts";
import type { Initialiser } from "./initialisers.ts";

/** Location and scale of a parameter's entries, before the scale is made positive. */
export type LocRho = {
  /** The means. */
  loc: Tensor;
  /** The standard deviations before the softplus. */
  rho: Tensor;
};

/** The parameters of a mean field: a `LocRho` in the place of each parameter of a network. */
export type MeanFieldParams<P> = P extends Tensor ? LocRho : { [K in keyof P]: MeanFieldParams<P[K]> };

/** Options of `meanField`. */
export interface MeanFieldOptions {
  /** First means (default: the network's own first values). */
  locInit?: Initialiser;
  /** First standard deviations before the softplus (default -3 everywhere, which makes 0.049). */
  rhoInit?: Initialiser;
}

/** The names of the options of `meanField`. */
export const meanFieldOptionNames: OptionNames<MeanFieldOptions> = { locInit: true, rhoInit: true };

/** A mean field over a network's parameters. */
export interface MeanField<P> {
  /** Its own parameters as a network, which gives them back: `layers[0].weight.loc` and so on. */
  readonly net: Net<MeanFieldParams<P>, [], MeanFieldParams<P>>;
  /**
   * Registers its parameters under a module's name, and returns the distribution of each parameter
   * of that module by its name within: a prior for `randomModule`, in a guide.
   */
  distributions(name: string): Record<string, Distribution>;
  /**
   * Draws networks.
   *
   * @param params its own parameters
   * @param count the number of networks
   * @returns the parameters of all of them: each tensor has one more axis in front, [count, ...]
   */
  draw(key: Key, params: MeanFieldParams<P>, count: number): P;
}

/**
 * Makes the family of independent normal distributions over the parameters of a network, the guide
 * of `randomModule`: standard deviations are the softplus of a parameter, as in Bayes by Backprop
 * (Blundell et al. 2015).
 *
 * @example A network with a prior, and its guide
 * ```ts
 * import { linear, meanField } from "@pyrosaur/pyrosaur/nn";
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { randomModule, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const net = linear(3, 2), family = meanField(net);
 * const model = () => void randomModule("net", net, new Normal(0, 1));
 * const guide = () => void randomModule("net", net, family.distributions("net"));
 * const run = trace(seed(guide, random.key(0))).get();
 * const names = ["net.bias.loc", "net.bias.rho", "net.weight.loc", "net.weight.rho"];
 * assert.deepEqual(run.paramSites.map((site) => site.name), names);
 * const drawn = trace(seed(model, random.key(0))).get();
 * assert.deepEqual(Object.keys(drawn.params()), []);
 * assert.deepEqual(run.stochasticSites.map((site) => site.name), ["net.bias", "net.weight"]);
 * ```
 */
export function meanField<P>(net: Net<P, never[], unknown>, options?: MeanFieldOptions): MeanField<P> {
  checkOptions("make a mean field", options, meanFieldOptionNames);
  const { locInit, rhoInit = narrow } = options ?? {};
  const own: Net<MeanFieldParams<P>, [], MeanFieldParams<P>> = {
    init(key: Key) {
      const [forNet, forLoc, forRho] = key.split(3);
      let i = 0;
      return mapTree(net.init(forNet), isTensor, (first: Tensor): LocRho => {
        const { shape } = first, at = i++;
        return {
          loc: locInit ? locInit(forLoc.foldIn(at), shape) : first,
          rho: rhoInit(forRho.foldIn(at), shape),
        };
      }) as MeanFieldParams<P>;
    },
    apply: (params) => params,
  };
  return {
    net: own,
    distributions(name) {
      const { leaves, paths } = flatten(module(name, own)(), isLocRho);
      return Object.fromEntries(
        leaves.map(({ loc, rho }, i) => [paths[i], new Normal(loc, rho.softplus()).toEvent(loc.rank)]),
      );
    },
    draw(key, params, count) {
      const drawn = flatten(params, isLocRho).leaves.map(({ loc, rho }, i) =>
        random.normal(key.foldIn(i), [count, ...loc.shape]).mul(rho.softplus()).add(loc)
      );
      return unflatten(params, isLocRho, drawn);
    },
  };
}

/** Standard deviations of 0.049: first networks are much like the means. */
const narrow: Initialiser = (_key, shape) => tf.fill(shape, -3);

const isLocRho = (value: unknown): value is LocRho => isTensor((value as Partial<LocRho> | null)?.rho);
