import { broadcastShapes, sameShape, sizeOf } from "../../tensor/mod.ts";
import type { DType, Graph, Node, Op, Value } from "../ir/graph.ts";
import { type Dims, evaluate, type Size, type Sizes } from "../ir/size.ts";
import { denseLiteral, literal } from "./numbers.ts";

/** Element types of terms: those of a graph, float64 and int64 whatever its floats are. */
type Element = DType | "double" | "long";

/** The type of a term: its lengths, which are static here, and its element type. */
interface Type {
  readonly shape: readonly number[];
  readonly dtype: Element;
}

/** A value of a module as it is written: its name, with the `%` in front, and its type. */
export interface Term extends Type {
  readonly name: string;
  /** The number that it holds everywhere, where it is such a constant. */
  readonly fill?: number;
}

/** Writes one node of an operation, given its inputs; gives its output, or its outputs. */
type Rule<A = any> = (node: Node<A>, w: StablehloWriter, inputs: Term[]) => Term | Term[];

/** The rules by operation. */
export const rules: Map<Op, Rule> = new Map();

/** Sets the rule of an operation. */
export function written<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
}

/** Returns a list as StableHLO writes it. */
export const list = (items: readonly (string | number)[]): string => `[${items.join(", ")}]`;

/** The lines of one block, and what in it can be used again. */
interface Block {
  readonly lines: string[];
  readonly made: Map<string, Term>;
}

const elements = { double: "f64", long: "i64", int32: "i32", bool: "i1" } as const;

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
   */
  constructor(readonly double: boolean, private readonly dims: Dims) {}

  /** The number a length stands for. */
  readonly size = (size: Size): number => evaluate(size, this.dims);

  /** Returns the numbers that a shape's lengths stand for. */
  shape(shape: Sizes): number[] {
    return shape.map(this.size);
  }

  /** Returns an element type. */
  element(dtype: Element): string {
    return dtype === "float" ? (this.double ? "f64" : "f32") : elements[dtype];
  }

  /** Returns the type of a term. */
  type({ shape, dtype }: Type): string {
    return `tensor<${[...shape, this.element(dtype)].join("x")}>`;
  }

  /** Returns the types of terms as the types of a function. */
  signature(from: readonly Term[], to: Type): string {
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
  term(text: string, { shape, dtype }: Type): Term {
    const name = this.fresh();
    this.write(`${name} = ${text}`);
    return { name, shape, dtype };
  }

  /** Adds an operation written the common way: operands, attributes, types of both sides. */
  apply(op: string, operands: readonly Term[], to: Type, attributes = ""): Term {
    const names = operands.map((t) => t.name).join(", ");
    return this.term(`stablehlo.${op} ${names}${attributes} : ${this.signature(operands, to)}`, to);
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
  scalar(number: number, dtype: Element = "float", shape: readonly number[] = []): Term {
    const type = this.type({ shape, dtype }), double = dtype === "double";
    const text = double ? literal(number, "float", true) : literal(number, dtype as DType, this.double);
    const dense = sizeOf(shape) === 0 ? "" : text;
    return this.#once(
      `${text} ${type}`,
      this.#blocks.at(-1)!,
      () => ({
        ...this.term(`stablehlo.constant dense<${dense}> : ${type}`, { shape, dtype }),
        fill: number,
      }),
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
    const same = this.alike(operands);
    return this.term(
      `stablehlo.${op} ${same.map((t) => t.name).join(", ")} : ${this.type(same[0])}`,
      same[0],
    );
  }

  /** Returns a function of StableHLO's companion dialect, which XLA expands. */
  special(op: string, x: Term): Term {
    return this.term(`chlo.${op} ${x.name} : ${this.type(x)} -> ${this.type(x)}`, x);
  }

  /** Returns a comparison: EQ, NE, GE, GT, LE or LT. */
  compare(direction: string, a: Term, b: Term): Term {
    const [x, y] = this.alike([a, b]);
    const kind = x.dtype === "bool" ? "UNSIGNED" : x.dtype === "int32" ? "SIGNED" : "FLOAT";
    return this.apply(`compare ${direction},`, [x, y], { shape: x.shape, dtype: "bool" }, `, ${kind}`);
  }

  /** `a` where the condition holds, else `b`. */
  select(condition: Term, a: Term, b: Term): Term {
    const [c, x, y] = this.alike([condition, a, b]);
    return this.term(
      `stablehlo.select ${c.name}, ${x.name}, ${y.name} : ${this.type(c)}, ${this.type(x)}`,
      x,
    );
  }

  /** Conversion to another element type as `Cast` says. */
  convert(x: Term, to: Element): Term {
    if (x.dtype === to) return x;
    if (to === "bool") return this.compare("NE", x, this.scalar(0, x.dtype));
    if (to === "int32" && (x.dtype === "float" || x.dtype === "double")) {
      // The lowest 32 bits, and 0 for what is not finite.
      const isFinite = this.compare("LT", this.map("abs", x), this.scalar(Infinity, x.dtype));
      const finite = this.select(isFinite, x, this.scalar(0, x.dtype));
      const low = this.map("remainder", finite, this.scalar(2 ** 32, x.dtype));
      return this.convert(this.convert(low, "long"), to);
    }
    return this.apply("convert", [x], { shape: x.shape, dtype: to });
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
    const axes = x.shape.map((_, i) => shape.length - x.shape.length + i);
    return this.#once(
      `${x.name} to [${shape}]`,
      this.#blocks.at(-1)!,
      () => this.apply("broadcast_in_dim", [x], { shape, dtype: x.dtype }, `, dims = ${list(axes)}`),
    );
  }

  /** Returns the same numbers in another shape. */
  reshape(x: Term, shape: readonly number[]): Term {
    return sameShape(x.shape, shape) ? x : this.apply("reshape", [x], { shape, dtype: x.dtype });
  }

  /** Returns the axes in another order. */
  transpose(x: Term, perm: readonly number[]): Term {
    if (perm.every((p, i) => p === i)) return x;
    const shape = perm.map((p) => x.shape[p]);
    return this.apply("transpose", [x], { shape, dtype: x.dtype }, `, dims = ${list(perm)}`);
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
    return this.apply("slice", [x], { shape, dtype: x.dtype }, ` ${list(ranges)}`);
  }

  /** Returns `x` with `number` put in front of each axis (`low` times) and behind it (`high`). */
  pad(x: Term, number: Term, low: readonly number[], high: readonly number[]): Term {
    const shape = x.shape.map((s, i) => low[i] + s + high[i]), none = shape.map(() => 0);
    const attributes = `, low = ${list(low)}, high = ${list(high)}, interior = ${list(none)}`;
    return this.apply("pad", [x, number], { shape, dtype: x.dtype }, attributes);
  }

  /** Writes the nodes of a graph into the current block. */
  nodes(graph: Graph): void {
    for (const node of graph.nodes) {
      const rule = rules.get(node.op);
      if (!rule) {
        throw new Error(
          `Cannot write ${node.op.name} as StableHLO: there is no rule for it. Use engine "onnx" for this function`,
        );
      }
      const terms = [rule(node, this, node.inputs.map((v) => this.get(v)))].flat();
      node.outputs.forEach((value, i) => this.define(value, terms[i]));
    }
  }
}
