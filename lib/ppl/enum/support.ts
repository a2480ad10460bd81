import { broadcastTo } from "../../distributions/mod.ts";
import type { Shape, Tensor } from "../../tensor/mod.ts";
import type { PlateFrame } from "../plate_frame.ts";
import type { DiscreteSite, Variable } from "./variable.ts";

/** Makes the variable of a site, along an axis. */
export function variableAt({ name, distribution, infer, plates }: DiscreteSite, dim: number): Variable {
  if (!distribution.hasEnumerateSupport) {
    const why = distribution.isDiscrete ? "has no finite list of values" : "is not discrete";
    throw new Error(
      `Cannot enumerate site "${name}": ${distribution.name} ${why}; draw it from a guide, or observe it`,
    );
  }
  let values: Tensor;
  try {
    values = distribution.enumerateSupport(false);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot enumerate site "${name}": ${reason}`, { cause });
  }
  const eventDim = distribution.eventShape.length, size = values.shape[0];
  const placed = atDim(values, dim, eventDim);
  return {
    name,
    dim,
    size,
    plates,
    values: infer.expand ? overPlates(placed, plates, eventDim) : placed,
    eventDim,
  };
}

/** Moves the first axis of values, `[size, ...batch, ...event]`, to a batch axis. */
function atDim(values: Tensor, dim: number, eventDim: number): Tensor {
  const [size, ...rest] = values.shape, batch = rest.slice(0, rest.length - eventDim);
  const event = rest.slice(batch.length), missing = Math.max(0, -dim - batch.length);
  if (batch.every((length) => length === 1)) {
    return values.reshape([size, ...Array(-dim - 1).fill(1), ...event]);
  }
  const whole: Shape = [size, ...Array(missing).fill(1), ...rest], at = whole.length - eventDim + dim;
  const order = whole.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== at);
  order.splice(at - 1, 0, 0);
  return values.reshape(whole).transpose([at, ...order]).squeeze([0]);
}

function overPlates(values: Tensor, plates: readonly PlateFrame[], eventDim: number): Tensor {
  const shape = [...values.shape];
  for (const { dim, size } of plates) shape[shape.length - eventDim + dim] = size;
  return broadcastTo(values, shape);
}
