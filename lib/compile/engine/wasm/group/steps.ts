import type { Local, Operand } from "../../../../system/wasm/mod.ts";
import type { DType, Node, Value } from "../../../ir/graph.ts";
import type { Size, Sizes } from "../../../ir/size.ts";
import { Add, Mul, Sub } from "../../../ops/binary.ts";
import { type Group, isIdentity, type Item, type Operand as Read, type Pointwise } from "../../js/items.ts";
import type { Buffer } from "../../js/memory.ts";
import { contiguous, type View, whole } from "../../js/refs.ts";
import type { GroupResults } from "../../js/vectors.ts";
import type { Writer } from "../../js/writer.ts";
import type { Precision } from "../../portable.ts";
import { bytesOf, type Parameters } from "../parameters.ts";

/** The stride of an access over one loop. */
export interface Stride {
  readonly elements: Size;
  readonly bytes: Operand;
}

/** A place in memory that moves with the loops. */
export interface Access {
  readonly type: Buffer["type"];
  /** The address at the start of all loops. */
  readonly address: Local;
  readonly strides: readonly Stride[];
  /** Number of the loops but the inner one that it moves with. */
  readonly rowLevel: number;
  /** Number of the loops that it moves with. */
  readonly level: number;
}

/** A value that a step takes. */
export type Source =
  | { readonly kind: "number"; readonly number: number; readonly dtype: DType; readonly level: 0 }
  | { readonly kind: "scalar"; readonly parameter: Local; readonly dtype: DType; readonly level: 0 }
  | { readonly kind: "read"; readonly access: Access; readonly dtype: DType; readonly level: number }
  | Step;

/** An element-wise item, computed within as few of the loops as it can be. */
export interface Step {
  readonly kind: "step";
  readonly item: Pointwise;
  readonly sources: Source[];
  readonly level: number;
}

/** Finds what a group's function is given, and within which loops its items are computed. */
export class GroupSteps {
  readonly steps: Step[] = [];
  readonly stores: { readonly access: Access; readonly from: Step }[] = [];
  readonly #made = new Map<Value, Step>();
  readonly #known = new Map<string, Source>();

  /**
   * @param keep the axis of the space whose strides each loop takes
   * @param touch told of each array that the function works on
   */
  constructor(
    private readonly w: Writer,
    readonly parameters: Parameters,
    private readonly group: Group,
    private readonly keep: readonly number[],
    private readonly precision: Precision,
    private readonly touch: (buffer: Buffer) => void,
  ) {}

  /** Takes in an element-wise item. */
  add(item: Pointwise, results: GroupResults): void {
    const sources = item.operands.map((o) => this.source(o));
    const step: Step = { kind: "step", item, sources, level: Math.max(0, ...sources.map((s) => s.level)) };
    this.steps.push(step);
    const { value, part } = item, target = whole(value);
    if (part) {
      const offset = { base: part.offset, steps: [] };
      this.stores.push({ access: this.access({ ...target, offset }, part.strides), from: step });
      return;
    }
    this.#made.set(value, step);
    if (results.stored(value)) {
      this.stores.push({ access: this.access(target, contiguous(this.group.space!)), from: step });
    }
  }

  /** Returns where an operand comes from. */
  source(operand: Read): Source {
    const { ref, dtype } = operand;
    if (ref.kind === "fill") return { kind: "number", number: ref.number, dtype, level: 0 };
    const made = this.#made.get(ref.root);
    if (made && isIdentity(operand, this.group.space!)) return made;
    if (ref.kind === "view") return this.#read(ref, operand.strides, dtype);
    const text = this.w.scalar(ref.root);
    const parameter = this.parameters.of("f64", dtype === "bool" ? `Number(${text})` : text);
    return this.#once(`s${parameter.local}`, { kind: "scalar", parameter, dtype, level: 0 });
  }

  #read(ref: View, strides: Sizes, dtype: DType): Source {
    const access = this.access(ref, strides), { address, level } = access;
    const key = `${address.local} ${access.type} ${access.strides.map((s) => s.elements)}`;
    return this.#once(key, { kind: "read", access, dtype, level });
  }

  #once(key: string, source: Source): Source {
    const known = this.#known.get(key);
    if (!known) this.#known.set(key, source);
    return known ?? source;
  }

  /** Returns the place of a view's elements. */
  access(view: View, strides: Sizes): Access {
    const { w } = this, { array, terms } = w.start(view), { buffer } = w.memory.location(view.root);
    this.touch(buffer);
    const bytes = bytesOf(buffer.type, this.precision);
    const address = this.parameters.address(array, w.sum(terms), bytes);
    const found = this.keep.map((axis): Stride => {
      const elements = strides[axis] ?? 0;
      return { elements, bytes: this.parameters.size(w, elements, bytes) };
    });
    let rowLevel = found.length - 1;
    while (rowLevel > 0 && found[rowLevel - 1].elements === 0) rowLevel--;
    const level = found[found.length - 1].elements === 0 ? rowLevel : found.length;
    return { type: buffer.type, address, strides: found, rowLevel, level };
  }
}

/** A product that is only one term of a sum: both are one instruction, with one rounding. */
export interface FusedSum {
  readonly product: Step;
  readonly term: Source;
  /** True where the product is taken away from the term. */
  readonly isTakenAway: boolean;
}

/**
 * Finds the sums of which one term is a product that nothing else uses.
 *
 * @param reductions what is reduced
 * @param rounded the nodes whose numbers are to be the same wherever they are computed
 */
export function fusedSums(
  { steps, stores }: GroupSteps,
  reductions: readonly Source[],
  rounded: ReadonlySet<Node>,
): Map<Step, FusedSum> {
  const uses = new Map<Source, number>(), found = new Map<Step, FusedSum>();
  for (
    const source of [
      ...steps.flatMap(({ sources }) => sources),
      ...reductions,
      ...stores.map((s) => s.from),
    ]
  ) {
    uses.set(source, (uses.get(source) ?? 0) + 1);
  }
  const isFree = ({ item: { node } }: Step) => !rounded.has(node!);
  for (const step of steps) {
    const { item: { node }, sources: [a, b], level } = step;
    if (node?.op !== Add && node?.op !== Sub || !isFree(step)) continue;
    const isProduct = (x: Source): x is Step =>
      x.kind === "step" && x.item.node?.op === Mul && uses.get(x) === 1 && x.level === level && isFree(x);
    if (isProduct(b)) found.set(step, { product: b, term: a, isTakenAway: node.op === Sub });
    else if (node.op === Add && isProduct(a)) found.set(step, { product: a, term: b, isTakenAway: false });
  }
  return found;
}

/** Returns the operands of an item of loops. */
export function operandsOf(item: Item): readonly Read[] {
  return item.kind === "pointwise" ? item.operands : item.kind === "reduction" ? [item.operand] : [];
}
