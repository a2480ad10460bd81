import { asTensor, knownValues, type Shape, sizeOf, type TensorLike } from "../../tensor/mod.ts";

/** A number, or its value for the element at a position: undefined where it is not known. */
type Bound = number | undefined | ((position: number) => number | undefined);

/** Returns the known values of a number or tensor by the position in a shape it broadcasts to. */
export function valuesAt(bound: TensorLike | undefined, shape: Shape): Bound {
  if (bound === undefined || typeof bound === "number") return bound;
  const tensor = asTensor(bound), values = knownValues(tensor);
  if (!values || values.length !== sizeOf(tensor.shape)) return undefined;
  if (values.length === 1) return values[0];
  const strides = tensor.shape.map((size, i) => size === 1 ? 0 : sizeOf(tensor.shape.slice(i + 1)));
  return (position) => {
    let offset = 0;
    for (let axis = shape.length - 1, i = strides.length - 1; axis >= 0; axis--, i--) {
      if (i >= 0) offset += (position % shape[axis]) * strides[i];
      position = Math.floor(position / shape[axis]);
    }
    return values[offset];
  };
}
