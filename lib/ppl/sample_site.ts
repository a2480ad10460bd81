import { reasonOf } from "../system/mod.ts";
import { maskOut } from "../distributions/mod.ts";
import { formatShape, type Tensor, tf, tryBroadcastShapes } from "../tensor/mod.ts";
import type { SampleMessage } from "./message.ts";
import { asScale } from "./scaling.ts";

/** A sample site in a trace, which computes its log density when it is first asked for. */
export class SampleSite {
  /** Tells the sites apart. */
  readonly type = "sample";
  #logProb: Tensor | undefined;
  #logProbSum: Tensor | undefined;

  /** The site of a message that has its value. */
  constructor(private readonly message: Readonly<SampleMessage> & { readonly value: Tensor }) {}

  /** The site's name. */
  get name(): string {
    return this.message.name;
  }
  /** Its distribution, expanded by the plates. */
  get distribution(): SampleMessage["distribution"] {
    return this.message.distribution;
  }
  /** Its value. */
  get value(): Tensor {
    return this.message.value;
  }
  /** Whether the value is data. */
  get isObserved(): boolean {
    return this.message.isObserved;
  }
  /** Whether the value was set by an intervention. */
  get isIntervened(): boolean {
    return this.message.isIntervened;
  }
  /** Hints for inference. */
  get infer(): SampleMessage["infer"] {
    return this.message.infer;
  }
  /** The plates around it, innermost first. */
  get plates(): SampleMessage["plates"] {
    return this.message.plates;
  }
  /** What its log density is multiplied by. */
  get scale(): number | Tensor {
    return this.message.scale;
  }
  /** Where its log density counts. */
  get mask(): boolean | Tensor {
    return this.message.mask;
  }
  /** Set for the stacked sites of `scan`. */
  get scanned(): SampleMessage["scanned"] {
    return this.message.scanned;
  }

  /** The log density with mask and scale, of the distribution's batch shape (or what the value broadcasts it to). */
  get logProb(): Tensor {
    const { scale } = this.message;
    return this.#logProb ??= scale === 1
      ? this.unscaledLogProb()
      : this.unscaledLogProb().mul(asScale(scale));
  }

  /** The sum of `logProb`: a scalar. A scale that is one number multiplies the sum, not its terms. */
  get logProbSum(): Tensor {
    const { scale } = this.message;
    if (this.#logProbSum) return this.#logProbSum;
    if (this.#logProb || (typeof scale !== "number" && scale.rank > 0)) {
      return this.#logProbSum = total(this.logProb);
    }
    const sum = total(this.unscaledLogProb());
    return this.#logProbSum = scale === 1 ? sum : sum.mul(asScale(scale));
  }

  #unscaled: Tensor | undefined;
  /** The log density with mask but without scale. */
  unscaledLogProb(): Tensor {
    return this.#unscaled ??= this.#compute();
  }

  #compute(): Tensor {
    const { name, distribution, value, mask, scanned } = this.message;
    if (mask === false) {
      const batch = value.shape.slice(0, value.rank - distribution.eventShape.length);
      return tf.fill(tryBroadcastShapes(batch, distribution.batchShape) ?? distribution.batchShape, 0);
    }
    let logProb: Tensor;
    try {
      logProb = scanned?.logProb ?? distribution.logProb(value);
    } catch (error) {
      const reason = reasonOf(error);
      throw new Error(`Cannot compute the log density of site "${name}". ${reason}`, { cause: error });
    }
    if (mask === true) return logProb;
    const shape = tryBroadcastShapes(logProb.shape, mask.shape);
    if (!shape || shape.length > logProb.rank) {
      throw new Error(
        `Cannot mask site "${name}": the mask has shape ${
          formatShape(mask.shape)
        }, expected one that broadcasts to ` +
          `${formatShape(logProb.shape)}`,
      );
    }
    return maskOut(logProb, mask);
  }
}

const total = (tensor: Tensor): Tensor => tensor.rank === 0 ? tensor : tensor.sum();
