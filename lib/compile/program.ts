import { CallsUnderWay, turn, turnIsDue } from "../system/mod.ts";
import { flatten, type HostArray, type HostData, isTensor, Key } from "../tensor/mod.ts";
import {
  allocate,
  areFinite,
  convert,
  type Engine,
  type EngineCall,
  type Executable,
  type LoadOptions,
} from "./engine/engine.ts";
import type { PortableProgram } from "./engine/portable.ts";
import { Draws } from "./draws.ts";
import { checkRequired, impliedLengths } from "./axis_lengths.ts";
import { predictedTime } from "./engine/choose.ts";
import { estimate } from "./engine/estimate.ts";
import { type Dims, evaluate } from "./ir/size.ts";
import { forEachUse, type Value } from "./ir/graph.ts";
import { type Choice, lowered } from "./lower.ts";
import { type Fission, splitSteady } from "./passes/mod.ts";
import type { SentProgram } from "./sent_program.ts";
import { type InputSpec, isLeaf, type Traced } from "./trace/trace.ts";
import type { NoiseInput } from "./trace/active.ts";

/** Options of one run of a program. */
export interface RunOptions extends EngineCall {
  /** Arrays to write the outputs into, in the program's order. By default new ones are made. */
  outputs?: readonly HostArray[];
  /**
   * Values for the draws in place of those of the keys, in the order in which the trace met them:
   * to compare with other software.
   */
  noise?: readonly HostArray[];
  /** The first step of outermost loops, for keys: training goes on there (default 0). */
  firstStep?: number;
  /** The first member of outermost batches, for keys: a share of them begins there (default 0). */
  firstMember?: number;
}

/** A program in two parts: what stays the same for many runs, and the rest. */
export interface ProgramParts {
  /** From the steady inputs to further inputs of the rest; undefined where there is nothing. */
  readonly once: Program | undefined;
  /** The inputs, then the outputs of `once`; to the outputs. */
  readonly rest: Program;
}

/** Reads the arguments of a traced function: keys, and arrays in place of tensors. */
export function readArguments(args: readonly unknown[]): { arrays: HostArray[]; keys: Key[] } {
  const arrays: HostArray[] = [], keys: Key[] = [];
  for (const leaf of flatten(args, isLeaf).leaves) {
    if (leaf instanceof Key) keys.push(leaf);
    else arrays.push(isTensor(leaf) ? { data: leaf.dataSync() as HostData, shape: leaf.shape } : leaf);
  }
  return { arrays, keys };
}

/**
 * A traced function, lowered and loaded: arrays in, arrays out, one call of the engine. The layer
 * below `compile`, for training loops that keep their state in two sets of arrays and swap them.
 */
export class Program {
  readonly #draws: Draws;
  readonly #calls = new CallsUnderWay();
  #isReleased = false;

  private constructor(
    private readonly traced: Traced,
    private readonly options: LoadOptions,
    private readonly executable: Executable,
    noise: readonly NoiseInput[],
    /** The engine that runs it. */
    readonly engine: string,
    /** True if a new set of lengths costs a compilation, of a second or more. */
    readonly compilesEachShape: boolean,
  ) {
    this.#draws = new Draws(noise, options.precision);
  }

  /**
   * Lowers a trace and loads it. The trace is used up: its graph is rewritten in place.
   *
   * @param choose the engine, or a function that chooses one for the simplified graph
   * @param fission the loops that are taken apart
   */
  static async load(
    traced: Traced,
    choose: Choice,
    options: LoadOptions,
    fission: Fission = true,
  ): Promise<Program> {
    return await Program.#of(traced, lowered(traced.graph, choose, fission), options);
  }

  /**
   * As `load`, in two parts: what depends on inputs that stay the same alone, to be run once for
   * many runs of the rest, whose last inputs are the outputs of that part.
   *
   * @param varying the number of first inputs that change from run to run
   */
  static async loadParts(
    traced: Traced,
    choose: Choice,
    options: LoadOptions,
    fission: Fission,
    varying: number,
  ): Promise<ProgramParts> {
    const { graph } = traced, engine = lowered(graph, choose, fission), inputs = traced.inputs.slice(varying);
    const { once, kept } = splitSteady(graph, new Set(inputs.map(({ value }) => value)));
    const how = { ...options, varying },
      further = kept.map((value, i): InputSpec => {
        return { value, path: `the steady value ${i}`, shape: value.shape, dtype: value.dtype };
      });
    const outputPaths = further.map(({ path }) => path), rebuild = (outputs: readonly unknown[]) => outputs;
    return {
      once: kept.length === 0
        ? undefined
        : await Program.#of({ graph: once, inputs, noise: [], outputPaths, rebuild }, engine, options),
      rest: await Program.#of({ ...traced, inputs: [...traced.inputs, ...further] }, engine, how),
    };
  }

