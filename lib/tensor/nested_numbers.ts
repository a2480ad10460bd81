/**
 * Returns what tfjs takes for the numbers of a tensor: itself, or a copy where it is a typed array
 * of a kind that tfjs does not know, such as a Float64Array.
 *
 * @param values a number, nested lists, or a typed array
 * @throws Error where tfjs would make wrong numbers in silence: of lists that are ragged, or that
 * hold tensors, null (which it takes for 0) or undefined.
 */
export function nestedNumbers<T>(values: T): T {
  if (Array.isArray(values)) checkList(values, shapeOf(values), 0, []);
  else if (ArrayBuffer.isView(values) && !isKnown(values) && !(values instanceof DataView)) {
    return Float32Array.from(values as unknown as ArrayLike<number>, Number) as T;
  }
  return values;
}

const isKnown = (values: unknown): boolean =>
  values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array ||
  values instanceof Uint8ClampedArray;

/** Returns the lengths of nested lists, along their first elements. */
function shapeOf(list: readonly unknown[]): number[] {
  const shape: number[] = [];
  for (let at: unknown = list; Array.isArray(at) || ArrayBuffer.isView(at); at = (at as unknown[])[0]) {
    shape.push((at as unknown[]).length);
  }
  return shape;
}

function checkList(list: readonly unknown[], shape: readonly number[], depth: number, path: number[]): void {
  const isLast = depth === shape.length - 1;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (isLast) {
      if (typeof item !== "number" && typeof item !== "boolean" && typeof item !== "string") {
        refuse([...path, i], item, "a number");
      }
      continue;
    }
    const length = Array.isArray(item) || ArrayBuffer.isView(item) ? (item as unknown[]).length : undefined;
    if (length !== shape[depth + 1]) refuse([...path, i], item, `a list of ${shape[depth + 1]}`);
    if (Array.isArray(item)) checkList(item, shape, depth + 1, [...path, i]);
    else if (depth + 2 < shape.length) refuse([...path, i], item, `a list of ${shape[depth + 1]} lists`);
  }
}

function refuse(path: readonly number[], item: unknown, expected: string): never {
  const { shape, dtype, length } = Object(item) as Record<string, unknown>, isTensor = shape && dtype;
  const found = isTensor
    ? `a tensor of shape [${shape}]`
    : length !== undefined
    ? `a list of ${length}`
    : item === null || typeof item !== "object"
    ? String(item)
    : `an object of class ${item.constructor?.name}`;
  const remedy = isTensor
    ? "; tf.stack joins tensors"
    : item === null || item === undefined
    ? "; NaN and a mask stand for what is missing"
    : "";
  throw new Error(
    `Cannot make a tensor of nested lists: found ${found} at [${
      path.join(", ")
    }], expected ${expected}${remedy}`,
  );
}
