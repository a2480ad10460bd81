import { checkOptions, type OptionNames, shown } from "../system/mod.ts";
import { formatShape, type Tensor, tf } from "../tensor/mod.ts";
import { plateDim } from "./dims.ts";
import type { Handler, Hooks } from "./handler.ts";
import type { SampleMessage } from "./message.ts";
import type { PlateFrame } from "./plate_frame.ts";
import { activeHandlers, type Context, enter, leave, send } from "./runtime.ts";
import { overScale, timesScale } from "./scaling.ts";
import { isSymbolic, lengthValue, Subsample } from "./subsample_indices.ts";

/** Options of `plate`. */
export interface PlateOptions {
  /** The number of members that take part, chosen at random (default: all). */
  subsampleSize?: number;
  /** The batch axis it takes, negative (default: the rightmost one that is free). */
  dim?: number;
  /** The members that take part: int32 indices. */
  subsample?: Tensor;
}

const optionNames: OptionNames<PlateOptions> = { subsampleSize: true, dim: true, subsample: true };

/** The data that draws of members were cut from. */
const wholes = new WeakMap<Tensor, Tensor>();

/** Returns the data of all members behind data that plates have cut to members drawn by chance. */
export const cutFrom = (cut: Tensor): Tensor | undefined => wholes.get(cut);

/** A plate that has been entered; `using` leaves it at the end of the block. */
export class Plate implements Handler, Context {
  /** The handler's name in errors. */
  readonly label: string;
  /** Its frame, shared by all sites within. */
  readonly frame: PlateFrame;
  /** The batch axis it takes. */
  readonly axes: readonly PlateFrame[];
  readonly #subsample: Subsample;
  readonly #scale: number | Tensor;

  /** Use `plate`. */
  constructor(
    /** The plate's name. */
    readonly name: string,
    /** Its whole size. */
    readonly size: number,
    /** The batch axis it takes, negative. */
    readonly dim: number,
    subsample: Subsample,
  ) {
    this.label = `plate "${name}"`;
    this.#subsample = subsample;
    this.frame = { name, dim, size: subsample.subsampleSize, fullSize: size };
    this.axes = [this.frame];
    const taken = this.subsampleSize;
    this.#scale = size === taken ? 1 : overScale(lengthValue(size), lengthValue(taken));
  }

  /** The number of members that take part. */
  get subsampleSize(): number {
    return this.frame.size;
  }

  /** The members that take part: int32 `[subsampleSize]`. */
  get indices(): Tensor {
    return this.#subsample.indices;
  }

  /** Puts sites into the plate: expands their distributions and scales their log densities. */
  readonly process: Hooks = {
    sample: (message) => {
      this.#surround(message);
      if (!message.scanned) expandTo(message, this.frame);
      message.scale = timesScale(message.scale, this.#scale);
    },
    deterministic: (message) => this.#surround(message),
    param: (message) => {
      // One all of whose axes are its own is shared by the members.
      if (message.eventDim !== undefined) this.#surround(message);
    },
  };

  #surround(message: { plates: readonly PlateFrame[] }): void {
    message.plates = [...message.plates, this.frame];
  }

  /** Cuts parameters of all members to those that take part. */
  readonly postprocess: Hooks = {
    param: (message) => {
      if (message.eventDim === undefined) return;
      message.value = this.cut(message.value!, message.eventDim, `parameter "${message.name}"`);
    },
  };

