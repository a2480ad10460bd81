import { formatShape, type Shape, type Tensor, tryBroadcastShapes } from "../../../tensor/mod.ts";

/**
 * Checks the parameters of a flow over vectors.
 * @throws Error where the vectors have no axis or differ in their last one, and where one of
 * `columns` has more than one entry on its last axis.
 */
export function checkVector(
  name: string,
  vectors: Readonly<Record<string, Tensor>>,
  columns: Readonly<Record<string, Tensor>>,
): void {
  const [[first, { shape }]] = Object.entries(vectors);
  for (const [parameter, value] of Object.entries(vectors)) {
    if (value.rank === 0) throw new Error(`Cannot make ${name}: ${parameter} is a number, expected a vector`);
    if (value.shape.at(-1) === shape.at(-1)) continue;
    throw new Error(
      `Cannot make ${name}: ${first} has shape ${formatShape(shape)}, ${parameter} has shape ${
        formatShape(value.shape)
      }; expected equal last axes`,
    );
  }
  for (const [parameter, value] of Object.entries(columns)) {
    if (value.rank === 0 || value.shape.at(-1) === 1) continue;
    throw new Error(
      `Cannot make ${name}: ${parameter} has shape ${
        formatShape(value.shape)
      }, expected a number or 1 on its last axis`,
    );
  }
}

/**
 * The shape of a flow's values, the parameters' batch included.
 * @throws Error where the value does not fit.
 */
export function flowShape(name: string, shape: Shape, ...parameters: Shape[]): Shape {
  const result = shape.length > 0 && shape.at(-1) === parameters[0].at(-1)
    ? tryBroadcastShapes(shape, ...parameters)
    : undefined;
  if (result) return result;
  throw new Error(
    `Cannot transform with ${name}: the value has shape ${formatShape(shape)}, its parameters have shapes ${
      parameters.map(formatShape).join(" and ")
    }`,
  );
}
