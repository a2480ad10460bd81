import type { Precision, SteadyProduct } from "../portable.ts";
import type { Value } from "../../ir/graph.ts";
import type { Size, Sizes, SymbolicSize } from "../../ir/size.ts";
import { converted } from "./expressions.ts";
import type { Buffer, Memory } from "./memory.ts";
import { joined, type Offset, type View } from "./refs.ts";

/** The length at which a function is continued in another: V8 optimises no very long ones. */
const LONG = 40_000;

type Line = string | (() => string);

interface FunctionText {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly lines: Line[];
  /** Names of the program used within, copied into locals at the start. */
  readonly names: Set<string>;
  readonly imported: Set<Value>;
  readonly defined: Set<Value>;
  length: number;
}

/** The writer of one program's functions, which share scalars through one array. */
export class Writer {
  /** Counters of the loops around, outermost first: parameters of every function inside. */
  readonly loops: string[] = [];
  readonly sizes: Map<SymbolicSize, string> = new Map();
  /** The products that others may do, by matrices that stay the same. */
  readonly products: SteadyProduct[] = [];
  readonly #functions: FunctionText[] = [];
  readonly #kernels = new Map<string, { name: string; text: string }>();
  readonly #shared = new Map<Value, number>();
  readonly #values = new Map<Value, string>();
  readonly #open: string[][] = [];
  #current!: FunctionText;
  #names = 0;

  constructor(readonly memory: Memory, private readonly precision: Precision) {}

  /**
   * Returns a number as an array holds it: those who read the array and those who have the number
   * itself see the same digits.
   */
  asStored({ dtype }: Value, text: string): string {
    return this.precision === "float32" && dtype === "float" ? `Math.fround(${text})` : text;
  }

  /** True where floats are stored with all their digits. */
  get isDouble(): boolean {
    return this.precision === "float64";
  }

  /** Returns a name that nothing else has. */
  fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  /**
   * Returns the local variable of a value. Values are counted as they are met, so that equal graphs
   * give equal text: V8 keeps every text that it has compiled, and compiles none twice.
   */
  name(value: Value): string {
    let name = this.#values.get(value);
    if (!name) this.#values.set(value, name = `v${this.#values.size}`);
    return name;
  }

  /** Adds a line to the function being written. */
  line(line: Line): void {
    this.#current.lines.push(line);
    this.#current.length += typeof line === "string" ? line.length : 60;
  }

  /** Writes functions with `build`; returns their names, in the order they are to be called. */
  functions(build: () => void): string[] {
    const outer = this.#current, names: string[] = [];
    this.#open.push(names);
    this.#begin();
    build();
    this.#open.pop();
    this.#current = outer;
    return names;
  }

  /** Writes one function of further parameters; returns its name. */
  inner(parameters: readonly string[], build: () => void): string {
    this.loops.push(...parameters);
    const [name] = this.functions(build);
    this.loops.splice(this.loops.length - parameters.length);
    return name;
  }

