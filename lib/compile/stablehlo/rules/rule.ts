import type { Node, Op } from "../../ir/graph.ts";
import type { Term } from "../term.ts";
import type { StablehloWriter } from "../writer.ts";

/** Writes one node of an operation, given its inputs; gives its output, or its outputs. */
export type Rule = (node: Node<any>, w: StablehloWriter, inputs: Term[]) => Term | Term[];

/** How each operation is written in StableHLO. */
export const rules: Map<Op, Rule> = new Map();
