import { access, assemble, ConstantPool, FunctionBuilder, op } from "../../../../lib/system/wasm/mod.ts";
import { Lanes } from "../../../../lib/compile/engine/wasm/lanes.ts";
import { functions } from "../../../../lib/compile/engine/wasm/math/mod.ts";
import { calledFunctions, importedFunctions } from "../../../../lib/compile/engine/wasm/calls.ts";
import type { Precision } from "../../../../lib/compile/engine/portable.ts";

/** A function of vectors by its name. */
export type FunctionName = keyof typeof functions;

const IN = 65536, OUT = 1 << 21;

/** Returns a vector function as one of arrays, of up to 200,000 numbers. */
export function ofArrays(name: FunctionName, precision: Precision, isFused: boolean) {
  const constants = new ConstantPool(), run = new FunctionBuilder(["i32", "i32", "i32"], [], constants);
  const l = new Lanes(run, precision, isFused), [from, to, end] = [0, 1, 2].map((i) => run.argument(i));
  run.doWhile(() => {
    const x = run.variable("v128");
    run.push(from);
    run.access(access.load);
    run.set(x);
    const y = functions[name](l, x);
    run.push(to);
    run.push(y);
    run.access(access.store);
    run.assign(from, op.i32Add, from, { i32: 16 });
    run.assign(to, op.i32Add, to, { i32: 16 });
    run.push(from);
    run.push(end);
    run.emit(op.i32LtU);
  });
  const bytes = assemble({ functions: { run }, constants, memory: 64, imports: importedFunctions });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { ...calledFunctions },
  });
  const { buffer } = exports.memory as WebAssembly.Memory;
  const Data = precision === "float32" ? Float32Array : Float64Array;
  return (xs: ArrayLike<number>): Float32Array | Float64Array => {
    new Data(buffer, IN, xs.length).set(xs);
    (exports.run as (from: number, to: number, end: number) => void)(
      IN,
      OUT,
      IN + xs.length * Data.BYTES_PER_ELEMENT,
    );
    return new Data(buffer, OUT, xs.length).slice();
  };
}
