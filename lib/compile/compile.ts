import { checkOptions, type OptionNames } from "../system/mod.ts";
import { isHostArray, mapTree, toTensor } from "../tensor/mod.ts";
import { chooseEngine } from "./engine/choose.ts";
import type { Device, Engine } from "./engine/engine.ts";
import type { Precision } from "./engine/portable.ts";
import { jsEngine } from "./engine/js/engine.ts";
import { onnxEngine } from "./engine/onnx.ts";
import { tfjsEngine } from "./engine/tfjs.ts";
import { xlaEngine } from "./engine/xla/engine.ts";
import type { Graph } from "./ir/graph.ts";
import type { Fission } from "./passes/mod.ts";
import { Program, readArguments } from "./program.ts";
import { type Axes, signatureOf, trace } from "./trace/trace.ts";
import { isTracing } from "./trace/active.ts";

/**
 * The engines by name. `onnx`: ONNX Runtime. `js`: generated JavaScript, many times faster for
 * small arrays and long loops of them. `auto`: the one of these two that is predicted to take less
 * time. `xla`: XLA, the compiler within TensorFlow's library, where that is provisioned; it
 * compiles for seconds for every set of lengths and then runs fastest. `tfjs`: tfjs, operation by
 * operation, on its current backend; float32 only; the oracle that the others are held against.
 */
export type EngineName = "auto" | "onnx" | "js" | "xla" | "tfjs";

/** Options of `compile`. */
export interface CompileOptions {
  /** Default "auto". */
  engine?: EngineName;
  /** Default "cpu". */
  device?: Device;
  /** Element type of floats within the function (default "float32"). */
  dtype?: Precision;
  /**
   * Names for axes whose length may differ between calls, in a tree that follows the arguments.
   * While tracing, a number far beyond any tensor stands for such a length: sums, products and
   * quotients of lengths are followed, as shapes and as operands; what else JavaScript makes of
   * them (a logarithm, a condition) is of the stand-in.
   */
  axes?: Axes;
  /** Threads within one operation (default 0: as many as cores). */
  threads?: number;
  /** The loops that are taken apart (default true: all of them). */
  fission?: Fission;
}

/** The names of the options of `compile`. */
export const compileOptionNames: OptionNames<CompileOptions> = {
  engine: true,
  device: true,
  dtype: true,
  axes: true,
  threads: true,
  fission: true,
};

/** Any function. */
export type AnyFunction = (...args: any[]) => any;

/** A compiled function: the same arguments, a promise of the same result. */
export interface Compiled<F extends AnyFunction> {
  (...args: Parameters<F>): Promise<ReturnType<F>>;
  /** As a call, with arrays in main memory in place of tensors: with all digits of float64. */
  arrays(...args: unknown[]): Promise<any>;
  /** Returns the program for arguments of this signature: loaded once, then kept. */
  program(...args: unknown[]): Promise<Program>;
  /** Frees the programs, once the calls that are under way have ended; later calls load anew. */
  release(): Promise<void>;
}

const engines: Record<Exclude<EngineName, "auto">, Engine> = {
  onnx: onnxEngine,
  js: jsEngine,
  xla: xlaEngine,
  tfjs: tfjsEngine,
};

function checkOneOf(option: string, found: string, known: readonly string[]): void {
  if (known.includes(found)) return;
  throw new Error(`Invalid ${option} "${found}": expected one of ${known.join(", ")}`);
}

/**
 * Compiles a function of trees of tensors: it is traced once for each signature of its arguments
 * (structure, shapes up to named axes, element types, and whatever in them is not a tensor),
 * optimised and loaded into an engine; a call is then one run of that engine. Keys among the
 * arguments fill the draws made from them.
 *
 * Throws (rejects) where the function reads values, uses an operation without a counterpart in
 * graphs, or is called with shapes that contradict its axis names.
 *
 * @example One program for every number of rows
 * ```ts
 * import assert from "node:assert/strict";
 * import { compile } from "@pyrosaur/pyrosaur/compile";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 *
 * const rowSums = compile((x: Tensor) => x.square().sum(1), { axes: [["rows", null]] });
 * assert.deepEqual((await rowSums(tf.tensor([[1, 2], [3, 4]]))).arraySync(), [5, 25]);
 * assert.deepEqual((await rowSums(tf.tensor([[1, 1]]))).arraySync(), [2]);
 * ```
 */
export function compile<F extends AnyFunction>(fn: F, options?: CompileOptions): Compiled<F> {
  checkOptions("compile", options, compileOptionNames);
  const { engine = "auto", device = "cpu", dtype = "float32", axes, threads = 0, fission = true } = options ??
    {};
  checkOneOf("engine", engine, ["auto", ...Object.keys(engines)]);
  checkOneOf("device", device, ["cpu", "cuda", "webgpu"]);
  checkOneOf("dtype", dtype, ["float32", "float64"]);
  if (!(Number.isInteger(threads) && threads >= 0)) {
    throw new Error(`Invalid threads ${threads}: expected a positive integer, or 0 for as many as cores`);
  }
  if (engine === "js" && device !== "cpu") {
    throw new Error(`Cannot compile: engine "js" runs on the cpu, not on ${device}`);
  }
  const choose = (graph: Graph): Engine => {
    if (engine !== "auto") return engines[engine];
    // Other devices are ONNX Runtime's alone.
    return engines[device === "cpu" ? chooseEngine(graph, dtype) : "onnx"];
  };
  const programs = new Map<string, Promise<Program>>();

  const load = async (args: readonly unknown[]): Promise<Program> =>
    await Program.load(trace(fn, args, axes), choose, { device, precision: dtype, threads }, fission);

  const program = (...args: unknown[]): Promise<Program> => {
    const signature = signatureOf(args, axes);
    let loaded = programs.get(signature);
    if (!loaded) {
      programs.set(signature, loaded = load(args));
      // A failure is not kept: the next call tries again.
      loaded.catch(() => programs.get(signature) === loaded && programs.delete(signature));
    }
    return loaded;
  };

  const arrays = async (...args: unknown[]): Promise<unknown> => {
    if (isTracing()) {
      throw new Error("Cannot call a compiled function while tracing: call the function it was made from");
    }
    // Read at once: the caller may free its tensors before the program is loaded.
    const loading = program(...args), { arrays, keys } = readArguments(args);
    const loaded = await loading;
    return loaded.rebuild(await loaded.run(arrays, keys));
  };

  const call = async (...args: unknown[]): Promise<unknown> =>
    mapTree(await arrays(...args), isHostArray, toTensor);
  return Object.assign(call, {
    arrays,
    program,
    release: async () => {
      const loading = [...programs.values()];
      programs.clear();
      // A program that failed to load has told its callers.
      for (const loaded of await Promise.allSettled(loading)) {
        if (loaded.status === "fulfilled") await loaded.value.release();
      }
    },
  }) as Compiled<F>;
}
