import { Scan } from "../../ops/scan.ts";
import { intAttribute, intsAttribute } from "../proto.ts";
import { inputs, written } from "./rule.ts";

written(Scan, (node, w) => {
  const { carries, reverse } = node.attrs, body = node.body!;
  const scanned = node.inputs.length - carries, collected = node.outputs.length - carries;
  const attributes = [
    w.body(body, body.inputs.map((i) => `v${i.id}`)),
    intAttribute("num_scan_inputs", scanned),
  ];
  if (reverse) {
    attributes.push(intsAttribute("scan_input_directions", Array(scanned).fill(1)));
    if (collected) attributes.push(intsAttribute("scan_output_directions", Array(collected).fill(1)));
  }
  w.node("Scan", inputs(node, w), node.outputs.map((o) => w.name(o)), attributes);
});
