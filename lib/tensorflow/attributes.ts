import { type DType, DTYPE_CODES } from "./dtype.ts";
import { type Address, addressOf, nameAt } from "./memory.ts";
import type { Status } from "./status.ts";
import type { Symbols } from "./symbols.ts";

/** A type: its name, or TensorFlow's number. */
export type TypeName = DType | number;

/** The value of an attribute of an operation, with its kind. */
export type Attribute =
  | { readonly string: string | Uint8Array<ArrayBuffer> }
  | { readonly int: number | bigint }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly type: TypeName }
  | { readonly shape: readonly number[] }
  | { readonly function: string }
  | { readonly strings: readonly (string | Uint8Array<ArrayBuffer>)[] }
  | { readonly ints: readonly (number | bigint)[] }
  | { readonly floats: readonly number[] }
  | { readonly bools: readonly boolean[] }
  | { readonly types: readonly TypeName[] }
  | { readonly shapes: readonly (readonly number[])[] };

/** Attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

const encoder = new TextEncoder();
const bytesOf = (text: string | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  typeof text === "string" ? encoder.encode(text) : text;
const codeOf = (type: TypeName): number => typeof type === "number" ? type : DTYPE_CODES[type];
// An empty array's address may be null, which TensorFlow need not accept.
const listOf = (values: readonly number[]): BigInt64Array<ArrayBuffer> =>
  BigInt64Array.from(values.length > 0 ? values : [0], BigInt);

/** Sets an attribute. TensorFlow reports a wrong name or kind here or when the operation runs. */
export function setAttribute(
  symbols: Symbols,
  op: Address,
  name: string,
  attribute: Attribute,
  status: Status,
): void {
  const key = nameAt(name);
  if ("type" in attribute) symbols.TFE_OpSetAttrType(op, key, codeOf(attribute.type));
  else if ("bool" in attribute) symbols.TFE_OpSetAttrBool(op, key, attribute.bool ? 1 : 0);
  else if ("int" in attribute) symbols.TFE_OpSetAttrInt(op, key, BigInt(attribute.int));
  else if ("float" in attribute) symbols.TFE_OpSetAttrFloat(op, key, attribute.float);
  else if ("string" in attribute) {
    const bytes = bytesOf(attribute.string);
    symbols.TFE_OpSetAttrString(op, key, bytes, BigInt(bytes.byteLength));
  } else if ("shape" in attribute) {
    const { shape } = attribute;
    symbols.TFE_OpSetAttrShape(op, key, listOf(shape) as BufferSource, shape.length, status.address);
    status.check(`Cannot set the attribute ${name}`);
  } else if ("function" in attribute) {
    const bytes = bytesOf(attribute.function);
    symbols.TFE_OpSetAttrFunctionName(op, key, bytes, BigInt(bytes.byteLength));
  } else if ("ints" in attribute) {
    const { ints } = attribute;
    symbols.TFE_OpSetAttrIntList(op, key, BigInt64Array.from(ints, BigInt), ints.length);
  } else if ("floats" in attribute) {
    const { floats } = attribute;
    symbols.TFE_OpSetAttrFloatList(op, key, Float32Array.from(floats), floats.length);
  } else if ("bools" in attribute) {
    const { bools } = attribute;
    symbols.TFE_OpSetAttrBoolList(op, key, Uint8Array.from(bools, Number), bools.length);
  } else if ("types" in attribute) {
    const { types } = attribute;
    symbols.TFE_OpSetAttrTypeList(op, key, Int32Array.from(types, codeOf), types.length);
  } else if ("strings" in attribute) {
    const texts = attribute.strings.map(bytesOf),
      lengths = BigUint64Array.from(texts, (t) => BigInt(t.byteLength));
    const places = BigUint64Array.from(texts, addressOf);
    symbols.TFE_OpSetAttrStringList(op, key, places, lengths, texts.length);
  } else {
    const lists = attribute.shapes.map(listOf),
      ranks = Int32Array.from(attribute.shapes, (shape) => shape.length);
    const places = BigUint64Array.from(lists, addressOf);
    symbols.TFE_OpSetAttrShapeList(op, key, places, ranks, lists.length, status.address);
    status.check(`Cannot set the attribute ${name}`);
  }
}
