import type { AnyFunction } from "../../ppl/mod.ts";
import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import { annealed } from "./annealed.ts";
import { SVGD, svgdOptionNames, type SVGDOptions } from "./svgd.ts";

/** Options of `ASVGD`, those of `SVGD` and the schedule. */
export interface ASVGDOptions extends SVGDOptions {
  /** The number of steps of the whole schedule; those beyond follow the whole density. */
  numSteps: number;
  /** The number of cycles (default 10); the last one follows the whole density. */
  numCycles?: number;
  /** The power by which the density comes up in a cycle, its speed (default 10). */
  transitionSpeed?: number;
}

const optionNames: OptionNames<ASVGDOptions> = {
  ...svgdOptionNames,
  numSteps: true,
  numCycles: true,
  transitionSpeed: true,
};

/**
 * Annealed Stein variational gradient descent (D'Angelo and Fortuin 2021), as NumPyro's `ASVGD`:
 * particles of `SVGD` follow a density that comes up from a flat one, in cycles, so that they
 * spread to modes that lie apart. The weight of the density within a cycle of n steps is ((i + 1) /
 * n)^speed.
 *
 * @example Particles that begin at one of two modes and find both
 * ```ts
 * import assert from "node:assert/strict";
 * import { adagrad, ASVGD, initToValue, key, Normal, sample } from "@pyrosaur/pyrosaur";
 *
 * const z = () => sample("z", new Normal(0, 4));
 * const model = () => void sample("x", new Normal(z().square(), 2), { obs: 16 });
 * const options = { numSteps: 600, numParticles: 20 };
 * const { samples } = await new ASVGD(model, adagrad({ lr: 0.5 }), options).run(key(0), 600);
 * const signs = new Set(Array.from(samples.z.dataSync(), Math.sign));
 * assert.equal(signs.size, 2);
 * ```
 */
export class ASVGD extends SVGD {
  /** Puts together a training; see `SteinVI`. @throws Error for options that cannot be. */
  constructor(model: AnyFunction, optimiser: Optimiser, options: ASVGDOptions) {
    checkOptions("make ASVGD", options, optionNames);
    const { numSteps, numCycles = 10, transitionSpeed = 10, ...rest } = options ?? {};
    for (const [name, count] of Object.entries({ numSteps, numCycles })) {
      if (Number.isSafeInteger(count) && count > 0) continue;
      throw new Error(`Cannot make ASVGD: ${name} is ${count}, expected a positive integer`);
    }
    if (!(transitionSpeed > 0 && transitionSpeed < Infinity)) {
      throw new Error(`Cannot make ASVGD: transitionSpeed is ${transitionSpeed}, expected a number above 0`);
    }
    const length = Math.max(1, Math.floor(numSteps / numCycles)), last = length * (numCycles - 1);
    const weight = (step: Tensor): Tensor => {
      const within = step.sub(step.div(constant(length)).floor().mul(constant(length)));
      const rising = within.add(constant(1)).div(constant(length)).pow(constant(transitionSpeed));
      return tf.where(step.greaterEqual(constant(last)), tf.onesLike(step), rising);
    };
    super(model, annealed(optimiser, weight), rest);
  }
}
