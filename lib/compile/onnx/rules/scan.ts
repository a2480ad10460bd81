import { Scan } from "../../ops/scan.ts";
import { inputs, written } from "../writer.ts";

written(Scan, (node, w) => {
  const { carries, reverse } = node.attrs, body = node.body!;
  const scanned = node.inputs.length - carries, collected = node.outputs.length - carries;
  const named = body.inputs.map((value) => ({ value, name: `v${value.id}` }));
  const attributes = { body: w.graph("body", body, named), num_scan_inputs: scanned };
  const directions = reverse && {
    scan_input_directions: Array(scanned).fill(1),
    ...collected && { scan_output_directions: Array(collected).fill(1) },
  };
  w.node("Scan", inputs(node, w), node.outputs.map((o) => w.name(o)), { ...attributes, ...directions });
});
