import { broadcastTo } from "../../distributions/mod.ts";
import {
  flatten,
  formatShape,
  isTensor,
  sameShape,
  type Shape,
  type Tensor,
  tryBroadcastShapes,
  unflatten,
} from "../../tensor/mod.ts";
import type { EnumeratedLoop } from "../enum/loop.ts";
import type { Variable } from "../enum/variable.ts";
import { activePlates } from "../plate.ts";

/** One run of the step with its enumerated sites: the next carry, and their values. */
export interface EnumeratedRun<C> {
  readonly carry: C;
  readonly values: ReadonlyMap<Tensor, Variable>;
}

/** The most steps before that a carry may depend on. */
const MOST_HISTORY = 6;

/**
 * The carry of a scan with enumerated sites: its tensors have the axes of those of earlier steps
 * that it depends on, as many steps back as it takes until nothing is added.
 */
export class EnumeratedCarry<C> {
  /** The first carry, in the shapes of all later ones. */
  readonly start: C;
  readonly #eventDims: readonly number[];
  readonly #shapes: readonly Shape[];

  /**
   * Finds the shapes.
   *
   * @param init the first carry
   * @param plain the carry after a step without enumeration
   * @param run runs a step whose values do not count
   */
  constructor(
    private readonly loop: EnumeratedLoop,
    init: C,
    plain: C,
    run: (carry: C) => EnumeratedRun<C>,
  ) {
    const leaves = leavesOf(init), first = run(init), next = leavesOf(first.carry), before = leavesOf(plain);
    const own = next.map((leaf, i) => this.#eventDim(leaf, before[i].shape, first.values));
    // What is handed on has the event axes of what it was; what stays belongs to no step.
    this.#eventDims = next.map((leaf, i) => {
      const from = leaves.indexOf(leaf);
      return from < 0 ? own[i] : from === i ? leaf.rank : own[from];
    });
    const cleaned = leaves.map((leaf, i) => this.#without(leaf, this.#eventDims[i]));
    let shapes = this.#settle(init, cleaned, run);
    const starts = this.#match(leaves, shapes);
    let start = leaves;
    if (starts) {
      starts.forEach((variable, outer) => loop.starts.set(variable, outer));
      start = leaves.map((leaf, i) => this.#moved(leaf, i, starts));
    } else shapes = this.#settle(init, leaves, run);
    this.#shapes = shapes;
    this.start = unflatten(init, isTensor, start.map((leaf, i) => broadcastTo(leaf, shapes[i]))) as C;
  }

  /** Returns the carry at the end of a step as the next step has it. */
  aged(carry: C): C {
    const leaves = leavesOf(carry).map((leaf, i) => broadcastTo(this.#aged(leaf, i), this.#shapes[i]));
    return unflatten(carry, isTensor, leaves) as C;
  }

  /** Notes the variables of the last steps that the last carry depends on. */
  leave(): void {
    const { loop } = this;
    this.#shapes.forEach((shape, i) => {
      for (const { present, age } of this.#axesOf(shape, i)) {
        const variable = loop.aged(present, age);
        if (loop.ends.has(variable)) continue;
        const end = { ...variable };
        loop.ends.set(variable, end);
        loop.place(end);
      }
    });
  }

  /** Runs steps until the shapes of the carry stay. */
  #settle(init: C, leaves: readonly Tensor[], run: (carry: C) => EnumeratedRun<C>): readonly Shape[] {
    let shapes: readonly Shape[] = leaves.map(({ shape }) => shape);
    for (let steps = 0; steps <= MOST_HISTORY; steps++) {
      const start = leaves.map((leaf, i) => broadcastTo(leaf, shapes[i]));
      const next = leavesOf(run(unflatten(init, isTensor, start) as C).carry).map((leaf, i) =>
        this.#aged(leaf, i)
      );
      const common = next.map(({ shape }, i) => tryBroadcastShapes(shape, shapes[i]) ?? shape);
      if (common.every((shape, i) => sameShape(shape, shapes[i]))) {
        shapes.forEach((shape, i) =>
          this.#axesOf(shape, i).forEach(({ present, age }) => this.loop.aged(present, age))
        );
        return shapes;
      }
      shapes = common;
    }
    throw new Error(
      `Cannot enumerate a scan whose carry depends on more than ${MOST_HISTORY} steps (its shapes grow to ` +
        `${
          shapes.map(formatShape).join(" and ")
        }): carry the enumerated values of the last steps, and nothing that ` +
        "adds up those of all steps",
    );
  }

