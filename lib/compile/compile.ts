import { checkOptions, noteChoice, type OptionNames } from "../system/mod.ts";
import { isHostArray, mapTree, toTensor } from "../tensor/mod.ts";
import { chooseEngine } from "./engine/choose.ts";
import type { Device, Engine } from "./engine/engine.ts";
import type { Precision } from "./engine/portable.ts";
import { jsEngine } from "./engine/js/engine.ts";
import { onnxEngine } from "./engine/onnx.ts";
import { tfjsEngine } from "./engine/tfjs.ts";
import { wasmEngine } from "./engine/wasm/engine.ts";
import { xlaEngine } from "./engine/xla/engine.ts";
import type { Graph } from "./ir/graph.ts";
import type { Dims } from "./ir/size.ts";
import type { Fission } from "./passes/mod.ts";
import { Loaded } from "./loaded.ts";
import { Program, type ProgramParts, readArguments } from "./program.ts";
import type { SentProgram } from "./sent_program.ts";
import { type Axes, signatureOf, trace } from "./trace/trace.ts";
import { isTracing } from "./trace/active.ts";

/**
 * The engines by name. `onnx`: ONNX Runtime, updates of many parameters in vectors. `js`: generated
 * JavaScript, many times faster for small arrays and long loops of them. `wasm`: generated
 * JavaScript whose loops over many elements are vector code in WebAssembly, and whose large
 * products are ONNX Runtime's. `auto`: the one of these three that is predicted to take less time.
 * `xla`: XLA, the compiler within TensorFlow's library, where that is provisioned; it compiles for
 * seconds for every set of lengths and then runs fastest. `tfjs`: tfjs, operation by operation, on
 * its current backend; float32 only; the oracle that the others are held against.
 */
export type EngineName = "auto" | "onnx" | "js" | "wasm" | "xla" | "tfjs";

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
  /** Threads within one operation (default 0: as many as cores that the process may run on). */
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
  /**
   * Returns the program in two parts: of what depends on the arguments behind the first alone, to
   * be run once where they stay the same, and of the rest.
   */
  parts(...args: unknown[]): Promise<ProgramParts>;
  /** Frees the programs, once the calls that are under way have ended; later calls load anew. */
  release(): Promise<void>;
}

const engines: Record<Exclude<EngineName, "auto">, Engine> = {
  onnx: onnxEngine,
  js: jsEngine,
  wasm: wasmEngine,
  xla: xlaEngine,
  tfjs: tfjsEngine,
};

function checkOneOf(option: string, found: string, known: readonly string[]): void {
  if (known.includes(found)) return;
  throw new Error(`Invalid ${option} "${found}": expected one of ${known.join(", ")}`);
}

/** Makes a program of what another thread has sent. */
export function receiveProgram(sent: SentProgram): Promise<Program> {
  return Program.receive(sent, engines[sent.engine as keyof typeof engines]);
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
  return compileFor(fn, options, new Map());
}

/**
 * Compiles a function as `compile` does.
 *
 * @param usual lengths that named axes will have, by which `auto` chooses the engine
 */
export function compileFor<F extends AnyFunction>(
  fn: F,
  options: CompileOptions | undefined,
  usual: Dims,
): Compiled<F> {
  checkOptions("compile", options, compileOptionNames);
  const { engine = "auto", device = "cpu", dtype = "float32", axes, threads = 0, fission = true } = options ??
    {};
  checkOneOf("engine", engine, ["auto", ...Object.keys(engines)]);
  checkOneOf("device", device, ["cpu", "cuda", "webgpu"]);
  checkOneOf("dtype", dtype, ["float32", "float64"]);
  if (!(Number.isInteger(threads) && threads >= 0)) {
    throw new Error(`Invalid threads ${threads}: expected a positive integer, or 0 for as many as cores`);
  }
  if ((engine === "js" || engine === "wasm") && device !== "cpu") {
    throw new Error(`Cannot compile: engine "${engine}" runs on the cpu, not on ${device}`);
  }
  const choose = (isSteady: boolean) => (graph: Graph): Engine => {
    if (engine !== "auto") return engines[engine];
    // Other devices are ONNX Runtime's alone.
    const taken = device === "cpu" ? chooseEngine(graph, dtype, isSteady, usual) : "onnx";
    noteChoice("engine", taken);
    return engines[taken];
  };
  const how = { device, precision: dtype, threads };
  const programs = new Loaded(
    (args) => Program.load(trace(fn, args, axes), choose(false), how, fission),
    (program) => program.release(),
  );
  const pairs = new Loaded(
    (args) => {
      const varying = readArguments(args.slice(0, 1)).arrays.length;
      return Program.loadParts(trace(fn, args, axes), choose(true), how, fission, varying);
    },
    async ({ once, rest }) => {
      await once?.release();
      await rest.release();
    },
  );

  const arrays = async (...args: unknown[]): Promise<unknown> => {
    if (isTracing()) {
      throw new Error("Cannot call a compiled function while tracing: call the function it was made from");
    }
    // Read at once: the caller may free its tensors before the program is loaded.
    const loading = programs.of(signatureOf(args, axes), args), { arrays, keys } = readArguments(args);
    const loaded = await loading;
    return loaded.rebuild(await loaded.run(arrays, keys));
  };

  const call = async (...args: unknown[]): Promise<unknown> =>
    mapTree(await arrays(...args), isHostArray, toTensor);
  return Object.assign(call, {
    arrays,
    program: (...args: unknown[]) => programs.of(signatureOf(args, axes), args),
    parts: (...args: unknown[]) => pairs.of(signatureOf(args, axes), args),
    release: async () => {
      await programs.release();
      await pairs.release();
    },
  }) as Compiled<F>;
}
