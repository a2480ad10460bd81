import { type DType, emitUnique, type Graph, type Node, type Op, type Value } from "../ir/graph.ts";
import type { Size, Sizes } from "../ir/size.ts";
import { fill } from "./constant.ts";

/**
 * A loop over time. The body's inputs are the carries, then one slice of each scanned input; its
 * outputs are the new carries, then what is collected at each step: stacked along a new leading
 * axis, or summed.
 */
export interface ScanAttrs {
  /** Number of carries. */
  carries: number;
  /** From the last step to the first. */
  reverse: boolean;
  length: Size;
  /** The fate of each output behind the carries. */
  collect: ("stack" | "sum")[];
}

/** The loop operation. Inputs: initial carries, then scanned inputs with a leading time axis. */
export const Scan: Op<ScanAttrs> = { name: "Scan" };

/**
 * Records a loop; its outputs are the final carries and the collected outputs. Where nothing is
 * scanned, a row of zeros gives the loop its length.
 */
export function scanNode(body: Graph, inputs: Value[], attrs: ScanAttrs): Node<ScanAttrs> {
  if (inputs.length === attrs.carries) {
    body.input([], "float");
    inputs = [...inputs, fill([attrs.length], 0)];
  }
  const outputs = body.outputs.map(({ shape, dtype }, i): [Sizes, DType] => {
    const isWhole = i < attrs.carries || attrs.collect[i - attrs.carries] === "sum";
    return [isWhole ? shape : [attrs.length, ...shape], dtype];
  });
  return emitUnique(Scan, inputs, attrs, outputs, body);
}
