import type { Value } from "../ir/graph.ts";

/** Returns a function from a value to the last one that passes have put in its place. */
export function resolver(renamed: ReadonlyMap<Value, Value>): (value: Value) => Value {
  return (value) => {
    let v = value;
    for (let next = renamed.get(v); next; next = renamed.get(v)) v = next;
    return v;
  };
}
