import { formatShape, type Shape, tryBroadcastShapes } from "../../../tensor/mod.ts";
import { unfit } from "../transform.ts";

/**
 * Returns the shape that vectors and parameters, each [..., D], broadcast to.
 * @throws Error where they do not, and where D differs.
 */
export function fitVectors(name: string, shape: Shape, parameters: Shape): Shape {
  const fits = shape.length > 0 && shape.at(-1) === parameters.at(-1);
  return (fits ? tryBroadcastShapes(shape, parameters) : undefined) ??
    unfit(name, shape, `its parameters are for ${formatShape(parameters)}`);
}
