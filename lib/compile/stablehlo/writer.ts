import type { DType, Graph, Node, Op, Value } from "../ir/graph.ts";
import { type Dims, evaluate, type Size, type Sizes } from "../ir/size.ts";
import { denseLiteral, literal } from "./numbers.ts";
import type { Term } from "./term.ts";
import { broadcastShapes, sameShape, sizeOf } from "../../tensor/mod.ts";

/** Writes one node of an operation, given its inputs; gives its output, or its outputs. */
export type Rule<A = any> = (node: Node<A>, w: StablehloWriter, inputs: Term[]) => Term | Term[];

/** The lines of one block, and what in it can be used again. */
interface Block {
  readonly lines: string[];
  readonly made: Map<string, Term>;
}

/** Constants up to this size are written in each block that uses them: no loop carries them. */
const SMALL = 64;

/**
 * Writes the operations of one module: names, constants, broadcasts. StableHLO does not broadcast
 * by itself, so that operations here take terms of any shapes and bring them to a common one.
 */
export class StablehloWriter {
  readonly #terms = new Map<Value, Term>();
  #blocks: Block[] = [];
  #count = 0;

  /**
   * @param double whether floats are float64
   * @param dims the lengths of the symbolic axes
   * @param rules how each operation is written
   */
  constructor(
    readonly double: boolean,
    private readonly dims: Dims,
    private readonly rules: ReadonlyMap<Op, Rule>,
  ) {}

  /** The number a length stands for. */
  readonly size = (size: Size): number => evaluate(size, this.dims);

  /** Returns the numbers that a shape's lengths stand for. */
  shape(shape: Sizes): number[] {
    return shape.map(this.size);
  }

  /** Returns an element type. */
  element(dtype: DType): string {
    return dtype === "float" ? (this.double ? "f64" : "f32") : dtype === "int32" ? "i32" : "i1";
  }

  /** Returns the type of a term. */
  type({ shape, dtype }: Omit<Term, "name">): string {
    return `tensor<${[...shape, this.element(dtype)].join("x")}>`;
  }

  /** Returns the types of terms as the types of a function. */
  signature(from: readonly Term[], to: Omit<Term, "name">): string {
    return `(${from.map((t) => this.type(t)).join(", ")}) -> ${this.type(to)}`;
  }

  /** Returns a name that nothing else has. */
  fresh(prefix = ""): string {
    return `%${prefix}${this.#count++}`;
  }

  /** Adds a line to the current block. */
  write(line: string): void {
    this.#blocks.at(-1)!.lines.push(line);
  }

  /** Adds an operation with one result, and gives that. */
  term(text: string, shape: readonly number[], dtype: DType): Term {
    const name = this.fresh();
    this.write(`${name} = ${text}`);
    return { name, shape, dtype };
  }

  /** Returns the lines that `make` writes, into a block of its own. */
  block(make: () => void): string[] {
    const block: Block = { lines: [], made: new Map() };
    this.#blocks.push(block);
    try {
      make();
    } finally {
      this.#blocks.pop();
    }
    return block.lines;
  }

  /** Says which term a value of the graph is. */
  define(value: Value, term: Term): void {
    this.#terms.set(value, term);
  }

  /** Returns the term of a value. */
  get(value: Value): Term {
    const known = this.#terms.get(value);
    if (known) return known;
    if (!value.constant) {
      throw new Error(`Cannot write the graph as StableHLO: ${value} is used before it is made`);
    }
    const shape = this.shape(value.shape);
    if ("fill" in value.constant) return this.scalar(value.constant.fill, value.dtype, shape);
    return this.constant(`c${value.id}`, value.constant.data, shape, value.dtype);
  }

