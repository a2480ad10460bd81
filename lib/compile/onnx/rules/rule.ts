import type { Node, Op } from "../../ir/graph.ts";
import type { OnnxWriter } from "../writer.ts";

/** Writes one node of an operation. */
export type Rule = (node: Node<any>, w: OnnxWriter) => void;

/** How each operation is written in ONNX. */
export const rules: Map<Op, Rule> = new Map();

/** The names of a node's inputs. */
export const inputs = (node: Node, w: OnnxWriter): string[] => node.inputs.map((i) => w.name(i));
/** The name of a node's output. */
export const out = (node: Node, w: OnnxWriter): string => w.name(node.outputs[0]);
/** A limit beyond every length. */
export const END = Number.MAX_SAFE_INTEGER;
