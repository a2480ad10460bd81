import { convert } from "../engine/engine.ts";
import type { DType, Graph, Node, Op, Value } from "../ir/graph.ts";
import { isStatic, sizeOf, type Sizes, type SymbolicSize } from "../ir/size.ts";
import { attributes, ElementType } from "./proto.ts";
import type { Attributes, GraphProto, NodeProto, TensorProto, ValueInfoProto } from "./proto.ts";

/** Writes one node of an operation. */
type Rule<A = any> = (node: Node<A>, w: OnnxWriter) => void;

/** The rules by operation. */
export const rules: Map<Op, Rule> = new Map();

/** Sets the rule of an operation. */
export function written<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
}

/** Returns the names of a node's inputs. */
export const inputs = (node: Node, w: OnnxWriter): string[] => node.inputs.map((i) => w.name(i));
/** Returns the name of a node's output. */
export const out = (node: Node, w: OnnxWriter): string => w.name(node.outputs[0]);

/** Writes the nodes of one model: names, constants, and lengths that are only known at run time. */
export class OnnxWriter {
  readonly initializers: Map<string, TensorProto> = new Map();
  readonly preamble: NodeProto[] = [];
  #nodes: NodeProto[] = [];
  #sizes = new Map<string, string>();
  #filled = new Set<string>();
  #renamed = new Map<Value, string>();
  #numbers = new Map<Value, number>();
  #fresh = 0;

  /**
   * @param double whether floats are float64
   * @param carriers where each symbolic dimension can be read: an input and its axis
   * @param taken names of inputs and outputs, which nothing else may have
   */
  constructor(
    readonly double: boolean,
    private readonly carriers: ReadonlyMap<string, { input: string; axis: number }>,
    private readonly taken: ReadonlySet<string>,
  ) {}

  /** Returns a name for use within the model: the one wanted, if no input or output has it. */
  own(name: string): string {
    while (this.taken.has(name)) name += "_";
    return name;
  }

  /** Returns a value's own name: counted as it is met, so that equal graphs give equal bytes. */
  nameOf(value: Value): string {
    let number = this.#numbers.get(value);
    if (number === undefined) this.#numbers.set(value, number = this.#numbers.size);
    return this.own(`${value.constant ? "c" : "v"}${number}`);
  }

  /** Returns the ONNX element type of a value. */
  elementType(dtype: DType): number {
    return dtype === "float" ? (this.double ? ElementType.double : ElementType.float) : ElementType[dtype];
  }

  /** Returns a name that nothing else has. */
  fresh(prefix: string): string {
    return this.own(`${prefix}_${this.#fresh++}`);
  }

  /** Adds a node and gives the name of its (first) output. */
  node(
    opType: string,
    input: string[],
    output: string | string[] = this.fresh(opType),
    attribute: Attributes = {},
  ): string {
    const outputs = [output].flat();
    this.#nodes.push({ opType, input, output: outputs, attribute: attributes(attribute) });
    return outputs[0];
  }