  /** Returns a constant with the same number everywhere. */
  scalar(number: number, dtype: DType = "float", shape: readonly number[] = []): Term {
    const type = this.type({ shape, dtype }), text = literal(number, dtype, this.double);
    const dense = sizeOf(shape) === 0 ? "" : text;
    return this.#once(
      `${text} ${type}`,
      this.#blocks.at(-1)!,
      () => ({ ...this.term(`stablehlo.constant dense<${dense}> : ${type}`, shape, dtype), fill: number }),
    );
  }

  /** Returns a constant with the given numbers. */
  constant(key: string, data: ArrayLike<number>, shape: readonly number[], dtype: DType): Term {
    const block = this.#blocks[data.length > SMALL ? 0 : this.#blocks.length - 1];
    return this.#once(key, block, () => {
      const flat = dtype === "bool" ? [data.length] : shape;
      const dense = denseLiteral(data, flat, dtype, this.double);
      const type = this.type({ shape: flat, dtype });
      // Before everything else in its block: it may be asked for while an inner block is written.
      const listed = this.fresh(), to = { shape, dtype };
      const lines = [`${listed} = stablehlo.constant dense<${dense}> : ${type}`];
      let name = listed;
      if (!sameShape(flat, shape)) {
        name = this.fresh();
        lines.push(`${name} = stablehlo.reshape ${listed} : (${type}) -> ${this.type(to)}`);
      }
      block.lines.unshift(...lines);
      return { name, ...to };
    });
  }

  #once(key: string, block: Block, make: () => Term): Term {
    let term = block.made.get(key);
    if (!term) block.made.set(key, term = make());
    return term;
  }

  /** Returns an operation whose result has the type of its operands, which are broadcast. */
  map(op: string, ...operands: Term[]): Term {
    const same = this.alike(operands), [{ shape, dtype }] = same;
    return this.term(
      `stablehlo.${op} ${same.map((t) => t.name).join(", ")} : ${this.type(same[0])}`,
      shape,
      dtype,
    );
  }

  /** Returns a function of StableHLO's companion dialect, which XLA expands. */
  special(op: string, x: Term): Term {
    return this.term(`chlo.${op} ${x.name} : ${this.type(x)} -> ${this.type(x)}`, x.shape, x.dtype);
  }

  /** Returns a comparison: EQ, NE, GE, GT, LE or LT. */
  compare(direction: string, a: Term, b: Term): Term {
    const [x, y] = this.alike([a, b]);
    const kind = x.dtype === "float" ? "FLOAT" : x.dtype === "int32" ? "SIGNED" : "UNSIGNED";
    const to = { shape: x.shape, dtype: "bool" } as const;
    return this.term(
      `stablehlo.compare ${direction}, ${x.name}, ${y.name}, ${kind} : ${this.signature([x, y], to)}`,
      x.shape,
      "bool",
    );
  }

  /** `a` where the condition holds, else `b`. */
  select(condition: Term, a: Term, b: Term): Term {
    const [c, x, y] = this.alike([condition, a, b]);
    return this.term(
      `stablehlo.select ${c.name}, ${x.name}, ${y.name} : ${this.type(c)}, ${this.type(x)}`,
      x.shape,
      x.dtype,
    );
  }

  /** Conversion to another element type; to bool it is "not zero". */
  convert(x: Term, to: DType): Term {
    if (x.dtype === to) return x;
    if (to === "bool") return this.compare("NE", x, this.scalar(0, x.dtype));
    return this.term(
      `stablehlo.convert ${x.name} : ${this.signature([x], { shape: x.shape, dtype: to })}`,
      x.shape,
      to,
    );
  }

  /** Terms broadcast to their common shape. */
  alike(terms: readonly Term[]): Term[] {
    const shape = broadcastShapes(...terms.map((t) => t.shape));
    return terms.map((t) => this.broadcast(t, shape));
  }

  /** `x` repeated along the axes of `shape` that it does not have, or of which it has length 1. */
  broadcast(x: Term, shape: readonly number[]): Term {
    if (sameShape(x.shape, shape)) return x;
    if (x.fill !== undefined) return this.scalar(x.fill, x.dtype, shape);
    return this.#once(`${x.name} to [${shape}]`, this.#blocks.at(-1)!, () => {
      const axes = x.shape.map((_, i) => shape.length - x.shape.length + i);
      return this.term(
        `stablehlo.broadcast_in_dim ${x.name}, dims = [${axes.join(", ")}] : ${
          this.signature([x], { shape, dtype: x.dtype })
        }`,
        shape,
        x.dtype,
      );
    });
  }

  /** Returns the same numbers in another shape. */
  reshape(x: Term, shape: readonly number[]): Term {
    if (sameShape(x.shape, shape)) return x;
    return this.term(
      `stablehlo.reshape ${x.name} : ${this.signature([x], { shape, dtype: x.dtype })}`,
      shape,
      x.dtype,
    );
  }

  /** Returns the axes in another order. */
  transpose(x: Term, perm: readonly number[]): Term {
    if (perm.every((p, i) => p === i)) return x;
    const shape = perm.map((p) => x.shape[p]);
    return this.term(
      `stablehlo.transpose ${x.name}, dims = [${perm.join(", ")}] : ${
        this.signature([x], { shape, dtype: x.dtype })
      }`,
      shape,
      x.dtype,
    );
  }

  /** Elements `begin` up to before `end` of each axis, every `step`-th of them. */
  slice(
    x: Term,
    begin: readonly number[],
    end: readonly number[],
    step: readonly number[] = begin.map(() => 1),
  ): Term {
    const shape = begin.map((b, i) => Math.ceil((end[i] - b) / step[i]));
    if (sameShape(shape, x.shape)) return x;
    const ranges = begin.map((b, i) => `${b}:${end[i]}${step[i] === 1 ? "" : `:${step[i]}`}`);
    return this.term(
      `stablehlo.slice ${x.name} [${ranges.join(", ")}] : ${this.signature([x], { shape, dtype: x.dtype })}`,
      shape,
      x.dtype,
    );
  }

  /** Writes the nodes of a graph into the current block. */
  nodes(graph: Graph): void {
    for (const node of graph.nodes) this.node(node);
  }

  /** Writes one node. */
  node(node: Node): void {
    const rule = this.rules.get(node.op);
    if (!rule) {
      throw new Error(
        `Cannot write ${node.op.name} as StableHLO: there is no rule for it. Use engine "onnx" for this function`,
      );
    }
    const result = rule(node, this, node.inputs.map((v) => this.get(v)));
    const terms = Array.isArray(result) ? result : [result as Term];
    node.outputs.forEach((value, i) => this.define(value, terms[i]));
  }
}
