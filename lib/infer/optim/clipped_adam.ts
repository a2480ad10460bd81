import type { OptionNames } from "../../system/mod.ts";
import { constant, tf } from "../../tensor/mod.ts";
import { adamOptionNames, type AdamOptions, adamStep, checkAdam } from "./adam.ts";
import { biasCorrection, decayAt, withDecay } from "./moments.ts";
import { checkSettings, elementwise, type Optimiser, rateAt } from "./optimiser.ts";

/** Settings of `clippedAdam`. */
export interface ClippedAdamOptions extends AdamOptions {
  /** Each number of a gradient is limited to this magnitude (default 10). */
  clipNorm?: number;
  /** The learning rate is multiplied by this before each update (default 1). */
  lrd?: number;
}

const optionNames: OptionNames<ClippedAdamOptions> = { ...adamOptionNames, clipNorm: true, lrd: true };

/**
 * Makes Pyro's ClippedAdam, in its arithmetic: the learning rate decays first, gradients are
 * clipped number by number, the L2 penalty is added after clipping, and `eps` is added to the
 * uncorrected denominator. Throws for settings out of range and unknown ones.
 */
export function clippedAdam(options: ClippedAdamOptions): Optimiser {
  checkAdam("clippedAdam", options, optionNames);
  const { clipNorm = 10, lrd = 1 } = options;
  checkSettings("clippedAdam", { clipNorm: [clipNorm, 0], lrd: [lrd, Number.MIN_VALUE] });
  const { lr = 1e-3, betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
  return elementwise("clippedAdam", {
    slots: { m: 0, v: 0 },
    scalars(step) {
      const decay = step.add(constant(1)).mul(constant(Math.log(lrd))).exp();
      const rate = lrd === 1 ? rateAt(lr, step) : rateAt(lr, step).mul(decay);
      const size = beta2 === 0 ? rate : rate.mul(biasCorrection(beta2, step).sqrt());
      return {
        size: beta1 === 0 ? size : size.div(biasCorrection(beta1, step)),
        ...decayAt(weightDecay, step),
      };
    },
    apply(grad, slots, param, { size, decay }) {
      const clipped = Number.isFinite(clipNorm) ? tf.clipByValue(grad, -clipNorm, clipNorm) : grad;
      return adamStep(
        withDecay(clipped, param, decay),
        slots,
        param,
        { size, eps: constant(eps) },
        beta1,
        beta2,
      );
    },
  });
}
