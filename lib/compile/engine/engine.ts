import { allFinite } from "../../statistics/mod.ts";
import { type HostArray, type HostData, sizeOf, tooLarge } from "../../tensor/mod.ts";
import type { DType, Graph, Value } from "../ir/graph.ts";
import { arrayOf, type PortableProgram, type Precision } from "./portable.ts";
import type { LoopCosts } from "../passes/fission/cost.ts";
import { type Dims, evaluate, type Sizes } from "../ir/size.ts";

/** The device that a graph runs on. */
export type Device = "cpu" | "cuda" | "webgpu";

/** Options of loading a graph. */
export interface LoadOptions {
  precision: Precision;
  device: Device;
  /** Threads within one operation; 0: as many as there are cores. */
  threads: number;
  /** The number of first inputs that change from one run of `bind` to the next (default: all). */
  varying?: number;
}

/** The circumstances of one run of a graph. */
export interface EngineCall {
  /**
   * True to leave the outputs on the engine's device (default false): they can be inputs of
   * further runs, without a copy, but not be read before `fetch` has brought them back.
   */
  readonly stay?: boolean;
  /** Called, at last, when the engine begins: calls before this one may have to end. */
  readonly onStart?: () => void;
}

/** A graph that is ready to run. */
export interface Executable {
  /** The provider that really runs it, e.g. `CPUExecutionProvider`. */
  readonly provider: string;
  /**
   * Runs the graph once.
   *
   * @param inputs one array per graph input, in the graph's order
   * @param outputs arrays to fill, one per graph output
   * @param dims the lengths of the symbolic axes in this run
   */
  run(
    inputs: readonly HostArray[],
    outputs: readonly HostArray[],
    dims: Dims,
    options?: EngineCall,
  ): Promise<void> | void;
  /**
   * Returns a run on these very arrays as a function, for callers that run millions of times;
   * absent where an engine takes its time. No output may share memory with an input, and no input
   * behind the varying ones may change.
   */
  bind?(inputs: readonly HostArray[], outputs: readonly HostArray[]): () => void;
  /** The program as plain data, where it is text and its lengths are known. */
  readonly portable?: PortableProgram;
  /**
   * Brings what runs with `stay` left on the device into the arrays. Until then the arrays can be
   * inputs of further runs, which read them on the device, but not be read here. Absent where
   * outputs are always in main memory.
   */
  fetch?(arrays: readonly HostArray[]): void;
  /** Returns whether all numbers of such arrays are finite, and leaves them where they are. */
  areFinite?(arrays: readonly HostArray[]): boolean;
  /** Frees what the device has of such arrays, whose numbers nobody asks for any more. */
  forget?(arrays: readonly HostArray[]): void;
  /**
   * Returns the memory where it reads each input, so that whoever makes the numbers may write them
   * there: undefined for an input that is read from the array given. Absent where there is none.
   */
  rooms?(): readonly (HostData | undefined)[];
  /**
   * It as plain data, of which `receive` of the engine makes it again, in a Worker; undefined where
   * it is none, or might give other bits there.
   */
  readonly sent?: object;
  /** Frees what it holds. */
  release(): Promise<void> | void;
}

/** A way to run graphs. */
export interface Engine {
  readonly name: string;
  /** The costs of a loop's step, which fission weighs up (default: ONNX Runtime's). */
  readonly loopCosts?: LoopCosts;
  /** True if a new set of lengths costs a compilation, of a second or more (default false). */
  readonly compilesEachShape?: boolean;
  /** Makes a graph ready. The graph is not changed afterwards. */
  load(graph: Graph, inputs: readonly Value[], options: LoadOptions): Promise<Executable> | Executable;
  /** Makes ready what another thread has sent (absent: it sends nothing). */
  receive?(sent: unknown, options: LoadOptions): Promise<Executable> | Executable;
}

/** Returns whether all numbers of arrays are finite, which may be on an engine's device. */
export function areFinite(executable: Executable, arrays: readonly HostArray[]): boolean {
  return executable.areFinite?.(arrays) ?? arrays.every(({ data }) => allFinite(data));
}

/** Returns a new array for a value. */
export function allocate(shape: Sizes, dtype: DType, precision: Precision, dims: Dims): HostArray {
  const numbers = shape.map((s) => evaluate(s, dims)), size = sizeOf(numbers);
  const bytes = dtype === "bool" ? 1 : dtype === "float" && precision === "float64" ? 8 : 4;
  const reason = tooLarge(numbers, bytes);
  if (reason) throw new Error(`Cannot run: ${reason}; use a smaller batch`);
  try {
    return { data: arrayOf(dtype, precision, size), shape: numbers };
  } catch (cause) {
    throw new Error(
      `Cannot run: there is no memory for an array of shape [${numbers}] (${
        (size * bytes / 1e9).toPrecision(3)
      } GB); ` +
        "use a smaller batch",
      { cause },
    );
  }
}

/** `data` as the type that holds `dtype`; the very same array where it already is. */
export function convert(data: ArrayLike<number>, dtype: DType, precision: Precision): HostData {
  if (dtype === "int32") return data instanceof Int32Array ? data : Int32Array.from(data);
  if (dtype === "bool") return data instanceof Uint8Array ? data : Uint8Array.from(data);
  if (precision === "float64") return data instanceof Float64Array ? data : Float64Array.from(data);
  return data instanceof Float32Array ? data : Float32Array.from(data);
}
