import type { Size, Sizes } from "./size.ts";

/** Element types. `float` is float32 or float64: the engine decides when the graph is lowered. */
export type DType = "float" | "int32" | "bool";

/** A constant's numbers: one number for all elements, or all of them in row-major order. */
export type ConstantData = { readonly fill: number } | {
  readonly data: Float64Array | Int32Array | Uint8Array;
};

/**
 * An operation, as one object in `ops/`. Its derivative stands in `grad/rules/`, its forms in
 * `onnx/rules/`, `stablehlo/rules/` and `engine/js/rules/`.
 */
export interface Op<A = any> {
  /** Shown in messages, and part of the key under which equal nodes are found. */
  readonly name: string;
  /**
   * The element types that its inputs can have, all of them the same (absent: any). Kernels of the
   * trace promote as tfjs does, so that engines meet no other mixture.
   */
  readonly takes?: readonly DType[];
  /** True where the order of its two inputs makes no difference. */
  readonly commutes?: boolean;
  /**
   * The node over all steps of a loop at once: at least one input carries a leading axis of length
   * `length`. Returns outputs that all carry it, or undefined where this node cannot be lifted.
   */
  lift?(node: Node<A>, inputs: readonly Lifted[], length: Size): Value[] | undefined;
}

/** The way for a loop's rule to hand cotangents to values that its body captures. */
export interface Captured {
  /** Returns whether the cotangent of this value is wanted. */
  wants(value: Value): boolean;
  /** Adds to the cotangent of this value. */
  add(value: Value, cotangent: Value): void;
}

/** A value of a loop body seen from outside: the same at every step, or stacked along time. */
export interface Lifted {
  /** The value outside the loop. */
  readonly value: Value;
  /** True if it has a leading axis with one entry a step. */
  readonly stacked: boolean;
}

let counter = 0;

/** The result of a node, an input of a graph, or a constant. */
export class Value {
  /** Unlike any other value's. */
  readonly id: number = ++counter;
  /** A value of a graph; made by `emit`, `Graph.input` and the constants. */
  constructor(
    /** Its lengths. */
    readonly shape: Sizes,
    /** Its element type. */
    readonly dtype: DType,
    /** The graph it belongs to. Opening a call moves values to the graph around it. */
    public graph: Graph,
    /** The node it is an output of. */
    readonly node?: Node,
    /** Its numbers, where it is a constant. */
    readonly constant?: ConstantData,
    /** Set for inputs of a root graph. */
    readonly name?: string,
  ) {}

  /** Its number, element type and shape, for messages. */
  toString(): string {
    return `%${this.id}:${this.dtype}[${this.shape}]`;
  }
}

/** One application of an operation. Its `body` may use values of the graphs around it. */
export interface Node<A = any> {
  /** The operation. */
  readonly op: Op<A>;
  /** To what. */
  inputs: Value[];
  /** With what result. */
  outputs: Value[];
  /** The attributes of the operation. */
  attrs: A;
  /** The inner graph of a loop or a call. */
  body?: Graph;
}

/** A list of nodes in an order in which they can run, with inputs and outputs. */
export class Graph {
  /** The nodes, in order. */
  nodes: Node[] = [];
  /** Its inputs. */
  inputs: Value[] = [];
  /** Its outputs. */
  outputs: Value[] = [];
  /** Nodes by operation, inputs and attributes: equal requests give the same value. */
  readonly memo: Map<string, Node> = new Map();
  /** Constants with one number everywhere, by type, shape and number. */
  readonly constants: Map<string, Value> = new Map();
  /** Lengths that must not be below 0 in any run, with what needs them, for messages. */
  readonly required: Map<Size, string> = new Map();
  /** An empty graph, within `parent` where it is the body of a loop. */
  constructor(
    /** The graph around this one. */
    public parent?: Graph,
  ) {}

  /** Number of graphs around this one. */
  get depth(): number {
    return this.parent ? this.parent.depth + 1 : 0;
  }

  /** The outermost graph. */
  get root(): Graph {
    return this.parent?.root ?? this;
  }

  /** Adds an input. */
  input(shape: Sizes, dtype: DType = "float", name?: string): Value {
    const value = new Value(shape, dtype, this, undefined, undefined, name);
    this.inputs.push(value);
    return value;
  }

  /** Returns whether values of `other` can be used here: it is this graph or one around it. */
  sees(other: Graph): boolean {
    return other === this || (this.parent?.sees(other) ?? false);
  }
}

let current: Graph | undefined;

/** Returns the graph that operations are recorded in. Throws when none is being built. */
export function currentGraph(): Graph {
  if (!current) throw new Error("Cannot record an operation: no graph is being built");
  return current;
}

/** Notes that a length must not be below 0 in any run; `what` says in messages what needs it. */
export function requireLength(length: Size, what: string): void {
  if (typeof length === "number") return;
  const { required } = currentGraph().root;
  if (!required.has(length)) required.set(length, what);
}