  /** Moves the axes of the sites of all steps one step back. */
  #aged(leaf: Tensor, i: number): Tensor {
    const right = this.#right(i), left = leaf.rank - right;
    if (left <= 0 || leaf.shape.slice(0, left).every((size) => size === 1)) return leaf;
    return leaf.reshape([
      ...leaf.shape.slice(0, left),
      ...Array<number>(this.loop.size).fill(1),
      ...leaf.shape.slice(left),
    ]);
  }

  /** The number of axes right of those of enumerated sites of the loop. */
  #right(i: number): number {
    return -this.loop.base - 1 + this.#eventDims[i];
  }

  #axesOf(shape: Shape, i: number) {
    return shape.flatMap((size, axis) => {
      const at = this.loop.at(axis - shape.length + this.#eventDims[i]);
      return at && size !== 1 ? [at] : [];
    });
  }

  /** Finds the number of event axes of a tensor of the carry. */
  #eventDim(
    leaf: Tensor,
    plain: Shape,
    values: ReadonlyMap<Tensor, Variable>,
  ): number {
    const known = values.get(leaf)?.eventDim;
    if (known !== undefined) return known;
    if (leaf.rank <= -this.loop.base - 1) return 0;
    const { shape } = leaf,
      { loop } = this,
      plates = new Map(activePlates().map(({ frame }) => [frame.dim, frame.size]));
    const fits = (eventDim: number) =>
      shape.every((size, axis) => {
        const dim = axis - shape.length + eventDim;
        if (dim >= 0) return plain[axis - shape.length + plain.length] === size;
        return size === 1 || plates.get(dim) === size || loop.outer.get(dim)?.size === size ||
          loop.at(dim)?.present.size === size;
      });
    const likely = Math.max(0, plain.length - Math.max(0, ...[...plates.keys()].map((dim) => -dim)));
    const all = [likely, ...Array.from({ length: plain.length + 1 }, (_, eventDim) => eventDim)];
    return all.find(fits) ?? likely;
  }

  /** Drops the axes of enumerated sites around the loop; the values do not count. */
  #without(leaf: Tensor, eventDim: number): Tensor {
    const axes = this.#outerAxes(leaf.shape, eventDim);
    if (axes.length === 0) return leaf;
    const size = leaf.shape.map((length, axis) => axes.some((outer) => outer.axis === axis) ? 1 : length);
    return leaf.slice(leaf.shape.map(() => 0), size);
  }

  #outerAxes(shape: Shape, eventDim: number) {
    return shape.flatMap((size, axis) => {
      const variable = this.loop.outer.get(axis - shape.length + eventDim);
      return variable && size !== 1 ? [{ axis, variable }] : [];
    });
  }

  /**
   * Finds, for each site around the loop that the first carry depends on, the axis of the loop that
   * takes its place: that of the step before. Undefined where there is not one for each.
   */
  #match(leaves: readonly Tensor[], shapes: readonly Shape[]): Map<Variable, Variable> | undefined {
    const found = new Map<Variable, Variable>();
    for (const [i, leaf] of leaves.entries()) {
      const outer = this.#outerAxes(leaf.shape, this.#eventDims[i]), inner = this.#axesOf(shapes[i], i);
      if (outer.length === 0) continue;
      if (outer.length !== 1 || inner.length !== 1) return undefined;
      const [{ variable }] = outer, target = this.loop.aged(inner[0].present, inner[0].age);
      const isTaken = [...found].some(([from, to]) => (from === variable) !== (to === target));
      if (variable.size !== target.size || isTaken) return undefined;
      found.set(variable, target);
    }
    return found;
  }

  /** Moves the axis of a site around the loop to the axis that takes its place. */
  #moved(leaf: Tensor, i: number, starts: ReadonlyMap<Variable, Variable>): Tensor {
    const eventDim = this.#eventDims[i], [outer] = this.#outerAxes(leaf.shape, eventDim);
    if (!outer) return leaf;
    const { axis, variable } = outer, { dim } = starts.get(variable)!;
    const rest = leaf.shape.toSpliced(axis, 1, 1), wide = -dim - 1 + eventDim;
    const front = leaf.transpose([
      axis,
      ...leaf.shape.map((_, other) => other).filter((other) => other !== axis),
    ]);
    return front.reshape([variable.size, ...Array<number>(wide - rest.length).fill(1), ...rest]);
  }
}

const leavesOf = (tree: unknown): Tensor[] => flatten(tree, isTensor).leaves as Tensor[];
