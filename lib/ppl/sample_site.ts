import { maskOut, scoreMasked } from "../distributions/mod.ts";
import { reasonOf } from "../system/mod.ts";
import {
  constant,
  constantValues,
  formatShape,
  type Shape,
  type Tensor,
  tf,
  tryBroadcastShapes,
} from "../tensor/mod.ts";
import type { SampleMessage } from "./message.ts";
import { andMask, asScale } from "./scaling.ts";

/** The fields of a sample site: those of its message. */
export interface SampleSite extends Readonly<Omit<SampleMessage, "value">> {
  /** The value. */
  readonly value: Tensor;
}

/** A sample site in a trace: its message, with a log density that is computed on demand. */
export class SampleSite {
  #unscaled: Tensor | undefined;
  #logProb: Tensor | undefined;
  #logProbSum: Tensor | undefined;

  /** Makes the site of a message that has its value, whose later changes it does not see. */
  constructor(message: Readonly<SampleMessage>) {
    Object.assign(this, message);
  }

  /** The log density with mask and scale, of the batch shape, broadcast with the value's. */
  get logProb(): Tensor {
    const { scale } = this;
    return this.#logProb ??= scale === 1
      ? this.unscaledLogProb()
      : this.#weigh(this.#withoutWeight0() ?? this.unscaledLogProb());
  }

  /** The sum of `logProb`, a scalar; a scale that is one number multiplies it, not its terms. */
  get logProbSum(): Tensor {
    const { scale } = this, scalesTerms = typeof scale !== "number" && scale.rank > 0;
    return this.#logProbSum ??= this.#logProb || scale === 0 || scale === 1 || scalesTerms
      ? total(this.logProb)
      : this.#weigh(total(this.unscaledLogProb()));
  }

  /** Returns the log density with mask but without scale. */
  unscaledLogProb(): Tensor {
    return this.#unscaled ??= this.#compute(this.mask);
  }

  /** Returns the log density of data, 0 where their weight is: 0 times -Infinity is no number. */
  #withoutWeight0(): Tensor | undefined {
    const { scale, mask, isObserved } = this;
    if (!isObserved) return undefined;
    if (typeof scale === "number") return scale === 0 ? this.#compute(false) : undefined;
    const known = constantValues(scale), canBe0 = !known || Array.prototype.includes.call(known, 0);
    return canBe0 && scale.rank > 0 ? this.#compute(andMask(mask, scale.notEqual(constant(0)))) : undefined;
  }

  /** Multiplies by the scale; a density of 0 or infinity counts 0 where one number weighs it 0. */
  #weigh(logProb: Tensor): Tensor {
    const { scale, isObserved } = this;
    if (!isObserved || typeof scale === "number" || scale.rank > 0) return logProb.mul(asScale(scale));
    const isLost = scale.equal(constant(0)).logicalAnd(logProb.abs().equal(constant(Infinity)));
    return tf.where(isLost, constant(0), logProb).mul(scale);
  }

  #compute(mask: boolean | Tensor): Tensor {
    const { distribution, value, isObserved } = this, logProb = this.scanned?.logProb;
    if (logProb && mask !== false) return maskOut(logProb, this.#fitting(mask, logProb.shape));
    const { batchShape, eventShape } = distribution;
    const batch = tryBroadcastShapes(value.shape.slice(0, value.rank - eventShape.length), batchShape);
    const fitting = batch ? this.#fitting(mask, batch) : mask;
    try {
      // Draws are sound behind a mask too; data may be whatever fills the gaps.
      return isObserved || mask === false
        ? scoreMasked(distribution, value, fitting)
        : maskOut(distribution.logProb(value), fitting);
    } catch (cause) {
      throw new Error(`Cannot compute the log density of site "${this.name}". ${reasonOf(cause)}`, { cause });
    }
  }

  /** Returns a mask; throws where it does not broadcast to the log densities. */
  #fitting(mask: Tensor | boolean, shape: Shape): Tensor | boolean {
    if (typeof mask === "boolean") return mask;
    const common = tryBroadcastShapes(shape, mask.shape);
    if (common && common.length === shape.length) return mask;
    const [found, expected] = [formatShape(mask.shape), formatShape(shape)];
    throw new Error(
      `Cannot mask site "${this.name}": the mask has shape ${found}, expected one that broadcasts to ${expected}`,
    );
  }
}

const total = (tensor: Tensor): Tensor => tensor.rank === 0 ? tensor : tensor.sum();
