import { access, assemble, ConstantPool, FunctionBuilder } from "../../../system/wasm/mod.ts";
import { Lanes } from "./lanes.ts";

/** A number whose square has a digit that only one rounding of x * x - 1 keeps. */
const TELLING = 1 + 2 ** -15;

function squareLess1(isFused: boolean): Uint8Array<ArrayBuffer> {
  const constants = new ConstantPool(), f = new FunctionBuilder([], [], constants);
  const l = new Lanes(f, "float32", isFused), x = l.number(TELLING);
  const result = l.madd(x, x, l.number(-1));
  f.push({ i32: 1024 });
  f.push(result);
  f.access(access.store);
  return assemble({ functions: { run: f }, constants, memory: 1 });
}

function find(): { hasVectors: boolean; isFused: boolean } {
  const hasVectors = typeof WebAssembly !== "undefined" && WebAssembly.validate(squareLess1(false));
  if (!hasVectors || !WebAssembly.validate(squareLess1(true))) return { hasVectors, isFused: false };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(squareLess1(true)));
  (exports.run as () => void)();
  const { buffer } = exports.memory as WebAssembly.Memory;
  return { hasVectors, isFused: new Float32Array(buffer, 1024, 1)[0] === TELLING * TELLING - 1 };
}

let found: ReturnType<typeof find> | undefined;

/**
 * Tells whether the machine has WebAssembly's vectors, and multiplies and adds with one rounding
 * (relaxed SIMD leaves that to the machine).
 */
export function vectorMachine(): { readonly hasVectors: boolean; readonly isFused: boolean } {
  return found ??= find();
}
