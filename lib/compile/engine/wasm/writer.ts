import { assemble, ConstantPool, FunctionBuilder } from "../../../system/wasm/mod.ts";
import type { Node } from "../../ir/graph.ts";
import { mulSizes, type Size, sizeOf, type Sizes } from "../../ir/size.ts";
import { Cast } from "../../ops/unary.ts";
import {
  type Group,
  type Item,
  longAxis,
  type Pointwise,
  reducesTrailing,
  type Reduction,
} from "../js/items.ts";
import { mergedAxes } from "../js/loops.ts";
import type { Buffer } from "../js/memory.ts";
import { contiguous, whole } from "../js/refs.ts";
import type { GroupResults, Product, Vectors } from "../js/vectors.ts";
import type { Writer } from "../js/writer.ts";
import type { Precision } from "../portable.ts";
import { importedFunctions } from "./calls.ts";
import { GroupFunction } from "./group/function.ts";
import type { Reduced } from "./group/reductions.ts";
import { GroupSteps, operandsOf } from "./group/steps.ts";
import { Lanes } from "./lanes.ts";
import { vectorLimits } from "./limits.ts";
import { bytesOf, Parameters } from "./parameters.ts";
import { productFunction } from "./products/function.ts";
import { handedCall } from "./products/handed.ts";
import { pack } from "./products/pack.ts";
import { isExact, isVectorOperation, slow } from "./operations.ts";

/** Elements in a row from which on a loop over them in vectors is as good as one across them. */
const ROW = 8;

/** Writes loops of element-wise operations, reductions and products in WebAssembly. */
export class VectorWriter implements Vectors {
  readonly #pool = new ConstantPool();
  readonly #functions: Record<string, FunctionBuilder> = {};
  readonly #names = new Map<string, string>();
  /** The arrays that the functions work on. */
  readonly touched: Set<Buffer> = new Set();
  /** The number of products that ONNX Runtime computes. */
  handed = 0;
  /** True where lengths decide at run time whether it computes a product. */
  hasConditions = false;
  /** Room for transposed matrices, by the text of its length. */
  readonly #turns = new Map<string, Buffer>();

  constructor(
    private readonly precision: Precision,
    private readonly isFused: boolean,
    /** The nodes whose numbers are to be the same wherever they are computed. */
    private readonly rounded: ReadonlySet<Node>,
    /** Tells whether large products can be left to ONNX Runtime. */
    private readonly hasRuntime: boolean,
  ) {}

  /** Tells whether it has written nothing. */
  get isEmpty(): boolean {
    return this.#names.size + this.handed === 0;
  }

  /** Bytes at the start of the memory that the functions' constants take. */
  get constantBytes(): number {
    return this.#pool.bytes;
  }

  /** Returns the module of all functions. */
  module(): Uint8Array<ArrayBuffer> {
    return assemble({
      functions: this.#functions,
      constants: this.#pool,
      memory: "imported",
      imports: importedFunctions,
    });
  }