  /**
   * Cuts a tensor of all members to those that take part. Returns the tensor itself where the plate
   * is whole, or the tensor has one entry for all.
   * @throws Error where the tensor's axis has another size.
   */
  cut(value: Tensor, eventDim: number, what: string): Tensor {
    const axis = value.rank - eventDim + this.dim;
    if (axis < 0 || value.shape[axis] === 1) return value;
    if (value.shape[axis] !== this.size) {
      throw new Error(
        `Cannot use ${what} in ${this.label}: it has shape ${formatShape(value.shape)} with ${eventDim} ` +
          `event axes, expected size ${this.size} (or 1) at dim ${this.dim}, found ${value.shape[axis]}`,
      );
    }
    if (this.size === this.subsampleSize) return value;
    const cut = tf.gather(value, this.indices, axis);
    // Of what is cut by chance every member comes to be seen.
    if (!this.#subsample.given) wholes.set(cut, wholes.get(value) ?? value);
    return cut;
  }

  /** Leaves the plate. */
  [Symbol.dispose](): void {
    leave(this);
  }
}

/** Expands the distribution of a site to a plate, or throws where its batch shape does not fit. */
export function expandTo(message: SampleMessage, { name, dim, size }: PlateFrame): void {
  const { batchShape } = message.distribution;
  const axis = batchShape.length + dim, found = axis < 0 ? 1 : batchShape[axis];
  if (found !== size && found !== 1) {
    throw new Error(
      `Cannot place site "${message.name}" in plate "${name}": ${message.distribution.name} has batch shape ` +
        `${formatShape(batchShape)}, expected size ${size} (or 1) at dim ${dim}, found ${found}`,
    );
  }
  if (axis >= 0 && found === size) return;
  const shape = axis < 0 ? [size, ...Array(-axis - 1).fill(1), ...batchShape] : batchShape.with(axis, size);
  message.distribution = message.distribution.expand(shape);
}

/** Returns the plates that are active, outermost first. */
export function activePlates(): Plate[] {
  return activeHandlers().filter((h): h is Plate => h instanceof Plate);
}

/**
 * Declares that what follows, to the end of the block, is conditionally independent along one batch
 * axis, as Pyro's `plate`: `using data = plate("data", 100)`. Distributions within are expanded to
 * its size at its axis; where it subsamples, `.indices` says which members take part and log
 * densities are scaled by size / subsampleSize.
 *
 * @param size the number of members, a positive integer
 * @returns the plate, with `.indices`, `.dim`, `.size` and `.subsampleSize`
 * @throws Error for an invalid size, subsample or axis, for an axis or a name that a plate around
 * it has, and for a name that comes again with another size.
 *
 * @example Independent members
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { plate, sample, seed } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * function model() {
 *   using _data = plate("data", 4);
 *   return sample("x", new Normal(0, 1));
 * }
 * assert.deepEqual(seed(model, random.key(0))().shape, [4]);
 * ```
 */
export function plate(name: string, size: number, options?: PlateOptions): Plate {
  checkOptions(`make plate "${name}"`, options, optionNames);
  const { subsample } = options ?? {};
  const subsampleSize = options?.subsampleSize ?? subsample?.shape[0] ?? size;
  checkSizes(name, size, subsampleSize, subsample);
  if (activePlates().some((p) => p.name === name)) {
    throw new Error(`Cannot enter plate "${name}": a plate of this name is open around it`);
  }
  const dim = plateDim(name, options?.dim);
  const message = send({
    type: "plate",
    name,
    size,
    subsampleSize,
    subsample: subsample && new Subsample(name, size, subsampleSize, undefined, subsample.cast("int32")),
    key: undefined,
    stop: false,
  });
  const entered = new Plate(message.name, size, dim, message.subsample);
  enter(entered);
  return entered;
}

function checkSizes(name: string, size: number, subsampleSize: number, subsample: Tensor | undefined): void {
  if (!(Number.isSafeInteger(size) && size > 0)) {
    throw new Error(`Cannot make plate "${name}": its size is ${shown(size)}, expected a positive integer`);
  }
  const comparable = !isSymbolic(size) && !isSymbolic(subsampleSize);
  if (!(Number.isSafeInteger(subsampleSize) && subsampleSize > 0 && (!comparable || subsampleSize <= size))) {
    throw new Error(
      `Cannot make plate "${name}": its subsampleSize is ${
        shown(subsampleSize)
      }, expected an integer from 1 to its size ${size}`,
    );
  }
  if (subsample && (subsample.rank !== 1 || subsample.shape[0] !== subsampleSize)) {
    const found = formatShape(subsample.shape);
    throw new Error(
      `Cannot make plate "${name}": its subsample has shape ${found}, expected [${subsampleSize}]`,
    );
  }
}
