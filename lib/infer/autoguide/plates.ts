import { plate, type PlateFrame } from "../../ppl/mod.ts";
import { type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import type { Prototype } from "../latent/mod.ts";

/**
 * Enters plates, outermost first, with the members that the model gives, and runs `body` in them.
 */
export function inPlates<T>(
  frames: readonly PlateFrame[],
  prototype: Pick<Prototype, "subsamples">,
  body: () => T,
): T {
  if (frames.length === 0) return body();
  const { name, size, fullSize, dim } = frames[frames.length - 1];
  using _plate = plate(name, fullSize, {
    dim,
    subsampleSize: size,
    subsample: prototype.subsamples.get(name),
  });
  return inPlates(frames.slice(0, -1), prototype, body);
}

/** Repeats first values of the members that take part until all members of the plates have one. */
export function repeatTo(value: Tensor, shape: Shape): Tensor {
  return shape.reduce((tensor, size, axis) => {
    const had = tensor.shape[axis];
    if (had === size) return tensor;
    const members = Int32Array.from({ length: size }, (_, i) => i % had);
    return tf.gather(tensor, tf.tensor1d(members, "int32"), axis);
  }, value);
}
