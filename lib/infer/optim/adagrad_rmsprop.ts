import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { constant, tf } from "../../tensor/mod.ts";
import { checkSettings, elementwise, type Optimiser } from "./optimiser.ts";

/** Settings of `adagradRMSProp`. */
export interface AdagradRMSPropOptions {
  /** The scale of the step size (default 1). */
  eta?: number;
  /** Added to the exponent -1/2 of the step count (default 1e-16). */
  delta?: number;
  /** The weight of the newest squared gradient (default 0.1). */
  t?: number;
}

const optionNames: OptionNames<AdagradRMSPropOptions> = { eta: true, delta: true, t: true };

/**
 * Makes Pyro's AdagradRMSProp, the step sizes of automatic differentiation variational inference
 * (Kucukelbir et al. 2016, equations 10 and 11): step k takes `eta k^(delta - 1/2) g / (1 +
 * sqrt(s))` with a running mean `s` of squares that starts at the first. Throws for settings out of
 * range and unknown ones.
 */
export function adagradRMSProp(options?: AdagradRMSPropOptions): Optimiser {
  checkOptions("make adagradRMSProp", options, optionNames);
  const { eta = 1, delta = 1e-16, t = 0.1 } = options ?? {};
  checkSettings("adagradRMSProp", { eta: [eta, 0], delta: [delta, 0], t: [t, 0, 1 + Number.EPSILON] });
  return elementwise("adagradRMSProp", {
    slots: { s: 0 },
    scalars(step) {
      const weight = tf.where(step.less(constant(0.5)), constant(1), constant(t));
      return {
        rate: step.add(constant(1)).log().mul(constant(delta - 0.5)).exp().mul(constant(eta)),
        weight,
        keep: constant(1).sub(weight),
      };
    },
    apply(grad, slots, param, { rate, weight, keep }) {
      const s = slots.s.mul(keep).add(grad.square().mul(weight));
      return [param.sub(grad.mul(rate).div(s.sqrt().add(constant(1)))), { s }];
    },
  });
}