  /** Adds a node that runs before all of the graph. */
  #before(opType: string, input: string[], output: string, attribute: Attributes = {}): void {
    this.preamble.push({ opType, input, output: [output], attribute: attributes(attribute) });
  }

  /** Returns the name of a value; constants are stored on first use. */
  name(value: Value): string {
    const renamed = this.#renamed.get(value);
    if (renamed) return renamed;
    if (!value.constant) return value.name ?? this.nameOf(value);
    if ("fill" in value.constant) return this.#fill(value, value.constant.fill);
    const name = this.nameOf(value);
    if (!this.initializers.has(name)) {
      this.#store(name, value.shape as number[], value.dtype, value.constant.data);
    }
    return name;
  }

  /** Returns a scalar constant. */
  scalar(number: number, dtype: DType = "float"): string {
    const name = this.own(`c_${dtype}_${Object.is(number, -0) ? "-0" : number}`);
    if (!this.initializers.has(name)) this.#store(name, [], dtype, [number]);
    return name;
  }

  /** Returns a scalar constant in float64, or in float32, whatever floats are. */
  number(number: number, double: boolean): string {
    const name = `c_${double ? "double" : "single"}_${number}`, data = [number];
    if (!this.initializers.has(name)) {
      const type = double ? ElementType.double : ElementType.float;
      this.#initialize(name, [], type, double ? Float64Array.from(data) : Float32Array.from(data));
    }
    return name;
  }

  #fill(value: Value, number: number): string {
    if (value.shape.length === 0) return this.scalar(number, value.dtype);
    const name = this.own(`c_${value.dtype}_${Object.is(number, -0) ? "-0" : number}[${value.shape}]`);
    if (this.initializers.has(name) || this.#filled.has(name)) return name;
    if (isStatic(value.shape) && (sizeOf(value.shape) as number) <= 64) {
      this.#store(name, value.shape, value.dtype, new Array(sizeOf(value.shape) as number).fill(number));
    } else {
      this.#filled.add(name);
      this.#before("Expand", [this.scalar(number, value.dtype), this.sizes(value.shape)], name);
    }
    return name;
  }

  #store(name: string, dims: number[], dtype: DType, data: ArrayLike<number>): void {
    const array = convert(data, dtype, this.double ? "float64" : "float32");
    this.#initialize(name, dims, this.elementType(dtype), array);
  }

  #initialize(name: string, dims: number[], dataType: number, { buffer }: ArrayBufferView): void {
    this.initializers.set(name, { name, dims, dataType, rawData: new Uint8Array(buffer) });
  }

  /** Returns a constant vector of int64 (a scalar with `scalar`). */
  ints(values: readonly number[], scalar = false): string {
    const name = this.own(`i${scalar ? "s" : ""}_${values.join("_")}`);
    if (!this.initializers.has(name)) {
      const dims = scalar ? [] : [values.length];
      this.#initialize(name, dims, ElementType.int64, BigInt64Array.from(values, BigInt));
    }
    return name;
  }

  /** Returns an int64 vector of lengths, computed once per run where some are symbolic. */
  sizes(sizes: Sizes): string {
    if (isStatic(sizes)) return this.ints(sizes);
    return this.#once(`sizes[${sizes}]`, (name) => {
      const parts = sizes.map((s) => typeof s === "number" ? this.ints([s]) : this.#size(s));
      this.#before("Concat", parts, name, { axis: 0 });
    });
  }

  #size(size: SymbolicSize): string {
    return this.#once(`size(${size})`, (name) => {
      const terms = [...size.terms].map(([monomial, coefficient]) => {
        const factors = monomial ? monomial.split("*").map((n) => this.#dim(n)) : [];
        if (coefficient !== 1 || factors.length === 0) factors.push(this.ints([coefficient]));
        return this.#fold("Mul", factors);
      });
      this.#before("Identity", [this.#fold("Add", terms)], name);
    });
  }

  #fold(opType: string, names: string[]): string {
    return names.reduce((a, b) => {
      const output = this.fresh("size");
      this.#before(opType, [a, b], output);
      return output;
    });
  }

  #dim(name: string): string {
    return this.#once(`dim(${name})`, (output) => {
      const carrier = this.carriers.get(name);
      if (!carrier) throw new Error(`Cannot lower the graph: no input has the axis "${name}"`);
      const { input, axis } = carrier;
      this.#before("Shape", [input], output, { start: axis, end: axis + 1 });
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

  #info(name: string, value: Value): ValueInfoProto {
    const dim = value.shape.map((s) =>
      typeof s === "number" ? { dimValue: s } : this.carriers.has(s.key) ? { dimParam: s.key } : {}
    );
    return { name, type: { tensorType: { elemType: this.elementType(value.dtype), shape: { dim } } } };
  }

  /** Writes the graph of one branch of a condition, with a name for the value of each output. */
  branch(name: string, values: readonly Value[], write: (names: string[]) => void): GraphProto {
    const before = this.#nodes, names = values.map(() => this.fresh(name));
    this.#nodes = [];
    write(names);
    const node = this.#nodes;
    this.#nodes = before;
    return { name, node, input: [], output: names.map((n, i) => this.#info(n, values[i])) };
  }

  /** Writes a graph: each of its outputs has a name of its own, from `outputNames` where given. */
  graph(
    name: string,
    graph: Graph,
    inputs: readonly { value: Value; name: string }[],
    outputNames?: readonly string[],
  ): GraphProto {
    for (const { value, name } of inputs) this.#renamed.set(value, name);
    const free = new Set(graph.nodes.flatMap((n) => n.outputs)), before = this.#nodes;
    const isOwn = graph.outputs.map((value) => free.delete(value));
    graph.outputs.forEach((value, i) => isOwn[i] && outputNames && this.#renamed.set(value, outputNames[i]));
    this.#nodes = [];
    for (const node of graph.nodes) {
      const rule = rules.get(node.op);
      if (!rule) throw new Error(`Cannot lower ${node.op.name} to ONNX: there is no rule for it`);
      rule(node, this);
    }
    const output = graph.outputs.map((value, i) => {
      const name = outputNames?.[i] ?? (isOwn[i] ? this.name(value) : this.fresh("out"));
      if (this.name(value) !== name) this.node("Identity", [this.name(value)], name);
      return this.#info(name, value);
    });
    const node = this.#nodes;
    this.#nodes = before;
    return { name, node, input: inputs.map(({ value, name }) => this.#info(name, value)), output };
  }
}
