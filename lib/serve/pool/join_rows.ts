import type { WireTensor } from "../protocol/datatypes.ts";

/**
 * Returns bytes that own their buffer, which can move to a Worker: a copy where they are a view.
 */
const owned = (data: Uint8Array): Uint8Array =>
  data.byteLength === data.buffer.byteLength ? data : data.slice();

/** Joins the inputs of requests along the first axis. Shapes are equal behind it. */
export function joinRows(requests: readonly (readonly WireTensor[])[]): readonly WireTensor[] {
  const [first] = requests;
  if (requests.length === 1) {
    return first.map((input) =>
      input.data instanceof Uint8Array ? { ...input, data: owned(input.data) } : input
    );
  }
  return first.map(({ name, datatype, shape }, i) => {
    const parts = requests.map((inputs) => inputs[i]);
    const rows = parts.reduce((sum, part) => sum + part.shape[0], 0), joint = [rows, ...shape.slice(1)];
    if (datatype === "BYTES") {
      return { name, datatype, shape: joint, data: parts.flatMap(({ data }) => data as string[]) };
    }
    const data = new Uint8Array(parts.reduce((sum, part) => sum + part.data.length, 0));
    let at = 0;
    for (const part of parts) {
      data.set(part.data as Uint8Array, at);
      at += part.data.length;
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
  let from = 0;
  return rows.map((count) => {
    const start = from, end = from += count;
    return outputs.map(({ name, datatype, shape, data }) => {
      const width = all ? data.length / all : 0, part: [number, number] = [start * width, end * width];
      const own = data instanceof Uint8Array ? data.subarray(...part) : data.slice(...part);
      return { name, datatype, shape: [count, ...shape.slice(1)], data: own };
    });
  });
}
