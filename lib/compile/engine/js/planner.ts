import { type DType, type Graph, type Node, type Op, Value } from "../../ir/graph.ts";
import { sameShape, type Size, type Sizes } from "../../ir/size.ts";
import type { Precision } from "../portable.ts";
import {
  type Group,
  hasRoom,
  isLocal,
  type Item,
  longAxis,
  type Operand,
  pointwise,
  reducesTrailing,
  usesOf,
} from "./items.ts";
import type { Location, Memory } from "./memory.ts";
import { Plan } from "./plan.ts";
import { aligned, moved, type Ref, spaceOf, type View, whole } from "./refs.ts";
import { sinkItems } from "./sink.ts";
import type { Vectors } from "./vectors.ts";
import type { Writer } from "./writer.ts";

/** Plans one node of an operation. */
type Rule<A = any> = (node: Node<A>, p: Planner) => void;

/** The rules by operation. */
export const rules: Map<Op, Rule> = new Map();

/** Sets the rule of an operation. */
export function planned<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
}

/** Decides how each value is found or computed, and what is fused with what. */
export class Planner {
  readonly refs: Map<Value, Ref> = new Map();
  /** Values stored in memory whatever their size. */
  readonly memory: Set<Value> = new Set();
  /** New carries of loops that are stored over the old ones, and which. */
  readonly carriedInPlace: Map<Value, Value> = new Map();
  readonly #stored = new Map<Value, View>();
  readonly #plans: Plan[] = [];
  #loops = 0;

  constructor(
    readonly storage: Memory,
    private readonly precision: Precision,
    /** The nodes whose numbers are rounded to float32. */
    readonly rounded: ReadonlySet<Node>,
    /** The writer of loops outside of JavaScript, if there is one. */
    readonly vectors?: Vectors,
    /** The inputs that stay the same for many runs, with their numbers. */
    readonly steady: ReadonlyMap<Value, number> = new Map(),
  ) {}

  /** Returns the name of a loop's counter. */
  counter(): string {
    return `t${this.#loops++}`;
  }

  /** Returns a value to be stored at the given place. */
  target(value: Value, place: () => Location): Value {
    const target = new Value(value.shape, value.dtype, value.graph);
    this.storage.bind(target, place);
    return target;
  }

  /** Returns the plan of a graph; its inputs have refs already. */
  plan(graph: Graph): Plan {
    const plan = new Plan();
    this.#plans.push(plan);
    for (const node of graph.nodes) {
      const rule = rules.get(node.op);
      if (!rule) throw new Error(`Cannot lower ${node.op.name} to JavaScript: there is no rule for it`);
      rule(node, this);
    }
    plan.outputs = graph.outputs.map((o) => this.ref(o));
    for (const ref of plan.outputs) if (ref.kind !== "fill") plan.use(ref.root, "end");
    this.#plans.pop();
    sinkItems(plan);
    return plan;
  }

  get #plan(): Plan {
    return this.#plans[this.#plans.length - 1];
  }

  /** Returns the place of a value. */
  ref(value: Value): Ref {
    let ref = this.refs.get(value);
    if (!ref) {
      if (!value.constant) {
        throw new Error(`Cannot lower the graph to JavaScript: ${value} is used before it is computed`);
      }
      ref = "fill" in value.constant ? { kind: "fill", number: value.constant.fill } : whole(value);
      this.refs.set(value, ref);
    }
    return ref;
  }

  /** Returns a value as a view of memory: what is not yet stored is stored first. */
  stored(value: Value): View {
    const ref = this.ref(value);
    if (ref.kind === "view") return ref;
    let view = this.#stored.get(value);
    // A fill is stored once for all; a variable where this graph needs it.
    if (!view || (ref.kind === "scalar" && !this.#plan.made.has(view.root))) {
      const constant = ref.kind === "fill" ? { fill: ref.number } : undefined;
      const root = new Value(value.shape, value.dtype, value.graph, undefined, constant);
      this.memory.add(root);
      view = whole(root);
      this.#stored.set(value, view);
      if (ref.kind === "scalar") this.copy(root, ref, value.shape);
    }
    return view;
  }

  /** Returns a value as an operand of loops over `to`. */
  operand(value: Value, to: Sizes): Operand {
    return this.operandOf(this.ref(value), value.dtype, value.shape, to);
  }

  /** As `operand`, for a ref. */
  operandOf(ref: Ref, dtype: DType, from: Sizes, to: Sizes): Operand {
    return { ref, dtype, strides: ref.kind === "view" ? aligned(ref.strides, from, to) : [] };
  }

  /** Stores what a ref of the given shape shows in `root`. */
  copy(root: Value, ref: Ref, shape: Sizes): void {
    this.memory.add(root);
    this.add({ ...pointwise(root, [this.operandOf(ref, root.dtype, shape, shape)]), space: spaceOf(shape) });
  }

  /** Adds an item to the first group with its loops behind all it needs, or to a new one. */
  add(item: Item): void {
    const plan = this.#plan, { groups } = plan;
    const space = item.kind === "opaque" ? undefined : item.space, uses = usesOf(item);
    const inVectors = item.kind === "opaque" ? undefined : this.vectors?.takes(item);
    // One item that is JavaScript would make its whole loop JavaScript.
    const isAlike = (g: Group) => g.space && sameShape(g.space, space!) && g.inVectors === inVectors;
    let first = 0, behind = 0;
    for (const { value, identity } of uses) {
      for (const group of plan.made.get(value) ?? []) {
        const fused = space && identity && isAlike(group) && isLocal(group, value);
        const at = groups.indexOf(group);
        first = Math.max(first, fused ? at : at + 1);
        behind = Math.max(behind, at + 1);
      }
    }
    let group = space && groups.slice(first).find((g) => isAlike(g) && hasRoom(g));
    if (!group) groups.splice(behind, 0, group = { space, inVectors, items: [] });
    group.items.push(item);
    for (const { value, identity } of uses) plan.use(value, group, identity);
    if (
      item.kind === "reduction" && item.value.dtype === "float" && this.precision === "float32" &&
      (!reducesTrailing(item) || (this.vectors && longAxis(item.space) !== undefined))
    ) {
      // Sums in memory are not rounded at each step.
      this.storage.keepDouble(item.value);
    }
    for (const value of item.kind === "opaque" ? item.values : [item.value]) {
      const made = plan.made.get(value);
      if (made) made.add(group);
      else plan.made.set(value, new Set([group]));
      if (!this.refs.has(value)) {
        this.refs.set(value, this.isScalar(value) ? { kind: "scalar", root: value } : whole(value));
      }
    }
  }

  /** Adds an item with loops of its own, which stores a value. */
  addOpaque(value: Value, uses: readonly View[], write: (w: Writer) => void): void {
    this.memory.add(value);
    this.add({ kind: "opaque", values: [value], uses: uses.map(({ root }) => root), write });
  }

  /** Returns whether a value is one number kept in a local variable. */
  isScalar(value: Value): boolean {
    return value.shape.every((s) => s === 1) && !this.memory.has(value) && !value.constant;
  }

  /** Makes `output` another view of the numbers of `input`. */
  view(output: Value, input: Value, offset: Size, strides: (of: Sizes) => Sizes): void {
    const ref = this.ref(input);
    const normal = (list: Sizes) => list.map((s, i) => output.shape[i] === 1 ? 0 : s);
    this.refs.set(
      output,
      ref.kind === "view"
        ? { ...ref, offset: moved(ref.offset, offset), strides: normal(strides(ref.strides)) }
        : ref,
    );
  }
}