  /** Goes on in another function where this one has become long. */
  mayBreak(): void {
    if (this.#current.length > LONG) this.#begin();
  }

  #begin(): void {
    const name = this.fresh("f");
    this.#current = {
      name,
      parameters: [...this.loops],
      lines: [],
      names: new Set(),
      imported: new Set(),
      defined: new Set(),
      length: 0,
    };
    this.#functions.push(this.#current);
    this.#open[this.#open.length - 1].push(name);
  }

  /** Returns a function shared by all who ask with the same key. */
  kernel(key: string, text: (name: string) => string): string {
    let kernel = this.#kernels.get(key);
    if (!kernel) {
      const name = this.fresh("k");
      this.#kernels.set(key, kernel = { name, text: text(name) });
    }
    return kernel.name;
  }

  /** Returns the calls of functions that take the counters of the loops around. */
  calls(names: readonly string[]): string {
    return names.map((n) => `${n}(${this.loops.join(", ")});`).join(" ");
  }

  /** Returns the line that gives a scalar its value. */
  define(value: Value, text: string): Line {
    this.#current.defined.add(value);
    return () => `const ${this.name(value)} = ${text};${this.share(value)}`;
  }

  /** Marks a scalar as given a value in this function under its name. */
  declare(value: Value): void {
    this.#current.defined.add(value);
  }

  /** Returns the place where a scalar is kept for other functions. */
  slot(value: Value): string {
    if (!this.#shared.has(value)) this.#shared.set(value, this.#shared.size);
    return `shared[${this.#shared.get(value)}]`;
  }

  /** Returns the line that gives a scalar of another function its value here. */
  fetch(value: Value): string {
    this.slot(value);
    this.#current.defined.add(value);
    return `const ${this.name(value)} = ${loaded(this.#shared.get(value)!, value)};`;
  }

  /** Returns the statement that shares a scalar with other functions, when all is written. */
  share(value: Value): string {
    const slot = this.#shared.get(value);
    return slot === undefined
      ? ""
      : ` shared[${slot}] = ${
        converted(this.name(value), value.dtype, value.dtype === "bool" ? "float" : value.dtype)
      };`;
  }

  /** Returns the local variable that holds a scalar. */
  scalar(value: Value): string {
    if (!this.#current.defined.has(value)) {
      this.slot(value);
      this.#current.imported.add(value);
    }
    return this.name(value);
  }

  /** Returns a buffer's name within the function. */
  array(buffer: Buffer): string {
    this.#current.names.add(buffer.name);
    return buffer.name;
  }

  /** Returns a length as text. */
  size(size: Size): string {
    if (typeof size === "number") return String(size);
    let name = this.sizes.get(size);
    if (!name) this.sizes.set(size, name = `s${this.sizes.size}`);
    this.#current.names.add(name);
    return name;
  }

  /** `size` times an expression, as a summand; "" where it is 0. */
  term(size: Size, factor: string): string {
    if (size === 0) return "";
    if (size === 1) return factor;
    return size === -1 ? `-${factor}` : `${this.size(size)} * ${factor}`;
  }

  /** Returns the summands of an offset. */
  terms({ base, steps }: Offset): string[] {
    const found = steps.map(({ loop, stride }) => this.term(stride, loop));
    if (base !== 0) found.push(this.size(base));
    return found.filter(Boolean);
  }

  /** Returns a sum as text. */
  sum(terms: readonly string[]): string {
    const known = terms.reduce((n, t) => /^\d+$/.test(t) ? n + Number(t) : n, 0);
    const open = terms.filter((t) => t && !/^\d+$/.test(t));
    return [...(known ? [`${known}`] : []), ...open].join(" + ") || "0";
  }

  /** Returns the array of a view, and the number of its first element. */
  start(ref: View): { array: string; terms: string[] } {
    const { buffer, offset } = this.memory.location(ref.root);
    return { array: this.array(buffer), terms: this.terms(joined(offset, ref.offset)) };
  }

  /** Returns the head of a loop over a counter, forwards or backwards. */
  loop(i: string, n: string, reverse = false): string {
    return reverse
      ? `for (let ${i} = ${n} - 1; ${i} >= 0; ${i}--) {`
      : `for (let ${i} = 0; ${i} < ${n}; ${i}++) {`;
  }

  /** Nested loops over the sizes, around what `body` writes for their counters. */
  nest(sizes: Sizes, body: (counters: string[]) => void): void {
    const counters = sizes.map(() => this.fresh("i"));
    sizes.forEach((s, k) => this.line(this.loop(counters[k], this.size(s))));
    body(counters);
    sizes.forEach(() => this.line("}"));
  }

  /** Returns the text of all functions; names of the program are prefixed with `$`. */
  finish(): string {
    const functions = this.#functions.map(({ name, parameters, lines, names, imported }) => {
      const locals = [
        ...[...names].map((n) => `const ${n} = $${n};`),
        ...[...imported].map((v) => `const ${this.name(v)} = ${loaded(this.#shared.get(v)!, v)};`),
      ];
      const body = lines.map((l) => typeof l === "string" ? l : l());
      return `function ${name}(${parameters.join(", ")}) {\n${[...locals, ...body].join("\n")}\n}`;
    });
    return [...[...this.#kernels.values()].map((k) => k.text), ...functions].join("\n");
  }

  /** Number of scalars that functions share. */
  get sharedCount(): number {
    return this.#shared.size;
  }
}

function loaded(slot: number, { dtype }: Value): string {
  return dtype === "float"
    ? `shared[${slot}]`
    : dtype === "int32"
    ? `(shared[${slot}] | 0)`
    : `(shared[${slot}] !== 0)`;
}
