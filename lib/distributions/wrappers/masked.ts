import { activeTracer, asTensor, constant, formatShape, tf, tryBroadcastShapes } from "../../tensor/mod.ts";
import type { Shape, Tensor, TensorLike } from "../../tensor/mod.ts";
import { checkUnmasked } from "../checks.ts";
import { type Distribution, wrappers } from "../distribution.ts";
import { checkDistribution, checkMask } from "./check_of_numbers.ts";
import { isRegular, replaced } from "../support.ts";
import { isValidationEnabled } from "../validation.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * A distribution whose log density counts only where a mask is true, as Pyro's
 * `MaskedDistribution`. Where it is false, the value may be anything, as NaN.
 *
 * @example A missing value
 * ```ts
 * import { Masked, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const present = tf.tensor([true, false], [2], "bool");
 * const masked = new Normal(tf.zeros([2]), 1).mask(present);
 * assert(masked instanceof Masked);
 * const [scored, left] = masked.logProb([0, NaN]).dataSync();
 * assert(scored < 0 && left === 0);
 * ```
 */
export class Masked extends Wrapper {
  /**
   * Masks a distribution, expanded to the mask's shape where that is larger.
   * @param base the distribution
   * @param maskValue true, false, or a tensor that broadcasts with the batch
   * @throws Error where it does not.
   */
  constructor(base: Distribution, readonly maskValue: Tensor | boolean) {
    checkDistribution("Masked", base);
    if (typeof maskValue !== "boolean") checkMask(`mask ${base.name}`, maskValue);
    const maskShape = typeof maskValue === "boolean" ? [] : maskValue.shape;
    const batchShape = tryBroadcastShapes(base.batchShape, maskShape);
    if (!batchShape) {
      throw new Error(
        `Cannot mask ${base.name}: a mask of shape ${formatShape(maskShape)} does not broadcast with ` +
          `batch shape ${formatShape(base.batchShape)}`,
      );
    }
    super(base.expand(batchShape));
  }

  /** Returns the entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return maskOut(this.base.entropy(), this.maskValue);
  }

  /** Returns the log density of a value, event axes summed out. */
  override logProb(value: TensorLike): Tensor {
    return scoreMasked(this.base, asTensor(value), this.maskValue);
  }

  /** Returns the same distribution with a larger batch shape. */
  override expand(batchShape: Shape): Distribution {
    return new Masked(this.base.expand(batchShape), this.maskValue);
  }
}

/**
 * Returns the log density of a value where the mask, which broadcasts with the batch, is true, and
 * 0 elsewhere. There the density is that of another value, well within the support, so that
 * whatever stands there (NaN, padding) is never checked and reaches no derivative.
 */
export function scoreMasked(distribution: Distribution, value: Tensor, mask: Tensor | boolean): Tensor {
  const { batchShape, eventShape, support, name } = distribution, eventDim = eventShape.length;
  const batch = value.shape.slice(0, Math.max(0, value.rank - eventDim));
  if (mask === false) return tf.broadcastTo(constant(0), tryBroadcastShapes(batch, batchShape) ?? batchShape);
  if (mask === true || value.rank < eventDim) return maskOut(distribution.logProb(value), mask);
  if (isRegular(value, support)) return maskOut(distribution.logProb(value), mask);
  if (isValidationEnabled() && activeTracer()) checkUnmasked(name, value, mask, support);
  const isHidden = asBool(mask).logicalNot();
  return maskOut(distribution.logProb(replaced(value, isHidden, distribution, eventDim)), mask);
}

/** Puts 0 wherever the mask (true, false or a tensor that broadcasts) is false. */
export function maskOut(tensor: Tensor, mask: Tensor | boolean): Tensor {
  if (mask === true) return tensor;
  return tf.where(mask === false ? asTensor(false).cast("bool") : asBool(mask), tensor, constant(0));
}

const asBool = (mask: Tensor): Tensor => mask.dtype === "bool" ? mask : mask.cast("bool");

wrappers.masked = (base, mask) => new Masked(base, mask);
