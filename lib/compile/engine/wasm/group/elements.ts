import {
  access,
  type FunctionBuilder,
  type Instruction,
  lane,
  type Local,
  op,
  type Operand,
  shuffle,
} from "../../../../system/wasm/mod.ts";
import type { Lanes } from "../lanes.ts";
import { bytesOf } from "../parameters.ts";
import type { Access, Stride } from "./steps.ts";

/** Takes the lower halves of two vectors as one. */
export const JOIN_LOW = shuffle([0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);

/** Changes the halves of a vector. */
export const SWAP = shuffle([8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]);

/** Writes the loads and stores of elements at the place that the loops have come to. */
export class Elements {
  readonly f: FunctionBuilder;
  readonly #rows = new Map<Access, Operand>();
  #moves = new Map<string, Operand>();

  constructor(private readonly l: Lanes, private readonly counters: readonly Local[]) {
    this.f = l.f;
  }

  /** Computes the address of an access before the inner loop, once its outer loops have moved. */
  startRow(access: Access): void {
    let row: Operand = access.address;
    for (let k = 0; k < access.rowLevel; k++) {
      if (access.strides[k].elements === 0) continue;
      const moved = this.f.once("i32", op.i32Mul, this.counters[k], access.strides[k].bytes);
      row = this.f.once("i32", op.i32Add, row, moved);
    }
    this.#rows.set(access, row);
  }

  /** Forgets how far the inner loop has come. */
  startTurn(): void {
    this.#moves = new Map();
  }

  /** Returns the address of the first element of a turn. */
  address(access: Access): Operand {
    const row = this.#rows.get(access)!, stride = access.strides[access.strides.length - 1];
    if (stride.elements === 0) return row;
    return this.f.once("i32", op.i32Add, row, this.#moved(stride));
  }

  #moved({ bytes }: Stride): Operand {
    const key = JSON.stringify(bytes);
    let moved = this.#moves.get(key);
    if (!moved) {
      moved = this.f.once("i32", op.i32Mul, this.counters[this.counters.length - 1], bytes);
      this.#moves.set(key, moved);
    }
    return moved;
  }

  /** Returns the elements as floats, also whole numbers, or as a mask where they are booleans. */
  load(from: Access): Operand {
    const { f, l } = this, { type } = from, at = this.address(from);
    const stride = from.strides[from.strides.length - 1];
    if (stride.elements === 0 || l.isSingle) return this.#splat(from, at);
    const found = f.variable("v128", true), bytes = bytesOf(type, l.precision);
    for (let v = 0; v < f.width; v++) {
      const first = v * l.count;
      if (type === "double" && !l.isDouble) {
        for (const half of [0, 2]) {
          this.#gather(at, stride, 64, 8, first + half, 2);
          f.emit(op.f32x4DemoteF64x2);
        }
        f.emit(JOIN_LOW);
      } else if (type === "bool") {
        this.#bytes(at, stride, first);
      } else this.#gather(at, stride, bytes === 8 ? 64 : 32, bytes, first, l.count);
      f.set(found, v);
    }
    return type === "bool" ? this.#mask(found) : type === "int32" ? f.each(this.#float, found) : found;
  }

  /** The instruction that makes floats of whole numbers, those in the first lanes of a vector. */
  get #float(): Instruction {
    return this.l.isDouble ? op.f64x2ConvertLowI32x4 : op.f32x4ConvertI32x4;
  }

  #mask(found: Operand): Operand {
    return this.f.each(this.l.isDouble ? op.i64x2Ne : op.i32x4Ne, found, this.f.pool.word(0));
  }

  /** Returns one element in all lanes. */
  #splat({ type }: Access, at: Operand): Operand {
    const { f, l } = this, bytes = bytesOf(type, l.precision), found = f.variable("v128");
    f.push(at);
    f.access(bytes === 1 ? access.load8Splat : bytes === 4 ? access.load32Splat : access.load64Splat);
    if (bytes === 8 && !l.isDouble) {
      f.emit(op.f32x4DemoteF64x2);
      f.set(found);
      return f.once("v128", shuffle([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]), found, found);
    }
    f.set(found);
    if (type === "int32") return f.once("v128", this.#float, found);
    if (type !== "bool") return found;
    return f.once("v128", l.isDouble ? op.i64x2Ne : op.i32x4Ne, found, f.pool.word(0));
  }

  /** Puts `count` elements on the stack, from the one of number `first` on. */
  #gather(at: Operand, stride: Stride, bits: 32 | 64, bytes: number, first: number, count: number): void {
    const { f } = this;
    if (stride.elements === 1 && count > 1) {
      f.push(at);
      f.access(access.load, first * bytes);
      return;
    }
    const part = f.variable("v128");
    for (let i = 0; i < count; i++) {
      const offset = this.#pushPlace(at, stride, first + i);
      if (i === 0) f.access(bits === 64 ? access.load64Splat : access.load32Splat, offset);
      else {
        f.push(part);
        f.access(lane("load", bits), offset, i);
      }
      f.set(part);
    }
    f.push(part);
  }

  /** Puts the bytes of booleans into the lanes, on the stack. */
  #bytes(at: Operand, stride: Stride, first: number): void {
    const { f, l } = this;
    if (stride.elements === 1) {
      f.push(at);
      if (l.isDouble) {
        f.push(f.pool.word(0));
        f.access(lane("load", 16), first, 0);
      } else f.access(access.load32Zero, first);
      f.emit(op.i16x8ExtendLowI8x16U);
      f.emit(op.i32x4ExtendLowI16x8U);
      if (l.isDouble) f.emit(op.i64x2ExtendLowI32x4U);
      return;
    }
    const part = f.variable("v128");
    for (let i = 0; i < l.count; i++) {
      const offset = this.#pushPlace(at, stride, first + i);
      f.push(i === 0 ? f.pool.word(0) : part);
      f.access(lane("load", 8), offset, i * 16 / l.count);
      f.set(part);
    }
    f.push(part);
  }

  /** Puts the address of an element on the stack; returns what is to be added to it. */
  #pushPlace(at: Operand, { elements, bytes }: Stride, number: number): number {
    const { f } = this;
    f.push(at);
    if (number === 0) return 0;
    if (typeof elements === "number" && elements > 0 && "i32" in bytes) return number * bytes.i32;
    f.push(bytes);
    f.push({ i32: number });
    f.emit(op.i32Mul);
    f.emit(op.i32Add);
    return 0;
  }

  /** Stores elements: floats, or booleans from their mask. */
  store(to: Access, from: Operand): void {
    const { f, l } = this, { type } = to, at = this.address(to), bytes = bytesOf(type, l.precision);
    const stride = to.strides[to.strides.length - 1], bits = 8 * bytes as 8 | 32 | 64;
    const given = type === "bool" ? this.#packed(from) : from;
    for (let v = 0; v < (l.isSingle ? 1 : f.width); v++) {
      const first = v * l.count;
      if (stride.elements === 1 && !l.isSingle) {
        f.push(at);
        f.push(given, v);
        if (type === "bool") f.access(lane("store", l.isDouble ? 16 : 32), first, 0);
        else f.access(access.store, first * bytes);
        continue;
      }
      for (let i = 0; i < (l.isSingle ? 1 : l.count); i++) {
        const offset = this.#pushPlace(at, stride, first + i);
        f.push(given, v);
        f.access(lane("store", bits), offset, i);
      }
    }
  }

  /** Puts one or two float64 numbers on the stack, from the one of number `first` on. */
  gatherDoubles({ strides }: Access, at: Operand, first: number, count: number): void {
    this.#gather(at, strides[strides.length - 1], 64, 8, first, count);
  }

  /** Stores one or two float64 numbers. */
  storeDoubles({ strides }: Access, at: Operand, first: number, count: number, from: Operand): void {
    const { f } = this, stride = strides[strides.length - 1];
    if (stride.elements === 1 && count === 2) {
      f.push(at);
      f.push(from);
      return f.access(access.store, 8 * first);
    }
    for (let i = 0; i < count; i++) {
      const offset = this.#pushPlace(at, stride, first + i);
      f.push(from);
      f.access(lane("store", 64), offset, i);
    }
  }

  /** Returns booleans as the first bytes of a vector. */
  #packed(mask: Operand): Operand {
    const { f, l } = this, bytes = Array.from({ length: 16 }, (_, i) => (i * 16 / l.count) % 16);
    return f.each(op.and, f.each(shuffle(bytes), mask, mask), f.pool.word(0x01010101));
  }
}
