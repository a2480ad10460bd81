import { type Key, type Tensor, tf } from "../tensor/mod.ts";
import { activeTrace } from "../compile/internals.ts";
import { isTracing } from "../compile/mod.ts";
import { noKey } from "./no_key.ts";

/** Returns true for a length in a trace that is known only at run time. */
export function isSymbolic(length: number): boolean {
  return isTracing() && typeof activeTrace().sizes([length])[0] !== "number";
}

/** Returns a length to compute with: where it is symbolic, a tensor with its value at run time. */
export function lengthValue(length: number): number | Tensor {
  return isSymbolic(length) ? tf.sum(tf.fill([length], 1)) : length;
}

/** Returns a length where it is known, and 1 for a symbolic one: a factor of costs. */
export const lengthIfKnown = (length: number): number => isSymbolic(length) ? 1 : length;

/**
 * The members of a plate that take part. They are drawn when they are first asked for, so that a
 * plate whose data come as a minibatch already costs nothing.
 */
export class Subsample {
  #indices: Tensor | undefined;
  /**
   * The indices where the model gives them; undefined where they are drawn, or the plate is whole.
   */
  readonly given: Tensor | undefined;

  /**
   * Chooses the members of a plate.
   *
   * @param name the plate's name
   * @param size its whole size
   * @param subsampleSize the number of members that take part
   * @param indices the members, where they are given; else they are drawn with the key
   */
  constructor(
    readonly name: string,
    readonly size: number,
    readonly subsampleSize: number,
    private readonly key: Key | undefined,
    indices?: Tensor,
  ) {
    this.#indices = this.given = indices;
  }

  /** The members' places, int32 `[subsampleSize]`: distinct; in order where the plate is whole. */
  get indices(): Tensor {
    return this.#indices ??= this.size === this.subsampleSize ? count(this.size) : this.#draw();
  }

  /** Draws the indices now, if they can be drawn and were not. */
  prepare(): void {
    if (this.size !== this.subsampleSize && this.key && !isSymbolic(this.subsampleSize)) void this.indices;
  }

  #draw(): Tensor {
    if (isSymbolic(this.subsampleSize)) {
      throw new Error(
        `Cannot draw the subsample of plate "${this.name}" in a traced function: its subsampleSize is the length of a ` +
          "named axis; give a number, or pass the indices as { subsample }",
      );
    }
    const key = this.key ?? noKey("draw the subsample of plate", this.name);
    // The places of the largest of independent uniform draws are a uniform choice without
    // replacement, and a graph can take them.
    return tf.topk(key.draw("uniform", [this.size]), this.subsampleSize).indices;
  }
}

/** Returns 0, 1, 2 ... below a length that may be symbolic. */
function count(length: number): Tensor {
  return isSymbolic(length)
    ? tf.cumsum(tf.fill([length], 1, "int32"), 0, true)
    : tf.range(0, length, 1, "int32");
}
