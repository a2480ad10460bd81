import type { Value } from "../ir/graph.ts";

/** What a value is called by in the end, where passes have put others in its place, and others again in theirs. */
export function resolver(renamed: ReadonlyMap<Value, Value>): (value: Value) => Value {
  return (value) => {
    let v = value;
    for (let next = renamed.get(v); next; next = renamed.get(v)) v = next;
    return v;
  };
}
