import type { DType, Graph, Node, Op, Value } from "../ir/graph.ts";
import { isStatic, sizeOf, type Sizes, type SymbolicSize } from "../ir/size.ts";
import { ElementType, graphAttribute, intAttribute } from "./proto.ts";
import type { AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from "./proto.ts";

/** Writes one node of an operation. */
export type Rule<A = any> = (node: Node<A>, w: OnnxWriter) => void;

/** Writes the nodes of one model: names, constants, and lengths that are only known at run time. */
export class OnnxWriter {
  readonly initializers: Map<string, TensorProto> = new Map();
  readonly preamble: NodeProto[] = [];
  #nodes: NodeProto[] = [];
  #sizes = new Map<string, string>();
  #filled = new Set<string>();
  #renamed = new Map<Value, string>();
  #fresh = 0;

  /**
   * @param double whether floats are float64
   * @param carriers where each symbolic dimension can be read: an input and its axis
   * @param rules how each operation is written
   */
  constructor(
    readonly double: boolean,
    private readonly carriers: ReadonlyMap<string, { input: string; axis: number }>,
    private readonly rules: ReadonlyMap<Op, Rule>,
  ) {}

  /** Returns the ONNX element type of a value. */
  elementType(dtype: DType): number {
    return dtype === "float" ? (this.double ? ElementType.double : ElementType.float) : ElementType[dtype];
  }

  /** Gives a value another name in the model. */
  rename(value: Value, name: string): void {
    this.#renamed.set(value, name);
  }

  /** Returns a name that nothing else has. */
  fresh(prefix: string): string {
    return `${prefix}_${this.#fresh++}`;
  }

  /** Adds a node and gives the name of its (first) output. */
  node(
    opType: string,
    input: string[],
    output: string | string[] = this.fresh(opType),
    attribute: AttributeProto[] = [],
  ): string {
    const outputs = typeof output === "string" ? [output] : output;
    this.#nodes.push({ opType, input, output: outputs, attribute });
    return outputs[0];
  }

  /** Returns the name of a value; constants are stored on first use. */
  name(value: Value): string {
    const renamed = this.#renamed.get(value);
    if (renamed) return renamed;
    if (!value.constant) return value.name ?? `v${value.id}`;
    if ("fill" in value.constant) return this.#fill(value, value.constant.fill);
    const name = `c${value.id}`;
    if (!this.initializers.has(name)) {
      this.#store(name, value.shape as number[], value.dtype, value.constant.data);
    }
    return name;
  }

  /** Returns a scalar constant. */
  scalar(number: number, dtype: DType = "float"): string {
    const name = `c_${dtype}_${Object.is(number, -0) ? "-0" : number}`;
    if (!this.initializers.has(name)) this.#store(name, [], dtype, [number]);
    return name;
  }

  #fill(value: Value, number: number): string {
    if (value.shape.length === 0) return this.scalar(number, value.dtype);
    const name = `c_${value.dtype}_${Object.is(number, -0) ? "-0" : number}[${value.shape}]`;
    if (this.initializers.has(name) || this.#filled.has(name)) return name;
    if (isStatic(value.shape) && (sizeOf(value.shape) as number) <= 64) {
      this.#store(name, value.shape, value.dtype, new Array(sizeOf(value.shape) as number).fill(number));
    } else {
      this.#filled.add(name);
      this.preamble.push({
        opType: "Expand",
        input: [this.scalar(number, value.dtype), this.sizes(value.shape)],
        output: [name],
        attribute: [],
      });
    }
    return name;
  }

  #store(name: string, dims: number[], dtype: DType, data: ArrayLike<number>): void {
    const array = dtype === "float"
      ? (this.double ? Float64Array.from(data) : Float32Array.from(data))
      : dtype === "int32"
      ? Int32Array.from(data)
      : Uint8Array.from(data);
    this.initializers.set(name, {
      name,
      dims,
      dataType: this.elementType(dtype),
      rawData: new Uint8Array(array.buffer),
    });
  }

  /** Returns a constant vector of int64 (a scalar with `scalar`). */
  ints(values: readonly number[], scalar = false): string {
    const name = `i${scalar ? "s" : ""}_${values.join("_")}`;
    if (!this.initializers.has(name)) {
      const data = BigInt64Array.from(values, BigInt);
      this.initializers.set(name, {
        name,
        dims: scalar ? [] : [values.length],
        dataType: ElementType.int64,
        rawData: new Uint8Array(data.buffer),
      });
    }
    return name;
  }

  /** Returns an int64 vector of lengths, computed once per run where some are symbolic. */
  sizes(sizes: Sizes): string {
    if (isStatic(sizes)) return this.ints(sizes);
    const key = `sizes[${sizes}]`;
    return this.#once(key, (name) => {
      const parts = sizes.map((s) => typeof s === "number" ? this.ints([s]) : this.#size(s));
      this.preamble.push({
        opType: "Concat",
        input: parts,
        output: [name],
        attribute: [intAttribute("axis", 0)],
      });
    });
  }

  #size(size: SymbolicSize): string {
    return this.#once(`size(${size})`, (name) => {
      const terms = [...size.terms].map(([monomial, coefficient]) => {
        const factors = [...(monomial ? monomial.split("*").map((n) => this.#dim(n)) : [])];
        if (coefficient !== 1 || factors.length === 0) factors.push(this.ints([coefficient]));
        return this.#fold("Mul", factors);
      });
      this.preamble.push({
        opType: "Identity",
        input: [this.#fold("Add", terms)],
        output: [name],
        attribute: [],
      });
    });
  }

  #fold(opType: string, names: string[]): string {
    return names.reduce((a, b) => {
      const output = this.fresh("size");
      this.preamble.push({ opType, input: [a, b], output: [output], attribute: [] });
      return output;
    });
  }

  #dim(name: string): string {
    return this.#once(`dim(${name})`, (output) => {
      const carrier = this.carriers.get(name);
      if (!carrier) throw new Error(`Cannot lower the graph: no input has the axis "${name}"`);
      this.preamble.push({
        opType: "Shape",
        input: [carrier.input],
        output: [output],
        attribute: [intAttribute("start", carrier.axis), intAttribute("end", carrier.axis + 1)],
      });
    });
  }

  #once(key: string, write: (name: string) => void): string {
    let name = this.#sizes.get(key);
    if (!name) {
      this.#sizes.set(key, name = this.fresh("d"));
      write(name);
    }
    return name;
  }

  /** Returns the type of a value, for inputs and outputs of graphs. */
  info(name: string, value: Value): ValueInfoProto {
    const dim = value.shape.map((s) =>
      typeof s === "number" ? { dimValue: s } : this.carriers.has(s.key) ? { dimParam: s.key } : {}
    );
    return { name, type: { tensorType: { elemType: this.elementType(value.dtype), shape: { dim } } } };
  }

  /** Writes the nodes of a graph and returns them. */
  write(graph: Graph): NodeProto[] {
    const before = this.#nodes;
    this.#nodes = [];
    for (const node of graph.nodes) {
      const rule = this.rules.get(node.op);
      if (!rule) throw new Error(`Cannot lower ${node.op.name} to ONNX: there is no rule for it`);
      rule(node, this);
    }
    const nodes = this.#nodes;
    this.#nodes = before;
    return nodes;
  }

  /** Returns an inner graph as an attribute: each output has a name of its own. */
  body(graph: Graph, inputNames: readonly string[]): AttributeProto {
    graph.inputs.forEach((input, i) => this.rename(input, inputNames[i]));
    const node = this.write(graph);
    const made = new Set(graph.nodes.flatMap((n: Node) => n.outputs)), used = new Set<Value>();
    const output = graph.outputs.map((value) => {
      if (made.has(value) && !used.has(value)) {
        used.add(value);
        return this.info(this.name(value), value);
      }
      const name = this.fresh("out");
      node.push({ opType: "Identity", input: [this.name(value)], output: [name], attribute: [] });
      return this.info(name, value);
    });
    const proto: GraphProto = {
      name: "body",
      node,
      input: graph.inputs.map((v, i) => this.info(inputNames[i], v)),
      output,
    };
    return graphAttribute("body", proto);
  }
}
