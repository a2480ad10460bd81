import type { Tensor } from "../../tensor/mod.ts";
import { forEachUse, type Value } from "../ir/graph.ts";
import { identity } from "../ops/unary.ts";
import { activeTrace, isTracing } from "./active.ts";
import { peek, tensorOf, valueOf } from "./tensors.ts";

/** Returns whether a traced tensor depends on a draw of this trace, or on one of `others`. */
export function dependsOnDraws(tensor: Tensor, others: readonly Tensor[] = []): boolean {
  return depends(tensor, new Set([...others.map(peek), ...activeTrace().noise.map(({ value }) => value)]));
}

/** Returns a tensor of the same numbers that `dependsOn` tells from all others, constants too. */
export const marked = (tensor: Tensor): Tensor =>
  isTracing() ? tensorOf(identity(valueOf(tensor))) : tensor.clone();

/** Returns whether a traced tensor depends on one of `others`. */
export const dependsOn = (tensor: Tensor, others: readonly Tensor[]): boolean =>
  depends(tensor, new Set(others.map(peek)));

function depends(tensor: Tensor, varying: ReadonlySet<Value | undefined>): boolean {
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
