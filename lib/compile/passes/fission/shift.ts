import type { Lifted, Value } from "../../ir/graph.ts";
import { type Size, subSizes } from "../../ir/size.ts";
import { add, mul } from "../../ops/binary.ts";
import { fill, fillOf } from "../../ops/constant.ts";
import { cumSum } from "../../ops/indexing.ts";
import { sum } from "../../ops/reduce.ts";
import { expand, reshape, stacked } from "../../ops/shape.ts";
import { concat, slice } from "../../ops/slice.ts";

/**
 * Returns the values of a carry at each step: its first value, then those given, one step later.
 */
export function shift(init: Value, next: Lifted, length: Size, reverse: boolean): Lifted {
  const number = fillOf(next.value);
  if (!next.stacked && number !== undefined && number === fillOf(init)) {
    return { value: init, stacked: false };
  }
  const first = reshape(init, [1, ...init.shape]), rest = subSizes(length, 1);
  if (length === 1) return { value: first, stacked: true };
  const sizes = [rest, ...init.shape], begin = (at: number) => sizes.map((_, i) => i === 0 ? at : 0);
  const kept = next.stacked
    ? slice(next.value, begin(reverse ? 1 : 0), sizes)
    : expand(reshape(next.value, [1, ...init.shape]), sizes);
  return { value: concat(reverse ? [kept, first] : [first, kept], 0), stacked: true };
}

/** Returns the value at the last step that runs. */
export function lastOf({ value, stacked }: Lifted, length: Size, reverse: boolean): Value {
  if (!stacked) return value;
  const shape = value.shape.slice(1), at = reverse ? 0 : subSizes(length, 1);
  return reshape(slice(value, [at, ...shape.map(() => 0)], [1, ...shape]), shape);
}

/** Returns the running sums of `term`: before it is added (`exclusive`), or after. */
export function running(
  init: Value,
  term: Lifted,
  length: Size,
  reverse: boolean,
  exclusive: boolean,
): Lifted {
  const total = cumSum(stacked(term, length), 0, exclusive, reverse);
  return { value: add(reshape(init, [1, ...init.shape]), total), stacked: true };
}

/** `value` added up as often as there are steps. */
export function times(value: Value, length: Size): Value {
  return mul(value, sum(fill([length], 1, value.dtype), [0]));
}
