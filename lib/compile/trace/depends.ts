import type { Tensor } from "../../tensor/mod.ts";
import { forEachUse, type Value } from "../ir/graph.ts";
import { activeTrace } from "./active.ts";
import { peek } from "./tensors.ts";

/** Returns whether a traced tensor depends on a draw of this trace, or on one of `others`. */
export function dependsOnDraws(tensor: Tensor, others: readonly Tensor[] = []): boolean {
  const varying = new Set([...others.map(peek), ...activeTrace().noise.map(({ value }) => value)]);
  const seen = new Set<Value>(), queue = [peek(tensor)];
  for (let value = queue.pop(); value; value = queue.pop()) {
    if (varying.has(value)) return true;
    if (seen.has(value)) continue;
    seen.add(value);
    queue.push(...value.node?.inputs ?? []);
    if (value.node?.body) forEachUse(value.node.body, (used) => void queue.push(used));
  }
  return false;
}
