import type { Local, Operand, Type } from "../../../system/wasm/mod.ts";
import type { Size } from "../../ir/size.ts";
import type { Buffer } from "../js/memory.ts";
import type { Writer } from "../js/writer.ts";
import type { Precision } from "../portable.ts";

/** The parameters of a function, with the JavaScript that gives each. */
export class Parameters {
  readonly #all: { type: Type; text: string }[] = [];

  /** Returns the parameter that a text gives. */
  of(type: Type, text: string): Local {
    let at = this.#all.findIndex((p) => p.type === type && p.text === text);
    if (at < 0) at = this.#all.push({ type, text }) - 1;
    return { local: at, step: 0 };
  }

  /** Returns a length, or a number of bytes for each element of one. */
  size(w: Writer, size: Size, bytes: number = 1): Operand {
    if (typeof size === "number") return { i32: size * bytes };
    return this.of("i32", bytes === 1 ? w.size(size) : `${w.size(size)} * ${bytes}`);
  }

  /** Returns the address of an element of an array. */
  address(array: string, element: string, bytes: number): Local {
    const start = `${array}.byteOffset`;
    return this.of("i32", element === "0" ? start : `${start} + ${bytes} * (${element})`);
  }

  /** The types of all. */
  get types(): Type[] {
    return this.#all.map(({ type }) => type);
  }

  /** The JavaScript of all, in order. */
  get text(): string {
    return this.#all.map(({ text }) => text).join(", ");
  }
}

/** Returns the bytes of an element. */
export function bytesOf(type: Buffer["type"], precision: Precision): number {
  if (type === "bool") return 1;
  return type === "double" || (type === "float" && precision === "float64") ? 8 : 4;
}
