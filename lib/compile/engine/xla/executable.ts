import type { HostArray } from "../../../tensor/mod.ts";
import { allFinite } from "../../../statistics/mod.ts";
import { DTYPE_CODES, readTensorInto, tensorFrom } from "../../../tensorflow/mod.ts";
import type { Handle, Operation } from "../../../tensorflow/mod.ts";
import { forEachUse, type Graph, type Value } from "../../ir/graph.ts";
import { type Dims, evaluate } from "../../ir/size.ts";
import { encodeStablehlo } from "../../stablehlo/encode.ts";
import type { EngineCall, Executable, LoadOptions } from "../engine.ts";
import { runError } from "../run_error.ts";
import { moduleCall, type ModuleTypes } from "./module_call.ts";
import { type Held, Residents } from "../residents.ts";
import type { Runtime } from "./runtime.ts";

/**
 * The texts of programs are kept for so many sets of lengths. What XLA compiled of them TensorFlow
 * keeps until the process ends (a quarter of a megabyte and more each): a text that is written
 * again is not compiled again.
 */
const MOST_PROGRAMS = 32;
/** Calls shorter than this, in milliseconds, are not worth a thread of their own. */
const SHORT = 2;

/** The arrays that lie on a device, whichever program they came from. */
const residents = new Residents<DeviceTensor>();

/** A tensor of TensorFlow's as what holds an array's numbers. */
class DeviceTensor implements Held {
  constructor(private readonly runtime: Runtime, readonly handle: Handle) {}
  read(into: HostArray["data"]): void {
    readTensorInto(this.runtime.context, this.handle, into as Uint8Array<ArrayBuffer>);
  }
  free(): void {
    this.runtime.context.free(this.handle);
  }
}

/** A graph at one set of lengths. */
interface Program {
  readonly text: Uint8Array<ArrayBuffer>;
  readonly types: ModuleTypes;
  /** Operations that are not executing at the moment. */
  readonly idle: Operation[];
  /** The duration of the last call in milliseconds; the first one compiles. */
  took: number;
}

/** A graph that XLA compiles at the first run of each set of lengths. */
export class XlaExecutable implements Executable {
  readonly #programs = new Map<string, Program>();
  readonly #used: readonly boolean[];

  constructor(
    private readonly runtime: Runtime,
    private readonly graph: Graph,
    private readonly inputs: readonly Value[],
    private readonly options: LoadOptions,
  ) {
    const used = new Set<Value>();
    forEachUse(graph, (value) => used.add(value));
    // What is not read need not be handed over.
    this.#used = inputs.map((value) => used.has(value));
  }

  get provider(): string {
    return `XLA ${this.runtime.platform}`;
  }

  #program(dims: Dims): Program {
    const key = JSON.stringify([...dims]);
    let program = this.#programs.get(key);
    if (program) {
      // The least recently used one is the first.
      this.#programs.delete(key);
    } else {
      const inputs = this.inputs.filter((_, i) => this.#used[i]);
      const { precision } = this.options, double = precision === "float64";
      const typesOf = (values: readonly Value[]) =>
        values.map(({ shape, dtype }) => ({
          shape: shape.map((s) => evaluate(s, dims)),
          code: DTYPE_CODES[dtype === "float" ? precision : dtype],
        }));
      program = {
        text: new TextEncoder().encode(encodeStablehlo(this.graph, { double, inputs, dims })),
        types: { inputs: typesOf(inputs), outputs: typesOf(this.graph.outputs) },
        idle: [],
        took: Infinity,
      };
      if (this.#programs.size >= MOST_PROGRAMS) this.#drop(this.#programs.keys().next().value!);
    }
    this.#programs.set(key, program);
    return program;
  }

  #drop(key: string): void {
    this.#programs.get(key)!.idle.splice(0).forEach((call) => call.delete());
    this.#programs.delete(key);
  }

  async run(
    inputs: readonly HostArray[],
    outputs: readonly HostArray[],
    dims: Dims,
    { stay = false }: EngineCall = {},
  ): Promise<void> {
    const program = this.#program(dims), { runtime } = this;
    const call = program.idle.pop() ?? moduleCall(runtime, program.text, program.types);
    const uploaded: Handle[] = [];
    let results: Handle[];
    try {
      const given: Handle[] = [];
      inputs.forEach((array, i) => {
        if (!this.#used[i]) return;
        const held = residents.get(array);
        if (held) return given.push(held.handle);
        const { code } = program.types.inputs[given.length];
        const handle = tensorFrom(runtime.context, code, array.shape, array.data as Uint8Array<ArrayBuffer>);
        uploaded.push(handle);
        given.push(handle);
      });
      const start = performance.now();
      results = program.took < SHORT ? call.run(given) : await call.runInBackground(given);
      program.took = performance.now() - start;
    } catch (cause) {
      // The inputs of a failed call may still hang on the operation.
      call.delete();
      throw new Error(runError("XLA", cause, inputs), { cause });
    } finally {
      uploaded.forEach((handle) => runtime.context.free(handle));
    }
    program.idle.push(call);
    results.forEach((handle, i) => {
      const tensor = new DeviceTensor(runtime, handle);
      if (stay) return residents.set(outputs[i], tensor);
      residents.delete(outputs[i]);
      tensor.read(outputs[i].data);
      tensor.free();
    });
  }

  fetch(arrays: readonly HostArray[]): void {
    residents.fetch(arrays);
  }

  areFinite(arrays: readonly HostArray[]): boolean {
    return arrays.every((array) => {
      residents.get(array)?.read(array.data);
      return allFinite(array.data);
    });
  }

  forget(arrays: readonly HostArray[]): void {
    residents.forget(arrays);
  }

  release(): void {
    for (const key of [...this.#programs.keys()]) this.#drop(key);
  }
}
