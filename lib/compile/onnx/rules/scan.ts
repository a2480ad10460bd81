import type { Node } from "../../ir/graph.ts";
import { Scan, type ScanAttrs } from "../../ops/scan.ts";
import { inputs, type OnnxWriter, written } from "../writer.ts";

function loop(node: Node<ScanAttrs>, w: OnnxWriter, outputs: string[]): void {
  const { carries, reverse } = node.attrs, body = node.body!;
  const scanned = node.inputs.length - carries, collected = node.outputs.length - carries;
  const named = body.inputs.map((value) => ({ value, name: w.nameOf(value) }));
  const attributes = { body: w.graph("body", body, named), num_scan_inputs: scanned };
  const directions = reverse && {
    scan_input_directions: Array(scanned).fill(1),
    ...collected && { scan_output_directions: Array(collected).fill(1) },
  };
  w.node("Scan", inputs(node, w), outputs, { ...attributes, ...directions });
}

written(Scan, (node, w) => {
  const { carries, length } = node.attrs, outputs = node.outputs.map((o) => w.name(o));
  if (typeof length === "number") return loop(node, w, outputs);
  // ONNX Runtime fails at a loop of no steps: there the first carries are the last.
  const steps = w.branch("steps", node.outputs, (names) => loop(node, w, names));
  const none = w.branch(
    "none",
    node.outputs,
    (names) =>
      node.outputs.forEach(({ shape, dtype }, i) =>
        i < carries
          ? w.node("Identity", [w.name(node.inputs[i])], names[i])
          : w.node("Expand", [w.scalar(0, dtype), w.sizes(shape)], names[i])
      ),
  );
  const some = w.node("Greater", [w.sizes([length]), w.ints([0])]);
  w.node("If", [some], outputs, { then_branch: steps, else_branch: none });
});
