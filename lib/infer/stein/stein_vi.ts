import type { CompileOptions } from "../../compile/mod.ts";
import { compileOptionNames } from "../../compile/internals.ts";
import { transformTo } from "../../distributions/mod.ts";
import { type AnyFunction, around, type Handler, type ParamMessage } from "../../ppl/mod.ts";
import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { constant, type Key, type Tensor } from "../../tensor/mod.ts";
import { AutoDelta } from "../autoguide/mod.ts";
import { isLoss, type Loss, type LossFunction, lossFunction } from "../elbo/loss.ts";
import { TraceELBO } from "../elbo/trace_elbo.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import type { Arguments } from "../stepping/mod.ts";
import { Trainer, type TrainingOptions } from "../svi/trainer.ts";
import type { SVIResult } from "../svi/mod.ts";
import { WEIGHT } from "./annealed.ts";
import type { Coupling } from "./coupling.ts";
import { rbfKernel, type SteinKernel } from "./kernels/mod.ts";
import { mixtureGuide } from "./mixture_guide.ts";

/** Options of `SteinVI`, beside those of `compile`. */
export interface SteinOptions extends CompileOptions {
  /** The number of particles (default 10). */
  numParticles?: number;
  /** The kernel (default `rbfKernel()`). */
  kernel?: SteinKernel;
  /** The factor of the force that drives particles apart (default 1), 0 for none. */
  repulsion?: number;
  /** The loss of one particle (default `new TraceELBO()`). */
  loss?: Loss;
}

/** The names of the options. */
export const steinOptionNames: OptionNames<SteinOptions> = {
  ...compileOptionNames,
  numParticles: true,
  kernel: true,
  repulsion: true,
  loss: true,
};

/** The result of `SteinVI.run`. */
export interface SteinResult extends Pick<SVIResult, "state" | "losses"> {
  /**
   * The parameters by name, constrained: those of the guide with the particles first, `[particles,
   * ...shape]`, those of the model, which all particles share, without.
   */
  readonly params: SVIResult["params"];
  /** The mixture of the guide at all particles: a guide for `Predictive`, with `params: {}`. */
  readonly guide: AnyFunction;
}

/**
 * Stein mixture inference (Nalisnick and Smyth 2017; Rønning et al. 2024), as NumPyro's `SteinVI`:
 * many guides side by side, whose parameters are particles that follow the gradients of their
 * neighbours' bounds and repel each other. With delta guides it is Stein variational gradient
 * descent (see `SVGD`). Parameters of the model are shared: they follow the mean gradient. It
 * compiles as `SVI` does, all particles in one graph.
 *
 * Particles move in unconstrained space, where delta guides' densities have the volumes of their
 * transforms. `losses` are means over particles.
 *
 * @example A posterior of two modes
 * ```ts
 * import assert from "node:assert/strict";
 * import { adam, constraints, key, Normal, param, sample } from "@pyrosaur/pyrosaur";
 * import { random, SteinVI } from "@pyrosaur/pyrosaur";
 *
 * const z = () => sample("z", new Normal(0, 3));
 * const model = () => void sample("x", new Normal(z().square(), 1), { obs: 9 });
 * function guide() {
 *   const loc = param("loc", (k) => random.normal(k, []).mul(2));
 *   sample("z", new Normal(loc, param("scale", 0.2, { constraint: constraints.positive })));
 * }
 * const stein = new SteinVI(model, guide, adam({ lr: 0.05 }), { numParticles: 8 });
 * const { params } = await stein.run(key(1), 400, [], { progress: false });
 * const locs = Array.from(params.loc.dataSync());
 * assert.ok(Math.min(...locs) < -2 && Math.max(...locs) > 2);
 * ```
 */
export class SteinVI extends Trainer {
  /** The number of particles. */
  readonly numParticles: number;
  /** @internal The number of trainings side by side. */
  protected override readonly members: number;

