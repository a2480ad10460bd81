import {
  access,
  extract,
  f32x4,
  f64x2,
  type FunctionBuilder,
  lane,
  type Local,
  op,
  type Operand,
  shuffle,
} from "../../../../system/wasm/mod.ts";
import type { Reduction } from "../../js/items.ts";
import type { Lanes } from "../lanes.ts";
import { type Elements, SWAP } from "./elements.ts";
import type { Access, Source } from "./steps.ts";

/** A reduction within the loops. */
export interface Reduced {
  readonly item: Reduction;
  readonly source: Source;
  /** Number of loops around each of its totals; its place, unless it is one number in all. */
  readonly level: number;
  readonly target?: Access;
  /** Tells whether totals are in memory from the beginning: several inner loops add to each. */
  readonly isInMemory: boolean;
}

/** Changes neighbours in a vector of four. */
const NEIGHBOURS = shuffle([4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]);

/** Writes one reduction: sums in float64 always, extremes in the precision of the loops. */
export class ReductionWriter {
  readonly f: FunctionBuilder;
  #totals: Local[] = [];

  constructor(private readonly l: Lanes, readonly reduced: Reduced) {
    this.f = l.f;
  }

  /** Tells whether the inner loop adds to memory at each turn. */
  get isElementwise(): boolean {
    const { isInMemory, target } = this.reduced;
    return isInMemory && target!.strides[target!.strides.length - 1].elements !== 0;
  }

  /** Number of loops around the variables of one total. */
  get startLevel(): number {
    const { isInMemory, level, target } = this.reduced;
    return isInMemory ? target!.strides.length - 1 : level;
  }

  /** The number that changes nothing. */
  get #first(): number {
    return { sum: 0, max: -Infinity, min: Infinity }[this.reduced.item.by];
  }

  get #isSum(): boolean {
    return this.reduced.item.by === "sum";
  }

  /** Tells whether a total is two vectors: a vector of float32 numbers in float64. */
  get #isSplit(): boolean {
    return this.#isSum && !this.l.isDouble;
  }

  #combined(a: Operand, b: Operand): Operand {
    if (this.#isSum) return this.f.once("v128", f64x2.Add, a, b);
    return this.f.once("v128", (this.l.isDouble ? f64x2 : f32x4)[this.#extreme], a, b);
  }

  get #extreme(): "Max" | "Min" {
    return this.reduced.item.by === "max" ? "Max" : "Min";
  }

  /** Starts a total. */
  start(): void {
    const { f, l } = this, first = this.#isSum ? f.pool.double(0) : l.number(this.#first);
    if (this.#totals.length === 0) {
      this.#totals = Array.from({ length: this.#isSplit ? 2 : 1 }, () => f.variable("v128"));
    }
    for (const total of this.#totals) f.assign(total, [], first);
  }

  /** Adds the elements of a turn to the total. */
  add(x: Operand): void {
    const { f, l } = this, [total] = this.#totals;
    for (let v = 0; v < (l.isSingle ? 1 : f.width); v++) {
      const part = f.variable("v128");
      f.push(x, v);
      f.set(part);
      if (!this.#isSum) f.assign(total, [], this.#combined(total, part));
      else if (this.#isSplit) {
        const [low, high] = this.#halves(part);
        this.#sum(total, l.isSingle ? this.#onlyFirst(low) : low);
        if (!l.isSingle) this.#sum(this.#totals[1], high);
      } else this.#sum(total, l.isSingle ? this.#onlyFirst(part) : part);
    }
  }

  #sum(total: Local, part: Operand): void {
    this.f.assign(total, f64x2.Add, total, part);
  }

  #onlyFirst(x: Operand): Operand {
    return this.f.once("v128", op.and, x, this.f.pool.words(-1, -1, 0, 0));
  }

  #halves(x: Operand): [Operand, Operand] {
    const { f } = this, upper = f.once("v128", SWAP, x, x);
    return [f.once("v128", op.f64x2PromoteLowF32x4, x), f.once("v128", op.f64x2PromoteLowF32x4, upper)];
  }

  /** Adds the elements of a turn to those in memory, each to its own. */
  addInMemory(elements: Elements, x: Operand): void {
    const { f, l } = this, { target } = this.reduced, at = elements.address(target!);
    const instruction = this.#isSum ? f64x2.Add : f64x2[this.#extreme], count = l.isSingle ? 1 : 2;
    const combine = (part: Operand, first: number): void => {
      elements.gatherDoubles(target!, at, first, count);
      f.push(part);
      f.emit(instruction);
      f.set(part as Local);
      elements.storeDoubles(target!, at, first, count, part);
    };
    for (let v = 0; v < (l.isSingle ? 1 : f.width); v++) {
      const part = f.variable("v128");
      f.push(x, v);
      f.set(part);
      const halves = l.isDouble ? [part] : this.#halves(part).slice(0, count);
      halves.forEach((half, i) => combine(half, l.count * v + 2 * i));
    }
  }

  /** Returns the total in the first lane: of a sum in float64, else in the loops' precision. */
  #total(): Operand {
    const { f } = this;
    let all: Operand = this.#totals[0];
    if (this.#totals.length > 1) all = this.#combined(all, this.#totals[1]);
    all = this.#combined(all, f.once("v128", SWAP, all, all));
    return this.#isSum || this.l.isDouble ? all : this.#combined(all, f.once("v128", NEIGHBOURS, all, all));
  }

  /** Puts the total on the stack as a float64 number. */
  pushTotal(): void {
    const { f } = this, isSingle = !this.#isSum && !this.l.isDouble;
    f.push(this.#total());
    f.emit(extract(isSingle ? "f32x4" : "f64x2", 0));
    if (isSingle) f.emit(op.f64PromoteF32);
  }

  /** Stores the total in its place, or with what is there. */
  finish(elements: Elements): void {
    const { f, l } = this, { target, isInMemory } = this.reduced, at = elements.address(target!);
    let total = this.#total();
    const isSingle = !this.#isSum && !l.isDouble;
    if (isInMemory) {
      if (isSingle) total = f.once("v128", op.f64x2PromoteLowF32x4, total);
      const present = f.variable("v128");
      f.push(at);
      f.access(access.load64Splat);
      f.set(present);
      total = f.once("v128", this.#isSum ? f64x2.Add : f64x2[this.#extreme], present, total);
    } else if (this.#isSplit && target!.type !== "double") total = f.once("v128", op.f32x4DemoteF64x2, total);
    else if (isSingle && target!.type === "double") total = f.once("v128", op.f64x2PromoteLowF32x4, total);
    f.push(at);
    f.push(total);
    f.access(lane("store", isInMemory || l.isDouble || target!.type === "double" ? 64 : 32), 0, 0);
  }
}
