import { type DType, type Graph, type Node, type Op, Value } from "../../ir/graph.ts";
import { addSizes, mulSizes, type Size, subSizes } from "../../ir/size.ts";
import * as X from "../../ops/index.ts";
import { MatMul } from "../../ops/matmul.ts";
import * as R from "../../ops/reduce.ts";
import { Scan } from "../../ops/scan.ts";
import * as S from "../../ops/shape.ts";
import * as L from "../../ops/slice.ts";
import { expressions } from "./expressions.ts";
import type { Precision } from "../engine.ts";
import {
  type Group,
  isLocal,
  type Item,
  MAX_ITEMS,
  type Operand,
  type Pointwise,
  reducesTrailing,
} from "./items.ts";
import { lowerArgMax, lowerCumSum, lowerScatterAdd, lowerTopK } from "./indices.ts";
import { lowerMatMul } from "./matmul.ts";
import type { Location, Memory } from "./memory.ts";
import {
  aligned,
  contiguous,
  moved,
  type Ref,
  reshaped,
  same,
  samePlace,
  spaceOf,
  START,
  type View,
  whole,
} from "./refs.ts";
import { lowerScan } from "./scan.ts";
import { sinkItems } from "./sink.ts";

/** Where a value is read: in which group, and whether element by element in the order it is made. */
interface Use {
  readonly group: Group | "end";
  readonly identity: boolean;
}

/** What becomes of one graph: groups in order, and where its outputs are found. */
export class Plan {
  readonly groups: Group[] = [];
  readonly made: Map<Value, Set<Group>> = new Map();
  /** Values read here or in loops inside. */
  readonly used: Map<Value, Use[]> = new Map();
  outputs: Ref[] = [];

  use(value: Value, group: Group | "end", identity = false): void {
    const uses = this.used.get(value);
    if (uses) uses.push({ group, identity });
    else this.used.set(value, [{ group, identity }]);
  }

  /** Takes note that an element-wise item has moved to another group. */
  move(item: Pointwise, from: Group, to: Group): void {
    this.made.set(item.value, new Set([to]));
    for (const { value, identity } of usesOf(item)) {
      const uses = this.used.get(value)!,
        at = uses.findIndex((u) => u.group === from && u.identity === identity);
      uses[at] = { group: to, identity };
    }
  }
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

  constructor(readonly storage: Memory, private readonly precision: Precision) {}

  /** A value to be stored at the given place. */
  target(value: Value, place: () => Location): Value {
    const target = new Value(value.shape, value.dtype, value.graph);
    this.storage.bind(target, place);
    return target;
  }

