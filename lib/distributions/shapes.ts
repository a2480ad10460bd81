import { asTensor, type Shape, type Tensor, type TensorLike, tf } from "../tensor/mod.ts";

/** A shape as it is printed in messages: `[2, 3]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The shape that all the given ones broadcast to by NumPy's rules, or undefined where there is none. */
export function tryBroadcastShapes(...shapes: Shape[]): Shape | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: Shape = new Array(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const at = rank - shape.length + i;
      if (result[at] === 1) result[at] = shape[i];
      else if (shape[i] !== 1 && shape[i] !== result[at]) return undefined;
    }
  }
  return result;
}

/**
 * The shape that all the given ones broadcast to by NumPy's rules.
 * @throws Error where they do not broadcast.
 */
export function broadcastShapes(...shapes: Shape[]): Shape {
  const result = tryBroadcastShapes(...shapes);
  if (!result) {
    throw new Error(`Cannot broadcast the shapes ${shapes.map(formatShape).join(" and ")} to a common one`);
  }
  return result;
}

/** The tensor broadcast to a shape; the tensor itself where it has that shape already. */
export function broadcastTo(tensor: Tensor, shape: Shape): Tensor {
  return sameShape(tensor.shape, shape) ? tensor : tf.broadcastTo(tensor, shape);
}

/** The sum over the `count` rightmost axes, as Pyro's `sum_rightmost`. */
export function sumRightmost(tensor: Tensor, count: number): Tensor {
  if (count === 0) return tensor;
  return tensor.sum(Array.from({ length: count }, (_, i) => i - count));
}

/** The tensor as float32; itself where it is that already. */
export function asFloat(tensor: Tensor): Tensor {
  return tensor.dtype === "float32" ? tensor : tensor.cast("float32");
}

/** The event shape of a vector parameter: its last axis, or none for a scalar (whose family then says what it wants). */
export function lastAxis(parameter: TensorLike): Shape {
  return asTensor(parameter).shape.slice(-1);
}
