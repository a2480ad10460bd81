/** An input or output of a model, as its file names it. */
export interface ModelValue {
  /** Its name. */
  readonly name: string;
  /** The number of its element type (`TensorProto.DataType`); 0 where it is no tensor. */
  readonly elementType: number;
  /** Its lengths: a number, or the name (or "") of one that may change; undefined: any rank. */
  readonly shape?: readonly (number | string)[];
}

/** The inputs and outputs of a model, and the operators in it. */
export interface ModelSignature {
  /** The inputs, without those that have a value in the model. */
  readonly inputs: readonly ModelValue[];
  /** The outputs. */
  readonly outputs: readonly ModelValue[];
  /** The names of the operators of its graph and of its functions. */
  readonly operators: ReadonlySet<string>;
}

/** A field of a message: its number, and its value, an integer or bytes. */
type Field = readonly [number: number, value: number | Uint8Array];

class Malformed extends Error {}

/** Goes through the fields of a message, without a look into those that are messages. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const take = (length: number): number => {
    if (!(at + length <= bytes.length)) throw new Malformed();
    at += length;
    return at - length;
  };
  const integer = (): number => {
    for (let value = 0, scale = 1, i = 0; i < 10; i++, scale *= 128) {
      const byte = bytes[take(1)];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new Malformed();
  };
  while (at < bytes.length) {
    const tag = integer(), kind = tag % 8, field = (tag - kind) / 8;
    if (kind === 0) yield [field, integer()];
    else if (kind === 2) {
      const length = integer(), from = take(length);
      yield [field, bytes.subarray(from, from + length)];
    } else if (kind === 5) take(4);
    else if (kind === 1) take(8);
    else throw new Malformed();
  }
}

/** Returns the values of a field that are messages or texts. */
const partsOf = (bytes: Uint8Array, field: number): Uint8Array[] =>
  Array.from(fieldsOf(bytes)).flatMap(([n, value]) =>
    n === field && typeof value !== "number" ? [value] : []
  );

const partOf = (bytes: Uint8Array | undefined, field: number) => bytes && partsOf(bytes, field).at(-1);

const integerOf = (bytes: Uint8Array, field: number): number | undefined => {
  const found = Array.from(fieldsOf(bytes)).findLast(([n, value]) =>
    n === field && typeof value === "number"
  );
  return found?.[1] as number | undefined;
};

const textOf = (bytes: Uint8Array, field: number): string => new TextDecoder().decode(partOf(bytes, field));

/** Reads a `ValueInfoProto`. */
function valueOf(bytes: Uint8Array): ModelValue {
  const tensor = partOf(partOf(bytes, 2), 1), shape = partOf(tensor, 2);
  return {
    name: textOf(bytes, 1),
    elementType: tensor ? integerOf(tensor, 1) ?? 0 : 0,
    shape: shape && partsOf(shape, 1).map((dim) => integerOf(dim, 1) ?? textOf(dim, 2)),
  };
}

/**
 * Reads the inputs, outputs and operators of an ONNX model, and nothing else of it; undefined where
 * the bytes are no model.
 */
export function modelSignature(bytes: Uint8Array): ModelSignature | undefined {
  try {
    const graph = partOf(bytes, 7);
    if (!graph) return undefined;
    const inputs: ModelValue[] = [], outputs: ModelValue[] = [], known = new Set<string>();
    for (const [field, value] of fieldsOf(graph)) {
      if (typeof value === "number") continue;
      if (field === 11) inputs.push(valueOf(value));
      if (field === 12) outputs.push(valueOf(value));
      if (field === 5) known.add(textOf(value, 8));
    }
    const nodes = [...partsOf(graph, 1), ...partsOf(bytes, 25).flatMap((own) => partsOf(own, 7))];
    const operators = new Set(nodes.map((node) => textOf(node, 4)));
    return { inputs: inputs.filter(({ name }) => !known.has(name)), outputs, operators };
  } catch (cause) {
    if (cause instanceof Malformed) return undefined;
    throw cause;
  }
}