/** Runs `body`, whose results do not count, without asking anything of lengths for it. */
export function withoutRequirements<T>(body: () => T): T {
  if (!current) return body();
  const { required } = current.root, before = new Set(required.keys());
  try {
    return body();
  } finally {
    for (const length of required.keys()) if (!before.has(length)) required.delete(length);
  }
}

/** Runs `body` with `graph` as the graph that operations are recorded in. */
export function withGraph<T>(graph: Graph, body: () => T): T {
  const before = current;
  current = graph;
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Returns a text that is the same for nodes that compute the same. */
export function keyOf({ name, commutes }: Op, inputs: readonly Value[], attrs: unknown): string {
  const text = JSON.stringify(attrs, (_, v) => v?.key && v.terms ? `~${v.key}` : v);
  const ids = inputs.map((v) => v.id);
  if (commutes) ids.sort((a, b) => a - b);
  return `${name}|${ids.join()}|${text ?? ""}`;
}

/** Throws where an operation does not take values of these element types. */
export function checkTypes({ name, takes }: Op, inputs: readonly Value[]): void {
  const [{ dtype }] = inputs;
  if (!takes || takes.includes(dtype) && inputs.every((v) => v.dtype === dtype)) return;
  throw new Error(
    `Cannot record ${name} of ${inputs.map((v) => v.dtype).join(" and ")}: it takes ${takes.join(" or ")}, ` +
      "of one type; convert with cast",
  );
}

/** Makes a node of a graph with new values as outputs; its place in the graph is the caller's. */
export function makeNode<A>(
  graph: Graph,
  op: Op<A>,
  inputs: Value[],
  attrs: A,
  outputs: readonly [Sizes, DType][],
  body?: Graph,
): Node<A> {
  checkTypes(op, inputs);
  const node: Node<A> = { op, inputs, outputs: [], attrs, body };
  node.outputs = outputs.map(([shape, dtype]) => new Value(shape, dtype, graph, node));
  return node;
}

/**
 * The graph a node with these inputs belongs in: the deepest of theirs. What does not change from
 * step to step thus leaves the loop as it is written. A value of a sibling body (a residual of a
 * forward loop) keeps the node here: it is replaced later by an input of this body.
 */
export function placeFor(inputs: readonly Value[]): Graph {
  const here = currentGraph();
  let place = here.root;
  for (const { graph } of inputs) {
    if (!here.sees(graph)) return here;
    if (graph.depth > place.depth) place = graph;
  }
  return place;
}

/**
 * Records a node, or returns the outputs of the equal one that is already there. Outputs without
 * elements are constants: there is nothing to compute.
 */
export function emit<A>(op: Op<A>, inputs: Value[], attrs: A, outputs: [Sizes, DType][]): Value[] {
  const place = placeFor(inputs);
  if (outputs.every(([shape]) => shape.includes(0))) {
    return outputs.map(([shape, dtype]) => new Value(shape, dtype, place.root, undefined, { fill: 0 }));
  }
  const key = keyOf(op, inputs, attrs);
  const known = place.memo.get(key);
  if (known) return known.outputs;
  const node = makeNode(place, op, inputs, attrs, outputs);
  place.nodes.push(node);
  place.memo.set(key, node);
  return node.outputs;
}

/** Records a node with a single output. */
export function emitOne<A>(op: Op<A>, inputs: Value[], attrs: A, shape: Sizes, dtype: DType): Value {
  return emit(op, inputs, attrs, [[shape, dtype]])[0];
}

/** Records a node that is never merged with another: loops, barriers, calls. */
export function emitUnique<A>(
  op: Op<A>,
  inputs: Value[],
  attrs: A,
  outputs: [Sizes, DType][],
  body?: Graph,
): Node<A> {
  const graph = currentGraph(), node = makeNode(graph, op, inputs, attrs, outputs, body);
  graph.nodes.push(node);
  return node;
}

/** Calls `f` with every value that the graph's nodes and outputs use, inner graphs included. */
export function forEachUse(graph: Graph, f: (value: Value) => void): void {
  for (const node of graph.nodes) {
    node.inputs.forEach(f);
    if (node.body) forEachUse(node.body, f);
  }
  graph.outputs.forEach(f);
}

/** Replaces every use of a value in the graph, inner graphs included, by `f` of it. */
export function replaceUses(graph: Graph, f: (value: Value) => Value): void {
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(f);
    if (node.body) replaceUses(node.body, f);
  }
  graph.outputs = graph.outputs.map(f);
}

/** Returns a function from a value to the last one that passes have put in its place. */
export function resolver(renamed: ReadonlyMap<Value, Value>): (value: Value) => Value {
  return (value) => {
    let v = value;
    for (let next = renamed.get(v); next; next = renamed.get(v)) v = next;
    return v;
  };
}