  static async #of(traced: Traced, engine: Engine, options: LoadOptions): Promise<Program> {
    const { graph } = traced, used = new Set<Value>();
    forEachUse(graph, (value) => used.add(value));
    const noise = traced.noise.filter((n) => used.has(n.value));
    const values = [...traced.inputs.map((i) => i.value), ...noise.map((n) => n.value)];
    const executable = await engine.load(graph, values, options);
    return new Program(traced, options, executable, noise, engine.name, engine.compilesEachShape ?? false);
  }

  /**
   * @internal Makes a program of what another thread has sent, of the engine that it names. Its
   * results have no structure, and it does not check the lengths that slices and indices need.
   */
  static async receive(sent: SentProgram, engine: Engine): Promise<Program> {
    const { traceOf } = await import("./sent_program.ts"), traced = traceOf(sent), { options } = sent;
    const executable = await engine.receive!(sent.executable, options);
    return new Program(traced, options, executable, traced.noise, engine.name, false);
  }

  /** @internal Resolves to plain data for `receive`; to undefined where there is none. */
  async send(): Promise<SentProgram | undefined> {
    const { engine, options, executable: { sent } } = this, { describe } = await import("./sent_program.ts");
    return sent && { engine, options, executable: sent, ...describe(this.traced, this.#draws.inputs) };
  }

  /** The array arguments, in order. */
  get inputs(): readonly InputSpec[] {
    return this.traced.inputs;
  }

  /** Returns the seconds that a run takes by prediction: the same number on every machine. */
  predictedSeconds(dims: Dims): number {
    return predictedTime(estimate(this.traced.graph, dims), this.engine, this.options.precision) / 1e9;
  }

  /** The path of each output in the function's result. */
  get outputPaths(): readonly string[] {
    return this.traced.outputPaths;
  }

  /** The provider that really runs it. */
  get provider(): string {
    return this.executable.provider;
  }

  /** Returns the shapes of the outputs. */
  outputShapes(dims: Dims): number[][] {
    return this.traced.graph.outputs.map(({ shape }) => shape.map((size) => evaluate(size, dims)));
  }

  /** Puts outputs into the structure that the traced function returned. */
  rebuild(outputs: readonly unknown[]): any {
    return this.traced.rebuild(outputs);
  }

  /**
   * Returns the lengths of the symbolic axes that the arguments' shapes imply. Throws, naming
   * argument and axis, where they contradict, or are too short for a slice or an index.
   */
  dims(arrays: readonly HostArray[]): Map<string, number> {
    const dims = impliedLengths(this.inputs, arrays);
    checkRequired(this.traced.graph.required, dims);
    return dims;
  }

  /** New arrays for the outputs. */
  allocate(dims: Dims): HostArray[] {
    return this.traced.graph.outputs.map((o) => allocate(o.shape, o.dtype, this.options.precision, dims));
  }

  /**
   * Runs the program once.
   *
   * @param arrays the array arguments, in order; converted where their element type is another
   * @param keys the keys among the arguments, in order
   * @returns one array per output
   *
   * @example Arrays in, arrays out
   * ```ts
   * import { compile } from "@pyrosaur/pyrosaur/compile";
   * import { type Tensor } from "@pyrosaur/pyrosaur/tensor";
   * import assert from "node:assert/strict";
   *
   * const x = { data: Float32Array.of(1, 2), shape: [2] };
   * const program = await compile((x: Tensor) => x.mul(x)).program(x);
   * const [squares] = await program.run([x]);
   * assert.deepEqual([...squares.data], [1, 4]);
   * await program.release();
   * ```
   */
  async run(
    arrays: readonly HostArray[],
    keys: readonly Key[] = [],
    options: RunOptions = {},
  ): Promise<HostArray[]> {
    if (this.#isReleased) throw new Error("Cannot run: the program was released");
    return await this.#calls.during(() => this.#run(arrays, keys, options));
  }

  async #run(
    arrays: readonly HostArray[],
    keys: readonly Key[],
    { outputs, firstStep = 0, firstMember = 0, noise: given, ...options }: RunOptions,
  ): Promise<HostArray[]> {
    while (turnIsDue()) await turn();
    const { precision } = this.options, dims = this.dims(arrays), draws = this.#draws;
    const fed = this.inputs.map(({ dtype }, i) => {
      const data = convert(arrays[i].data, dtype, precision);
      return data === arrays[i].data ? arrays[i] : { data, shape: arrays[i].shape };
    });
    if (given && given.length !== draws.inputs.length) {
      throw new Error(`Cannot run: ${given.length} arrays are given for ${draws.inputs.length} draws`);
    }
    const results = outputs ?? this.allocate(dims);
    const filled = given ? [] : draws.fill(keys, dims, { firstStep, firstMember });
    const noise = given?.map(({ data, shape }) => ({ data: convert(data, "float", precision), shape }));
    try {
      options.onStart?.();
      await this.executable.run([...fed, ...noise ?? filled], results, dims, options);
    } finally {
      // An engine may read its inputs until it is done: each call under way has arrays of its own.
      draws.giveBack(filled);
    }
    return results as HostArray[];
  }

  /**
   * Returns a run on these very arrays as a function: nothing is checked, converted or waited for,
   * and a run costs what its operations cost. Of a program that is the rest of two parts the steady
   * inputs must not change any more. Undefined where the engine takes its time, and where there are
   * draws.
   *
   * @param arrays the array arguments, in order, with the element types of the program
   * @param outputs arrays that share no memory with them
   * @throws Error for arrays of other shapes.
   *
   * @example A function called a million times
   * ```ts
   * import { compile } from "@pyrosaur/pyrosaur/compile";
   * import { type Tensor } from "@pyrosaur/pyrosaur/tensor";
   * import assert from "node:assert/strict";
   *
   * const x = { data: Float64Array.of(1, 2), shape: [2] };
   * const y = { data: new Float64Array(2), shape: [2] };
   * const square = compile((x: Tensor) => x.mul(x), { engine: "js", dtype: "float64" });
   * const run = (await square.program(x)).bind([x], [y])!;
   * x.data[1] = 3;
   * run();
   * assert.deepEqual([...y.data], [1, 9]);
   * ```
   */
  bind(arrays: readonly HostArray[], outputs: readonly HostArray[]): (() => void) | undefined {
    if (this.#isReleased) throw new Error("Cannot bind arrays: the program was released");
    if (!this.executable.bind || this.#draws.inputs.length > 0) return undefined;
    this.dims(arrays);
    this.inputs.forEach(({ dtype, path }, i) => {
      if (convert(arrays[i].data, dtype, this.options.precision) === arrays[i].data) return;
      throw new Error(`Cannot bind arrays: ${path} is of another type than the ${dtype} of the program`);
    });
    return this.executable.bind(arrays, outputs);
  }

  /**
   * The program as plain data, for a Worker to bind to arrays of its own; undefined where `bind`
   * returns nothing.
   */
  get portable(): PortableProgram | undefined {
    return this.#draws.inputs.length > 0 ? undefined : this.executable.portable;
  }

  /**
   * Runs the program on arguments of the traced function, with keys, arrays and eager tensors, and
   * puts the outputs into the structure that it returned.
   */
  async call(...args: unknown[]): Promise<any> {
    const { arrays, keys } = readArguments(args);
    return this.rebuild(await this.run(arrays, keys));
  }

  /** Brings what runs with `stay` left on the engine's device back into the arrays. */
  fetch(arrays: readonly HostArray[]): void {
    this.executable.fetch?.(arrays);
  }

  /** Returns whether all numbers of arrays are finite; those of runs with `stay` stay. */
  areFinite(arrays: readonly HostArray[]): boolean {
    return areFinite(this.executable, arrays);
  }

  /** Frees what runs with `stay` left of arrays whose numbers nobody asks for any more. */
  forget(arrays: readonly HostArray[]): void {
    this.executable.forget?.(arrays);
  }

  /**
   * Frees the engine's resources, once the calls that are under way have ended; later calls are
   * refused.
   */
  async release(): Promise<void> {
    const isFirst = !this.#isReleased;
    this.#isReleased = true;
    await this.#calls.ended();
    if (isFirst) await this.executable.release();
  }
}
