/**
 * The messages of the ONNX format that models are made of, with the numbers that onnx.proto gives
 * their fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
import { Message } from "./message.ts";

/** Element types by their numbers in the ONNX format. */
export const ElementType = { float: 1, uint8: 2, int32: 6, int64: 7, bool: 9, double: 11 } as const;

/** An attribute of a node. */
export interface AttributeProto {
  name: string;
  type: number;
  i?: number;
  ints?: number[];
  f?: number;
  s?: Uint8Array;
  g?: GraphProto;
}

/** A node. */
export interface NodeProto {
  opType: string;
  input: string[];
  output: string[];
  attribute: AttributeProto[];
  name?: string;
}

/** A tensor stored in the model. */
export interface TensorProto {
  name: string;
  dims: number[];
  dataType: number;
  rawData: Uint8Array;
}

/** An input or output with its type. */
export interface ValueInfoProto {
  name: string;
  type: { tensorType: { elemType: number; shape?: { dim: { dimValue?: number; dimParam?: string }[] } } };
}

/** A graph. */
export interface GraphProto {
  name: string;
  node: NodeProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
  initializer?: TensorProto[];
}

/** Attributes by their names: an integer, a list of integers, a float, a text or a graph each. */
export type Attributes = Readonly<
  Record<string, number | readonly number[] | { readonly float: number } | string | GraphProto>
>;

/** Returns attributes as the format has them. */
export function attributes(values: Attributes): AttributeProto[] {
  return Object.entries(values).map(([name, value]) => {
    if (typeof value === "number") return { name, type: 2, i: value };
    if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
    if ("float" in value) return { name, type: 1, f: value.float };
    return "node" in value ? { name, type: 5, g: value } : { name, type: 7, ints: [...value] };
  });
}

function attributeMessage({ name, f, i, s, g, ints, type }: AttributeProto): Message {
  const message = new Message().text(1, name);
  if (f !== undefined) message.float(2, f);
  if (i !== undefined) message.int(3, i);
  if (s !== undefined) message.bytes(4, s);
  if (g !== undefined) message.message(6, graphMessage(g));
  if (ints !== undefined) message.ints(8, ints);
  return message.int(20, type);
}

function nodeMessage({ input, output, name, opType, attribute }: NodeProto): Message {
  const message = new Message();
  for (const value of input) message.text(1, value);
  for (const value of output) message.text(2, value);
  if (name !== undefined) message.text(3, name);
  return message.text(4, opType).each(5, attribute, attributeMessage);
}

const tensorMessage = ({ name, dims, dataType, rawData }: TensorProto): Message =>
  new Message().ints(1, dims).int(2, dataType).text(8, name).bytes(9, rawData);

function valueMessage({ name, type: { tensorType: { elemType, shape } } }: ValueInfoProto): Message {
  const tensor = new Message().int(1, elemType);
  if (shape) {
    const dims = new Message().each(
      1,
      shape.dim,
      ({ dimValue, dimParam }) =>
        dimValue !== undefined ? new Message().int(1, dimValue) : new Message().text(2, dimParam!),
    );
    tensor.message(2, dims);
  }
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

const graphMessage = ({ name, node, input, output, initializer = [] }: GraphProto): Message =>
  new Message().each(1, node, nodeMessage).text(2, name).each(5, initializer, tensorMessage)
    .each(11, input, valueMessage).each(12, output, valueMessage);

/** Returns the bytes of a model. Opset 18 is read by every ONNX Runtime since 1.14. */
export function encodeModel(graph: GraphProto, metadata: Record<string, string> = {}): Uint8Array {
  const opset = new Message().text(1, "").int(2, 18);
  return new Message().int(1, 9).text(2, "pyrosaur").message(7, graphMessage(graph)).message(8, opset)
    .each(14, Object.entries(metadata), ([key, value]) => new Message().text(1, key).text(2, value))
    .finish();
}
