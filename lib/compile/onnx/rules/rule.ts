import type { Node, Op } from "../../ir/graph.ts";
import type { OnnxWriter, Rule } from "../writer.ts";

/** The rules by operation. */
export const rules: Map<Op, Rule> = new Map();

/** Sets the rule of an operation. */
export function written<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
}

/** Returns the names of a node's inputs. */
export const inputs = (node: Node, w: OnnxWriter): string[] => node.inputs.map((i) => w.name(i));
/** Returns the name of a node's output. */
export const out = (node: Node, w: OnnxWriter): string => w.name(node.outputs[0]);
/** A limit beyond every length. */
export const END = Number.MAX_SAFE_INTEGER;
