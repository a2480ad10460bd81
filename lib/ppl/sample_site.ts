import { maskOut } from "../distributions/mod.ts";
import { reasonOf } from "../system/mod.ts";
import { formatShape, type Tensor, tf, tryBroadcastShapes } from "../tensor/mod.ts";
import type { SampleMessage } from "./message.ts";
import { asScale } from "./scaling.ts";

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
      : this.unscaledLogProb().mul(asScale(scale));
  }

  /** The sum of `logProb`, a scalar; a scale that is one number multiplies it, not its terms. */
  get logProbSum(): Tensor {
    const { scale } = this, scalesTerms = typeof scale !== "number" && scale.rank > 0;
    return this.#logProbSum ??= this.#logProb || scale === 1 || scalesTerms
      ? total(this.logProb)
      : total(this.unscaledLogProb()).mul(asScale(scale));
  }

  /** Returns the log density with mask but without scale. */
  unscaledLogProb(): Tensor {
    return this.#unscaled ??= this.#compute();
  }

  #compute(): Tensor {
    const { name, distribution: { batchShape, eventShape }, value, mask } = this;
    if (mask === false) {
      const batch = value.shape.slice(0, value.rank - eventShape.length);
      return tf.fill(tryBroadcastShapes(batch, batchShape) ?? batchShape, 0);
    }
    const logProb = this.#unmasked();
    if (mask === true) return logProb;
    const shape = tryBroadcastShapes(logProb.shape, mask.shape);
    if (!shape || shape.length > logProb.rank) {
      const [found, expected] = [formatShape(mask.shape), formatShape(logProb.shape)];
      throw new Error(
        `Cannot mask site "${name}": the mask has shape ${found}, expected one that broadcasts to ${expected}`,
      );
    }
    return maskOut(logProb, mask);
  }

  #unmasked(): Tensor {
    try {
      return this.scanned?.logProb ?? this.distribution.logProb(this.value);
    } catch (cause) {
      throw new Error(`Cannot compute the log density of site "${this.name}". ${reasonOf(cause)}`, { cause });
    }
  }
}

const total = (tensor: Tensor): Tensor => tensor.rank === 0 ? tensor : tensor.sum();