  /** Writes a group's loops where they pay. */
  group(w: Writer, group: Group, results: GroupResults): boolean {
    if (!this.#canWrite(w, group, results)) return false;
    const space = group.space!, merged = mergedAxes(group, space);
    const lengths = merged.map((axis, k) => sizeOf(space.slice(k === 0 ? 0 : merged[k - 1] + 1, axis + 1)));
    // The loops from the outermost to the one in vectors, by their number among the merged axes.
    const order = merged.map((_, k) => k),
      along = this.precision === "float32" ? axisAcross(group, space, merged) : undefined,
      isAcross = along !== undefined;
    if (isAcross) order.push(...order.splice(merged.indexOf(along), 1));
    const [keep, sizes] = [merged, lengths].map((all) => order.map((k) => all[k])) as [number[], Size[]];
    const parameters = new Parameters();
    const steps = new GroupSteps(
      w,
      parameters,
      group,
      keep,
      this.precision,
      (buffer) => this.touched.add(buffer),
    );
    const reductions: Reduced[] = [];
    for (const item of group.items) {
      if (item.kind === "pointwise") steps.add(item, results);
      else if (item.kind === "reduction") reductions.push(reduced(w, steps, group, keep, item, isAcross));
    }
    const totals = reductions.filter(({ target }) => !target);
    const put = totals.length > 1 ? w.memory.buffer("double", totals.length) : undefined;
    if (put) this.touched.add(put);
    const work = {
      steps,
      reductions,
      turns: sizes.map((size) => parameters.size(w, size)),
      totals: put && parameters.address(w.array(put), "0", 8),
      rounded: this.rounded,
    };
    const f = new GroupFunction(work, this.#pool, this.precision, this.isFused).write();
    const call = `${this.#name(w, f)}(${parameters.text})`;
    const values = totals.map(({ item }) => item.value);
    if (values.length === 1) w.line(`let ${w.name(values[0])} = ${call};`);
    else w.line(`${call};`);
    values.forEach((value, i) => {
      if (put) w.line(`let ${w.name(value)} = ${w.array(put)}[${i}];`);
      w.declare(value);
      if (results.copied(value)) w.line(`${w.name(value)} = ${w.asStored(value, w.name(value))};`);
      w.line(() => w.share(value));
    });
    return true;
  }

  /** Writes a product where its operands can be read as vectors. */
  product(w: Writer, product: Product): boolean {
    const { lengths: { m, n, k }, batch, sides } = product;
    const flops = sizeOf([m, n, k, ...batch]);
    if (typeof flops === "number" && flops < vectorLimits.product) return false;
    const buffers = sides.map(({ view }) => w.memory.location(view.root).buffer);
    if (buffers.some(({ type }) => type !== "float")) return false;
    const turn = (array: string, start: string, rows: Size, columns: Size) => {
      this.touched.add(buffers[0]);
      return this.#turned(w, array, start, rows, columns);
    };
    const handed = this.hasRuntime ? handedCall(w, product, this.handed, turn) : undefined;
    if (handed && !handed.condition) {
      this.handed++;
      handed.write();
      return true;
    }
    const parameters = new Parameters(), machine = { precision: this.precision, isFused: this.isFused };
    const f = productFunction(w, product, parameters, this.#pool, machine);
    if (!f) return false;
    buffers.forEach((buffer) => this.touched.add(buffer));
    const call = `${this.#name(w, f)}(${parameters.text});`;
    if (!handed) {
      w.line(call);
      return true;
    }
    this.handed++;
    this.hasConditions = true;
    w.line(`if (${handed.condition}) {`);
    handed.write();
    w.line(`} else ${call}`);
    return true;
  }

  /** Writes the transposition of a matrix; returns the array that has it. */
  #turned(w: Writer, array: string, start: string, rows: Size, columns: Size): string {
    const length = mulSizes(rows, columns), key = w.size(length), bytes = bytesOf("float", this.precision);
    const buffer = this.#turns.get(key) ?? w.memory.buffer("float", length), target = w.array(buffer);
    this.#turns.set(key, buffer);
    const parameters = new Parameters(), size = (s: Size, by?: number) => parameters.size(w, s, by);
    const [from, to] = [[array, start], [target, "0"]].map((place) => {
      return parameters.address(place[0], place[1], bytes);
    });
    // All that is given is known before the function begins.
    for (const s of [rows, columns]) size(s), size(s, bytes);
    const f = new FunctionBuilder(parameters.types, [], this.#pool);
    const strides = { k: columns, n: rows, bk: 1, bj: columns };
    pack(new Lanes(f, this.precision, this.isFused), size, strides, from, to);
    w.line(`${this.#name(w, f)}(${parameters.text});`);
    return target;
  }

  /** Returns the name of a function within the program; equal functions are one. */
  #name(w: Writer, f: FunctionBuilder): string {
    const code = f.encode(),
      key = `${f.parameters}:${f.results}:${String.fromCharCode(...code.slice(0, 60_000))}`;
    let name = this.#names.get(key);
    if (!name) {
      this.#names.set(key, name = `g${this.#names.size}`);
      this.#functions[name] = f;
    }
    return w.kernel(`vectors ${name}`, (local) => `const ${local} = vectors.${name};`);
  }

  takes(item: Pointwise | Reduction): boolean | undefined {
    const elements = sizeOf(item.space);
    const isShort = item.space.length === 0 || typeof elements === "number" && elements < vectorLimits.apart;
    return isShort ? undefined : this.#isVector(item);
  }

  #isVector(item: Pointwise | Reduction): boolean {
    if (item.value.dtype === "int32") return false;
    const isCast = item.kind === "pointwise" && item.node?.op === Cast;
    for (const { dtype, guard, indirect, counter } of operandsOf(item)) {
      if (guard?.limits.length || indirect || counter !== undefined) return false;
      if (dtype === "int32" && !isCast) return false;
    }
    if (item.kind !== "pointwise" || !item.node) return true;
    const { node } = item, isRounded = node.outputs[0].dtype === "float" && this.rounded.has(node);
    // Functions differ from JavaScript's in their last digits, arithmetic in float32 does not.
    return !(isRounded && !isExact(node)) && isVectorOperation(node);
  }

  #canWrite(w: Writer, { space, items }: Group, results: GroupResults): boolean {
    if (!space || space.length === 0) return false;
    let work = 1;
    for (const item of items) {
      if (item.kind === "opaque" || !this.#isVector(item)) return false;
      if (item.kind === "pointwise" && item.node) work += slow.has(item.node.op) ? vectorLimits.slow : 1;
    }
    const elements = sizeOf(space);
    if (typeof elements === "number" && elements * work < vectorLimits.least) return false;
    // Numbers from outside are copied: more than two at a time save in a little arithmetic.
    return vectorLimits.least === 0 || this.precision === "float32" ||
      items.some(({ kind }) => kind === "reduction") || work > 1 + this.#outside(w, items, results);
  }

  /** Returns the number of arrays of the caller's that would have to be copied for a group. */
  #outside(w: Writer, items: readonly Item[], results: GroupResults): number {
    const read = items.flatMap(operandsOf).flatMap(({ ref }) => ref.kind === "view" ? [ref.root] : []);
    const written = items.flatMap((item) =>
      item.kind === "pointwise" && (item.part || results.stored(item.value)) ? [item.value] : []
    );
    const buffers = new Set([...read, ...written].map((value) => w.memory.location(value).buffer));
    return [...buffers].filter((buffer) => buffer.length === undefined && !this.touched.has(buffer)).length;
  }
}

