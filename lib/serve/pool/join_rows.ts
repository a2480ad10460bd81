import type { WireTensor } from "../protocol/datatypes.ts";

/**
 * Joins the inputs of requests along the first axis; those of one are as they are. Shapes are equal
 * behind it.
 */
export function joinRows(requests: readonly (readonly WireTensor[])[]): readonly WireTensor[] {
  const [first] = requests;
  if (requests.length === 1) return first;
  return first.map(({ name, datatype, shape }, i) => {
    let rows = 0, size = 0;
    for (const inputs of requests) {
      rows += inputs[i].shape[0];
      size += inputs[i].data.length;
    }
    const joint = [rows, ...shape.slice(1)];
    if (datatype === "BYTES") {
      return { name, datatype, shape: joint, data: requests.flatMap((inputs) => inputs[i].data as string[]) };
    }
    const data = new Uint8Array(size);
    let at = 0;
    for (const inputs of requests) {
      const part = inputs[i].data as Uint8Array;
      data.set(part, at);
      at += part.length;
    }
    return { name, datatype, shape: joint, data };
  });
}

/**
 * Splits outputs along the first axis: views of their bytes for each number of rows.
 *
 * @throws Error for an output that has not the rows of the batch.
 */
export function splitRows(outputs: readonly WireTensor[], rows: readonly number[]): WireTensor[][] {
  const all = rows.reduce((sum, count) => sum + count, 0);
  const bad = outputs.find(({ shape }) => shape[0] !== all);
  if (bad) throw new Error(`its output "${bad.name}" has shape [${bad.shape}], expected ${all} rows`);
  const parts = rows.map((): WireTensor[] => []);
  for (const { name, datatype, shape, data } of outputs) {
    const width = all ? data.length / all : 0, rest = shape.slice(1);
    let end = 0;
    for (let i = 0; i < rows.length; i++) {
      const start = end;
      end += rows[i] * width;
      const own = data instanceof Uint8Array ? data.subarray(start, end) : data.slice(start, end);
      parts[i].push({ name, datatype, shape: [rows[i], ...rest], data: own });
    }
  }
  return parts;
}
