import type { WireTensor } from "./datatypes.ts";
import { refuse } from "./serve_error.ts";
import { writeData } from "./write_data.ts";

/**
 * Returns the classes with the largest values, of each row where the model batches: texts
 * "value:index", or "value:index:label", the largest first, as the protocol's classification
 * extension has them.
 */
export function classify(
  output: WireTensor,
  classes: number,
  batches: boolean,
  labels: readonly string[] = [],
): WireTensor {
  const { name, datatype, shape } = output;
  if (datatype === "BYTES" || datatype === "BOOL") {
    refuse(`the output "${name}" is ${datatype}, expected numbers to classify`);
  }
  const values = (JSON.parse(writeData(output)) as unknown[]).map(Number);
  const rows = batches ? shape[0] : 1,
    width = rows ? values.length / rows : 0,
    kept = Math.min(classes, width);
  const texts = Array.from({ length: rows }, (_, row) => {
    const own = values.slice(row * width, (row + 1) * width);
    const order = own.map((_, i) => i).sort((a, b) => own[b] - own[a] || a - b);
    return order.slice(0, kept).map((i) => `${own[i].toFixed(6)}:${i}${labels[i] ? `:${labels[i]}` : ""}`);
  });
  return { name, datatype: "BYTES", shape: batches ? [rows, kept] : [kept], data: texts.flat() };
}