/**
 * Returns the axis before short last ones that the loop in vectors goes along. Each total has a
 * place of its own along it, next to the one before. Measured with 30,000 by 3 numbers: an
 * exponential takes 1.6 ns in place of 4.4, a sum of them 3.6 in place of 8.2, their maximum 1.3 in
 * place of 3.7; plain sums take as long.
 */
function axisAcross({ items }: Group, space: Sizes, merged: readonly number[]): number | undefined {
  const along = longAxis(space);
  if (along === undefined || !merged.includes(along)) return undefined;
  const row = space.slice(merged[merged.length - 2] + 1).reduce<number>((n, size) => n * Number(size), 1);
  const isAlike = items.every((item) =>
    item.kind !== "reduction" || item.axes.length === space.length || item.axes.some((axis) => axis >= along)
  );
  return row < ROW && isAlike ? along : undefined;
}

function reduced(
  w: Writer,
  steps: GroupSteps,
  group: Group,
  keep: readonly number[],
  item: Reduction,
  isAcross: boolean,
): Reduced {
  const space = group.space!, { axes, value } = item, source = steps.source(item.operand);
  const outer = space.map((_, i) => i).filter((i) => !axes.includes(i));
  const level = keep.filter((axis) => !axes.includes(axis)).length;
  const isTrailing = reducesTrailing(item) && (level === 0 || !isAcross || !axes.includes(space.length - 1));
  if (isTrailing && level === 0) return { item, source, level, isInMemory: false };
  const packed = contiguous(outer.map((i) => space[i]));
  const strides = space.map((_, i) => axes.includes(i) ? 0 : packed[outer.indexOf(i)]);
  const target = steps.access(whole(value), strides);
  if (!isTrailing) {
    const { array, terms } = w.start(whole(value)), start = w.sum(terms);
    const first = { sum: "0", max: "-Infinity", min: "Infinity" }[item.by];
    const count = w.size(sizeOf(outer.map((i) => space[i])));
    w.line(`${array}.fill(${first}, ${start}, ${w.sum([start, count])});`);
  }
  return { item, source, level, target, isInMemory: !isTrailing };
}