  /** The plan of a graph; its inputs have refs already. */
  plan(graph: Graph): Plan {
    const plan = new Plan();
    this.#plans.push(plan);
    for (const node of graph.nodes) {
      const lower = rules.get(node.op) ?? (expressions.has(node.op) ? elementwise : undefined);
      if (!lower) throw new Error(`Cannot lower ${node.op.name} to JavaScript: there is no rule for it`);
      lower(node, this);
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

  /** Where a value is found. */
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

  /** A value as a view of memory: what is not yet stored is stored first. */
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

  /** A value as an operand of loops over `to`. */
  operand(value: Value, to: readonly Size[]): Operand {
    return this.operandOf(this.ref(value), value.dtype, value.shape, to);
  }

  /** As `operand`, for a ref. */
  operandOf(ref: Ref, dtype: DType, from: readonly Size[], to: readonly Size[]): Operand {
    return { ref, dtype, strides: ref.kind === "view" ? aligned(ref.strides, from, to) : [] };
  }

  /** Stores what a ref of the given shape shows in `root`. */
  copy(root: Value, ref: Ref, shape: readonly Size[]): void {
    this.memory.add(root);
    this.add({
      kind: "pointwise",
      space: spaceOf(shape),
      value: root,
      operands: [this.operandOf(ref, root.dtype, shape, shape)],
      write: ([x]) => x,
    });
  }

  /** Takes up an item: it joins the first group with the same loops behind all it needs, or begins one there. */
  add(item: Item): void {
    const plan = this.#plan, { groups } = plan;
    const space = item.kind === "opaque" ? undefined : item.space, uses = usesOf(item);
    let first = 0, behind = 0;
    for (const { value, identity } of uses) {
      for (const group of plan.made.get(value) ?? []) {
        const fused = space && identity && group.space && same(group.space, space) && isLocal(group, value);
        const at = groups.indexOf(group);
        first = Math.max(first, fused ? at : at + 1);
        behind = Math.max(behind, at + 1);
      }
    }
    let group = space &&
      groups.slice(first).find((g) => g.space && same(g.space, space) && g.items.length < MAX_ITEMS);
    if (!group) groups.splice(behind, 0, group = { space, items: [] });
    group.items.push(item);
    for (const { value, identity } of uses) plan.use(value, group, identity);
    if (
      item.kind === "reduction" && item.value.dtype === "float" && this.precision === "float32" &&
      !reducesTrailing(item)
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

  /** Whether a value is one number kept in a local variable. */
  isScalar(value: Value): boolean {
    return value.shape.every((s) => s === 1) && !this.memory.has(value) && !value.constant;
  }

  /** A value that is another view of what `value` shows. */
  view(output: Value, input: Value, offset: Size, strides: (of: readonly Size[]) => readonly Size[]): void {
    const ref = this.ref(input);
    const normal = (list: readonly Size[]) => list.map((s, i) => output.shape[i] === 1 ? 0 : s);
    this.refs.set(
      output,
      ref.kind === "view"
        ? { ...ref, offset: moved(ref.offset, offset), strides: normal(strides(ref.strides)) }
        : ref,
    );
  }
}

/** The roots that an item reads, each as often as it is read. */
export function usesOf(item: Item): { value: Value; identity: boolean }[] {
  if (item.kind === "opaque") return item.uses.map((value) => ({ value, identity: false }));
  const found: { value: Value; identity: boolean }[] = [];
  const visit = (o: Operand): void => {
    if (o.ref.kind !== "fill") found.push({ value: o.ref.root, identity: isIdentity(o, item.space) });
    if (o.indirect) visit(o.indirect.index);
  };
  (item.kind === "pointwise" ? item.operands : [item.operand]).forEach(visit);
  return found;
}

/** Whether an operand is read element by element in the order of the space. */
export function isIdentity({ ref, strides, guard, indirect }: Operand, space: readonly Size[]): boolean {
  if (guard || indirect || ref.kind === "fill") return false;
  if (ref.kind === "scalar") return space.length === 0;
  return samePlace(ref.offset, START) && same(spaceOf(ref.root.shape), space) &&
    same(strides, contiguous(space));
}

type Rule = (node: Node, p: Planner) => void;

const elementwise: Rule = (node, p) => {
  const [value] = node.outputs, write = expressions.get(node.op)!;
  const operands = node.inputs.map((i) => p.operand(i, value.shape));
  p.add({
    kind: "pointwise",
    space: spaceOf(value.shape),
    value,
    operands,
    write: (args, name) => write(args, node, name),
  });
};

const reduction = (by: "sum" | "max" | "min"): Rule => ({ inputs: [x], outputs: [value], attrs }, p) => {
  const long = x.shape.map((_, i) => i).filter((i) => x.shape[i] !== 1);
  const axes = attrs.axes.map((a: number) => long.indexOf(a)).filter((a: number) => a >= 0);
  p.add({ kind: "reduction", space: spaceOf(x.shape), value, operand: p.operand(x, x.shape), by, axes });
};

const rules = new Map<Op, Rule>([
  [S.Reshape, ({ inputs: [x], outputs: [out] }, p) => {
    const ref = p.ref(x), strides = ref.kind === "view" ? reshaped(ref.strides, x.shape, out.shape) : [];
    if (strides) return p.view(out, x, 0, () => strides);
    // The same order of elements, which no strides can express: they are moved.
    p.copy(out, ref, x.shape);
  }],
  [S.Expand, ({ inputs: [x], outputs: [out] }, p) =>
    p.view(out, x, 0, (s) => {
      const extra = out.shape.length - x.shape.length;
      return out.shape.map((_, i) => i < extra || x.shape[i - extra] === 1 ? 0 : s[i - extra]);
    })],
  [
    S.Transpose,
    ({ inputs: [x], outputs: [out], attrs }, p) =>
      p.view(out, x, 0, (s) => attrs.perm.map((i: number) => s[i])),
  ],
  [
    L.Slice,
    ({ inputs: [x], outputs: [out], attrs }, p) => p.view(out, x, shift(p.ref(x), attrs.begin), (s) => s),
  ],
  [L.Split, ({ inputs: [x], outputs, attrs: { axis, sizes } }, p) => {
    let at = 0;
    outputs.forEach((out, i) => {
      p.view(out, x, shift(p.ref(x), x.shape.map((_, k) => k === axis ? at : 0)), (s) => s);
      at += sizes[i];
    });
  }],
  [
    L.Stride,
    ({ inputs: [x], outputs: [out], attrs: { axis, begin, step } }, p) =>
      p.view(
        out,
        x,
        shift(p.ref(x), x.shape.map((_, k) => k === axis ? begin : 0)),
        (s) => s.map((t, k) => k === axis ? mulSizes(t, step) : t),
      ),
  ],
  [
    L.Reverse,
    ({ inputs: [x], outputs: [out], attrs: { axis } }, p) =>
      p.view(
        out,
        x,
        shift(p.ref(x), x.shape.map((s, k) => k === axis ? subSizes(s, 1) : 0)),
        (s) => s.map((t, k) => k === axis ? mulSizes(t, -1) : t),
      ),
  ],
  [L.Concat, (node, p) => {
    const [value] = node.outputs, { axis } = node.attrs, strides = contiguous(value.shape);
    p.memory.add(value);
    let at: Size = 0;
    for (const x of node.inputs) {
      const part = { offset: mulSizes(at, strides[axis]), strides: aligned(strides, x.shape, x.shape) };
      const item: Pointwise = {
        kind: "pointwise",
        space: spaceOf(x.shape),
        value,
        operands: [p.operand(x, x.shape)],
        write: ([e]) => e,
        part,
      };
      p.add(item);
      at = addSizes(at, x.shape[axis]);
    }
  }],
  [L.Pad, ({ inputs: [x], outputs: [value], attrs: { padding, number } }, p) => {
    const space = spaceOf(value.shape),
      long = value.shape.map((_, i) => i).filter((i) => value.shape[i] !== 1);
    const ref: Ref = x.shape.includes(0) ? { kind: "fill", number } : p.ref(x);
    const limits = long.map((i, axis) => ({
      axis,
      from: padding[i][0] as Size,
      to: addSizes(padding[i][0], x.shape[i]),
      whole: x.shape[i] === value.shape[i],
    }))
      .filter((l) => !l.whole);
    const back = ref.kind === "view" ? shift(ref, padding.map((q: [Size, Size]) => q[0])) : 0;
    const operand: Operand = {
      ref: ref.kind === "view" ? { ...ref, offset: moved(ref.offset, mulSizes(-1, back)) } : ref,
      dtype: x.dtype,
      strides: ref.kind === "view" ? long.map((i) => x.shape[i] === 1 ? 0 : ref.strides[i]) : [],
      guard: { limits, otherwise: number },
    };
    p.add({ kind: "pointwise", space, value, operands: [operand], write: ([e]) => e });
  }],
  [X.Gather, ({ inputs: [x, indices], outputs: [value], attrs: { axis } }, p) => {
    const ref = p.ref(x), at = p.ref(indices), k = indices.shape.length;
    const long = value.shape.map((_, i) => i).filter((i) => value.shape[i] !== 1);
    const among = (i: number) => i >= axis && i < axis + k;
    const strides = at.kind === "view" ? long.map((i) => among(i) ? at.strides[i - axis] : 0) : [];
    const operand: Operand = ref.kind !== "view" ? { ref, dtype: x.dtype, strides: [] } : {
      ref,
      dtype: x.dtype,
      strides: long.map((i) => among(i) ? 0 : ref.strides[i < axis ? i : i - k + 1]),
      indirect: {
        index: { ref: at, dtype: indices.dtype, strides },
        stride: ref.strides[axis],
        length: x.shape[axis],
      },
    };
    p.add({ kind: "pointwise", space: spaceOf(value.shape), value, operands: [operand], write: ([e]) => e });
  }],
  [X.Iota, ({ outputs: [value] }, p) => {
    const operand: Operand = { ref: { kind: "fill", number: 0 }, dtype: "int32", strides: [], counter: 0 };
    p.add({ kind: "pointwise", space: spaceOf(value.shape), value, operands: [operand], write: ([i]) => i });
  }],
  [R.ReduceSum, reduction("sum")],
  [R.ReduceMax, reduction("max")],
  [R.ReduceMin, reduction("min")],
  [MatMul, lowerMatMul],
  [X.CumSum, lowerCumSum],
  [X.ArgMax, lowerArgMax],
  [X.TopK, lowerTopK],
  [X.ScatterAdd, lowerScatterAdd],
  [Scan, lowerScan],
]);

/** The number of elements between the start of a view and the element at the given place. */
function shift(ref: Ref, at: readonly Size[]): Size {
  return ref.kind === "view"
    ? at.reduce<Size>((sum, b, i) => addSizes(sum, mulSizes(b, ref.strides[i])), 0)
    : 0;
}
