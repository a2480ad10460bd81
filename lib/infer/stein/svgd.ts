import type { AnyFunction } from "../../ppl/mod.ts";
import { checkOptions, type OptionNames } from "../../system/mod.ts";
import type { Key, Tensor } from "../../tensor/mod.ts";
import { AutoDelta } from "../autoguide/mod.ts";
import { type InitStrategy, initToUniform } from "../latent/mod.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import type { Arguments } from "../stepping/mod.ts";
import type { TrainingOptions } from "../svi/trainer.ts";
import { steinOptionNames, type SteinOptions, type SteinResult, SteinVI } from "./stein_vi.ts";

/** Options of `SVGD`, those of `SteinVI` and the particles' starts. */
export interface SVGDOptions extends SteinOptions {
  /** The values that particles start at (default `initToUniform()`). */
  initStrategy?: InitStrategy;
}

/** The names of the options. */
export const svgdOptionNames: OptionNames<SVGDOptions> = { ...steinOptionNames, initStrategy: true };

/** The result of `SVGD.run`. */
export interface SVGDResult extends SteinResult {
  /** The values of the latent sites at all particles by name, `[particles, ...shape]`. */
  readonly samples: Record<string, Tensor>;
}

/**
 * Stein variational gradient descent (Liu and Wang 2016), as NumPyro's `SVGD`: particles that climb
 * the posterior's density and repel each other, so that at rest they stand for it. It is `SteinVI`
 * with the guide `AutoDelta`.
 *
 * @example The spread of a normal
 * ```ts
 * import assert from "node:assert/strict";
 * import { adam, key, Normal, sample, SVGD } from "@pyrosaur/pyrosaur";
 *
 * const model = () => void sample("z", new Normal(3, 2));
 * const svgd = new SVGD(model, adam({ lr: 0.1 }), { numParticles: 20 });
 * const { samples } = await svgd.run(key(0), 500, [], { progress: false });
 * const z = Array.from(samples.z.dataSync()), mean = z.reduce((a, b) => a + b) / 20;
 * const variance = z.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 20;
 * assert.ok(Math.abs(mean - 3) < 0.2 && Math.abs(Math.sqrt(variance) - 2) < 0.5);
 * ```
 */
export class SVGD extends SteinVI {
  readonly #delta: AutoDelta;

  /** Puts together a training; see `SteinVI`. @throws Error for options that cannot be. */
  constructor(model: AnyFunction, optimiser: Optimiser, options?: SVGDOptions) {
    checkOptions("make SVGD", options, svgdOptionNames);
    const { initStrategy = initToUniform(), ...rest } = options ?? {};
    const delta = new AutoDelta(model, { initStrategy });
    super(model, delta, optimiser, rest);
    this.#delta = delta;
  }

  /** Trains all particles for a number of steps; see `SteinVI.run`. */
  override async run(
    key: Key,
    steps: number,
    args?: Arguments,
    options?: TrainingOptions,
  ): Promise<SVGDResult> {
    const result = await super.run(key, steps, args, options);
    return { ...result, samples: this.#delta.median(result.params) };
  }
}
