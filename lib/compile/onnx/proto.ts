import onnxProto from "onnx-proto";

// The package is CommonJS: the namespace may or may not be under a default export.
const { onnx } = onnxProto as any;

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

/** An integer attribute. */
export const intAttribute = (name: string, i: number): AttributeProto => ({ name, type: 2, i });
/** A list of integers. */
export const intsAttribute = (name: string, ints: readonly number[]): AttributeProto => ({
  name,
  type: 7,
  ints: [...ints],
});
/** A text attribute. */
export const textAttribute = (name: string, text: string): AttributeProto => ({
  name,
  type: 3,
  s: new TextEncoder().encode(text),
});
/** A graph as an attribute. */
export const graphAttribute = (name: string, g: GraphProto): AttributeProto => ({ name, type: 5, g });

/** The bytes of a model. Opset 18 is read by every ONNX Runtime since 1.14. */
export function encodeModel(graph: GraphProto, metadata: Record<string, string> = {}): Uint8Array {
  const model = onnx.ModelProto.create({
    irVersion: 9,
    opsetImport: [{ domain: "", version: 18 }],
    producerName: "pyrosaur",
    graph,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return onnx.ModelProto.encode(model).finish();
}
