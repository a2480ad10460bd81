import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { seed, trace } from "../../ppl/mod.ts";
import { constant, type Tensor } from "../../tensor/mod.ts";
import type { LossFunction } from "./loss.ts";
import { checkCount, eachParticle } from "./particles.ts";
import { tracePair } from "./traces.ts";

/** The kernel of two sets of points, `[N, D]` and `[M, D]`: its values, `[N, M]`. */
export type MMDKernel = (x: Tensor, y: Tensor) => Tensor;

/** Options of `TraceMMD`. */
export interface TraceMMDOptions {
  /** The kernel of all sites, or by name (default exp(-|x - y|^2 / (2 D)) for D numbers). */
  kernel?: MMDKernel | Readonly<Record<string, MMDKernel>>;
  /** The weight of the discrepancy of all sites, or by name (default 1). */
  scale?: number | Readonly<Record<string, number>>;
  /** The number of draws (default 10). */
  numParticles?: number;
}

const optionNames: OptionNames<TraceMMDOptions> = { kernel: true, scale: true, numParticles: true };

const squares = (x: Tensor, y: Tensor): Tensor => x.expandDims(1).sub(y.expandDims(0)).square().sum(-1);
const radial: MMDKernel = (x, y) => squares(x, y).mul(constant(-0.5 / x.shape[1])).exp();

/**
 * The likelihood of the data at the guide's draws, less a maximum mean discrepancy of these draws
 * from the prior's in place of the ELBO's divergence, as Pyro's `Trace_MMD`: of InfoVAE (Zhao, Song
 * and Ermon 2017), for guides whose density is not to count. All latent draws are reparameterised.
 * The discrepancy is that of each latent site: the means of k(q, q) and k(p, p) over all pairs,
 * less twice that of k(q, p).
 *
 * @example A guide that is drawn to the prior by its draws
 * ```ts
 * import { adam, key, Normal, param, sample, SVI, TraceMMD } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("z", new Normal(0, 1));
 * const guide = () => void sample("z", new Normal(param("loc", 2), 1));
 * const svi = new SVI(model, guide, adam({ lr: 0.05 }), new TraceMMD({ numParticles: 20 }));
 * const { params } = await svi.run(key(0), 200, []);
 * assert.ok(Math.abs(params.loc.dataSync()[0]) < 0.5);
 * ```
 */
export class TraceMMD {
  /** The loss as a function, a scalar that `grad` differentiates. */
  readonly loss: LossFunction;

  /**
   * Makes the loss.
   *
   * @param options kernels (default radial), the weight of discrepancies (default 1), and how many
   * draws (default 10)
   * @throws Error for a number of particles below 1; when run, for sites that `TraceELBO` refuses,
   * and for a latent site that is not reparameterised, in the guide or in the model.
   */
  constructor(readonly options: TraceMMDOptions = {}) {
    checkOptions("make TraceMMD", options, optionNames);
    const { kernel = radial, scale = 1, numParticles: count = 10 } = options;
    checkCount("TraceMMD", count, 1);
    const kernelOf = (name: string) => typeof kernel === "function" ? kernel : kernel[name] ?? radial;
    const scaleOf = (name: string) => typeof scale === "number" ? scale : scale[name] ?? 1;
    this.loss = (key, model, guide, args) => {
      let names: string[] = [];
      const drawn = eachParticle(count, key, (k): Record<string, Tensor> => {
        const [forPair, forPrior] = k.split(2), pair = tracePair(forPair, model, guide, args);
        const prior = trace(seed(model, forPrior)).get(...args);
        const sites = pair.guide.stochasticSites.filter(({ infer }) => !infer.isAuxiliary);
        names = sites.map(({ name }) => name);
        for (const { name, distribution } of [...sites, ...names.map((name) => prior.sampleSite(name))]) {
          if (distribution.hasRsample) continue;
          throw new Error(
            `Cannot use TraceMMD: site "${name}" (${distribution.name}) is not reparameterised; use TraceELBO`,
          );
        }
        const likelihood = pair.model.observedSites.reduce(
          (sum, { logProbSum }) => sum.add(logProbSum),
          constant(0),
        );
        const values = names.flatMap((name, i) => [
          [`guide ${i}`, pair.guide.value(name).flatten()],
          [`prior ${i}`, prior.value(name).flatten()],
        ]);
        return { likelihood, ...Object.fromEntries(values) };
      });
      return names.reduce((loss, name, i) => {
        const [q, p] = [drawn[`guide ${i}`], drawn[`prior ${i}`]], k = kernelOf(name);
        const discrepancy = k(q, q).mean().add(k(p, p).mean()).sub(k(q, p).mean().mul(constant(2)));
        return loss.add(discrepancy.mul(constant(scaleOf(name))));
      }, drawn.likelihood.mean().neg() as Tensor);
    };
  }
}