  /**
   * Puts together a training.
   *
   * @param model a function with sample sites
   * @param guide a function with a sample site for each latent one of the model; the first values
   * of its parameters should differ by their key, or all particles are one
   * @param optimiser such as `adam({ lr: 0.02 })`
   * @throws Error for options that cannot be.
   */
  constructor(
    model: AnyFunction,
    private readonly guide: AnyFunction,
    optimiser: Optimiser,
    options?: SteinOptions,
  ) {
    checkOptions("make SteinVI", options, steinOptionNames);
    const {
      numParticles = 10,
      kernel = rbfKernel(),
      repulsion = 1,
      loss = new TraceELBO(),
      ...compileOptions
    } = options ?? {};
    const fail = (why: string): never => {
      throw new Error(`Cannot make SteinVI: ${why}`);
    };
    if (!(Number.isSafeInteger(numParticles) && numParticles > 0)) {
      fail(`numParticles is ${numParticles}, expected a positive integer`);
    }
    if (!(repulsion >= 0 && repulsion < Infinity)) {
      fail(`repulsion is ${repulsion}, expected a number of at least 0`);
    }
    if (typeof kernel !== "function") fail(`kernel is ${typeof kernel}, expected one such as rbfKernel()`);
    if (!isLoss(loss)) fail("the loss must be a function, or have one named loss, such as new TraceELBO()");
    const couple: Coupling = (particles, gradients, parts, scalars) => {
      const { smooth, repulsion: apart } = kernel(particles, parts), weight: Tensor = scalars[WEIGHT];
      const pulled = smooth(weight ? gradients.mul(weight) : gradients);
      return pulled.sub(apart.mul(constant(repulsion))).mul(constant(1 / numParticles));
    };
    const own = guide instanceof AutoDelta ? withVolume(lossFunction(loss)) : loss;
    super(model, guide, optimiser, own, compileOptions, couple);
    this.members = this.numParticles = numParticles;
  }

  /**
   * Trains all particles for a number of steps.
   *
   * @param key the source of all randomness: particle `m` begins with `key.foldIn(m)`
   * @param steps the number of updates
   * @param args the arguments of model and guide; or a function from the number of a step to that
   * step's, for mini-batches
   *
   * Throws (rejects) as `SVI.init` does, and where the loss of a particle becomes NaN or infinite.
   */
  async run(key: Key, steps: number, args?: Arguments, options?: TrainingOptions): Promise<SteinResult> {
    const { numParticles: count } = this, trained = await this.train(key, steps, args, options);
    const { state, losses } = trained, odd = losses.findIndex((loss) => !Number.isFinite(loss));
    if (odd >= 0) {
      const done = losses.length / count, step = state.step - done + Math.floor(odd / count);
      throw new Error(
        `Cannot train: at step ${step} the loss of particle ${odd % count} is ${
          losses[odd]
        }; train with a smaller ` +
          "learning rate, or start elsewhere",
      );
    }
    const means = Float64Array.from(
      { length: losses.length / count },
      (_, i) => losses.subarray(i * count, (i + 1) * count).reduce((a, b) => a + b) / count,
    );
    const params = trained.params(), all = [...this.latest!.layout.params.values()];
    const shared = new Set(all.filter(({ origin }) => origin === "model").map(({ name }) => name));
    const own = Object.entries(params).filter(([name]) => !shared.has(name));
    for (const name of shared) params[name] = params[name].gather(0);
    return { state, losses: means, params, guide: mixtureGuide(this.guide, Object.fromEntries(own)) };
  }
}

/** Adds minus the log volume of the transforms to the parameters of a guide to a loss. */
function withVolume(loss: LossFunction): LossFunction {
  return (key, model, guide, args) => {
    const found = new Map<string, ParamMessage>();
    const param = (message: ParamMessage) => void found.set(message.name, { ...message });
    const handler: Handler = { label: "SteinVI", postprocess: { param } };
    let total = loss(key, model, around(guide, () => handler), args);
    for (const { constraint, value } of found.values()) {
      const transform = transformTo(constraint), x = transform.inverse(value!);
      total = total.sub(transform.logAbsDetJacobian(x, value!).sum());
    }
    return total;
  };
}
