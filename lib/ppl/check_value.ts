import { formatShape, type Tensor, tryBroadcastShapes } from "../tensor/mod.ts";
import type { SampleMessage } from "./message.ts";

/**
 * Checks that a value fits a site.
 * @throws Error that names the site and the shapes.
 */
export function checkSiteValue({ name, distribution, isObserved }: SampleMessage, value: Tensor): void {
  const { batchShape, eventShape } = distribution;
  const rank = value.shape.length - eventShape.length;
  const event = rank < 0 ? undefined : tryBroadcastShapes(value.shape.slice(rank), eventShape);
  if (event && tryBroadcastShapes(value.shape.slice(0, rank), batchShape)) return;
  const [found, expected, batch, own] = [value.shape, [...batchShape, ...eventShape], batchShape, eventShape]
    .map(formatShape);
  throw new Error(
    `Cannot ${isObserved ? "observe" : "set"} site "${name}": the value has shape ${found}, expected one ` +
      `that broadcasts with ${expected} (${distribution.name} with batch shape ${batch} and event shape ${own})`,
  );
}
