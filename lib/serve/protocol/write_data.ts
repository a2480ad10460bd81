import type { WireTensor, WireType } from "./datatypes.ts";
import { fromHalf } from "./half.ts";

/** JSON has no words for these numbers; as texts, all clients read them (NumPy among them). */
const realText = (x: number): string =>
  Number.isFinite(x) ? (Object.is(x, -0) ? "-0.0" : String(x)) : `"${x}"`;

/** A reader of the element at a place of the bytes, as JSON. */
type Read = (view: DataView, at: number) => string;

const READERS: Readonly<Record<Exclude<WireType, "BYTES" | "BF16">, readonly [bytes: number, Read]>> = {
  BOOL: [1, (view, at) => String(view.getUint8(at) !== 0)],
  UINT8: [1, (view, at) => String(view.getUint8(at))],
  UINT16: [2, (view, at) => String(view.getUint16(at, true))],
  UINT32: [4, (view, at) => String(view.getUint32(at, true))],
  UINT64: [8, (view, at) => String(view.getBigUint64(at, true))],
  INT8: [1, (view, at) => String(view.getInt8(at))],
  INT16: [2, (view, at) => String(view.getInt16(at, true))],
  INT32: [4, (view, at) => String(view.getInt32(at, true))],
  INT64: [8, (view, at) => String(view.getBigInt64(at, true))],
  FP16: [2, (view, at) => realText(fromHalf(view.getUint16(at, true)))],
  FP32: [4, (view, at) => realText(view.getFloat32(at, true))],
  FP64: [8, (view, at) => realText(view.getFloat64(at, true))],
};

/** Writes the elements of a tensor as a flat JSON array; NaN and infinity as texts. */
export function writeData({ datatype, data }: Pick<WireTensor, "datatype" | "data">): string {
  if (!(data instanceof Uint8Array)) return JSON.stringify(data);
  const [bytes, read] = READERS[datatype as keyof typeof READERS];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const texts: string[] = new Array(data.length / bytes);
  for (let i = 0; i < texts.length; i++) texts[i] = read(view, i * bytes);
  return `[${texts.join(",")}]`;
}
