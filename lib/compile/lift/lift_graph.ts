import type { Graph, Lifted, Value } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { stacked } from "../ops/shape.ts";
import { eliminateDeadCode } from "../passes/dead_code.ts";
import { liftNode } from "./lift_node.ts";

/**
 * A body for all members of a batch at once, recorded in the current graph.
 *
 * @param inputs what the body's inputs have become
 * @returns the body's outputs, each with a leading axis of that length
 */
export function liftGraph(body: Graph, inputs: ReadonlyMap<Value, Lifted>, length: Size): Value[] {
  const made = new Map(inputs);
  const of = (value: Value): Lifted => made.get(value) ?? { value, stacked: false };
  eliminateDeadCode(body);
  for (const node of body.nodes) {
    const results = liftNode({ length, of }, node);
    node.outputs.forEach((output, i) => made.set(output, results[i]));
  }
  return body.outputs.map((output) => stacked(of(output), length));
}
