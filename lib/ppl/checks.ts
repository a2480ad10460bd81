import { formatShape, type Shape, type Tensor, tryBroadcastShapes } from "../tensor/mod.ts";
import type { SampleMessage } from "./message.ts";

/** Throws for something that draws random numbers and has no key. */
export function noKey(what: string, name: string): never {
  throw new Error(`Cannot ${what} "${name}": no key was given; wrap the model in seed(model, key)`);
}

/**
 * Checks that a value fits a site.
 * @throws Error that names the site and the shapes.
 */
export function checkSiteValue(message: SampleMessage, value: Tensor): void {
  const { batchShape, eventShape } = message.distribution;
  const rank = value.shape.length - eventShape.length;
  const event = rank < 0 ? undefined : tryBroadcastShapes(value.shape.slice(rank), eventShape);
  if (event && tryBroadcastShapes(value.shape.slice(0, rank), batchShape)) return;
  throw new Error(
    `Cannot ${message.isObserved ? "observe" : "set"} site "${message.name}": the value has shape ` +
      `${formatShape(value.shape)}, expected one that broadcasts with ${
        formatShape([...batchShape, ...eventShape])
      } ` +
      `(${message.distribution.name} with batch shape ${formatShape(batchShape)} and event shape ${
        formatShape(eventShape)
      })`,
  );
}

/** Throws where the stack given for a site of a scan has another number of steps. */
export function checkSteps(name: string, shape: Shape, length: number): void {
  if (shape[0] === length) return;
  throw new Error(
    `Cannot set site "${name}" of a scan: the value has shape ${
      formatShape(shape)
    }, expected ${length} steps on its leftmost axis`,
  );
}
