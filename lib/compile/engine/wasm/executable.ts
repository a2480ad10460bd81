import type { HostArray, HostData } from "../../../tensor/mod.ts";
import { type Dims, evaluate, type Size } from "../../ir/size.ts";
import type { EngineCall, Executable } from "../engine.ts";
import type { Generated } from "../js/engine.ts";
import type { Subtract } from "../js/linalg/mod.ts";
import { fillBuffer, type GeneratedProgram, load } from "../js/load.ts";
import type { Buffer } from "../js/memory.ts";
import type { Precision } from "../portable.ts";
import { Residents } from "../residents.ts";
import { calledFunctions } from "./calls.ts";
import { columnSolve } from "./column_solve.ts";
import { finiteIn } from "./finite.ts";
import { ArrayMemory, Place, Tenant } from "./memory.ts";
import type { RuntimeProducts } from "./products/runtime.ts";

/** The parts of a program of vectors that are plain data, which a Worker can be sent. */
export interface SentVectors {
  readonly generated: Generated;
  /** The module of its functions. */
  readonly module: Uint8Array<ArrayBuffer>;
  /** Bytes at the start of the memory that the functions' constants take. */
  readonly constantBytes: number;
  /** The arrays that the functions work on. */
  readonly touched: ReadonlySet<Buffer>;
  /** The number of products that ONNX Runtime computes. */
  readonly handed: number;
  readonly precision: Precision;
  /** The lengths of inputs and outputs, in order, and the number of inputs. */
  readonly lengths: readonly Size[];
  readonly inputs: number;
  /** The number of first inputs that change from run to run. */
  readonly varying: number;
  readonly provider: string;
}

/** Everything that a program of vectors is made of. */
export interface VectorProgram extends SentVectors {
  /** True where other threads are to have it, and it gives the same bits there. */
  readonly isSent: boolean;
  /** The products that ONNX Runtime computes, where there are any. */
  readonly products?: RuntimeProducts;
  /** The products that factorisations take off blocks, where there are large ones. */
  readonly subtract?: Subtract;
}

/** The arrays whose numbers lie in a WebAssembly memory, whichever program they came from. */
const residents = new Residents<Tenant>();

/** Returns an array with the numbers of another, which may lie in a WebAssembly memory. */
export function residentOf(array: HostArray): HostArray {
  const held = residents.get(array);
  return held ? { data: held.place.data, shape: array.shape } : array;
}

/** A generated program whose arrays are in the memory of functions of vectors. */
export class VectorExecutable implements Executable {
  readonly provider: string;
  readonly #memory: ArrayMemory;
  readonly #program: GeneratedProgram;
  readonly #own: readonly Place[];
  /**
   * The places of inputs and outputs that functions of vectors work on, none for the others. An
   * output of known length has two: one may be an input of the run that writes the other.
   */
  readonly #places: readonly (readonly Place[])[];
  #key: string | undefined;
  /** The arrays that the places of inputs were filled from, where they are bound. */
  #filled: readonly HostData[] | undefined;
  readonly #isFinite: (data: HostData) => boolean;
  /** The results in other memories that the places of inputs were copied from. */
  readonly #copied: (WeakRef<Tenant> | undefined)[] = [];

  constructor(private readonly parts: VectorProgram) {
    const { generated, touched, constantBytes, precision, lengths, inputs, products, subtract } = parts;
    this.provider = parts.provider;
    this.#own = generated.buffers.map(({ type, length }) => new Place(type, length!));
    this.#places = generated.externals.map((buffer, i) => {
      if (!touched.has(buffer)) return [];
      const count = i >= inputs && typeof lengths[i] === "number" ? 2 : 1;
      return Array.from({ length: count }, () => new Place(buffer.type, lengths[i]));
    });
    this.#memory = new ArrayMemory(constantBytes, [...this.#own, ...this.#places.flat()], precision);
    const { memory } = this.#memory, module = new WebAssembly.Module(parts.module);
    this.#isFinite = finiteIn(memory);
    const { exports } = new WebAssembly.Instance(module, {
      env: { memory, ...calledFunctions },
    });
    const solveColumn = columnSolve(memory, precision === "float64" ? 8 : 4);
    const given = { ...exports, ...products && { product: products.product }, subtract, solveColumn };
    this.#program = load(generated.source, generated.shared, given);
  }

  get sent(): SentVectors | undefined {
    const { isSent, products: _products, subtract: _subtract, ...sent } = this.parts;
    return isSent ? sent : undefined;
  }

  bind(inputs: readonly HostArray[], outputs: readonly HostArray[]): () => void {
    if (this.parts.generated.sizes.size) {
      throw new Error("Cannot bind arrays: the function has named axes");
    }
    this.#prepare(new Map());
    const arrays = [...inputs, ...outputs].map(({ data }) => data), { varying } = this.parts;
    const given = arrays.map((data, i) => this.#places[i][0]?.data ?? data);
    const filled = given.flatMap((data, i) => i < inputs.length && data !== arrays[i] ? [i] : []);
    const first = filled.filter((i) => i < varying);
    const read = given.flatMap((data, i) => i >= inputs.length && data !== arrays[i] ? [i] : []);
    return () => {
      for (const i of this.#filled === arrays ? first : filled) given[i].set(arrays[i]);
      this.#filled = arrays;
      this.#copied.length = 0;
      this.#program.run(given);
      for (const i of read) arrays[i].set(given[i]);
    };
  }

  run(
    inputs: readonly HostArray[],
    outputs: readonly HostArray[],
    dims: Dims,
    { stay = false }: EngineCall = {},
  ): void {
    this.#prepare(dims);
    this.#filled = undefined;
    // What the outputs were before is no longer asked for.
    for (const output of outputs) if (!inputs.includes(output)) residents.delete(output);
    const taken = outputs.map((_, i) => this.#room(this.#places[inputs.length + i], inputs));
    const given = inputs.map((array, i) => this.#input(array, i));
    outputs.forEach(({ data }, i) => {
      // A result that is also an input, or another result, would be overwritten while it is read.
      given.push(
        taken[i]?.data ?? (given.some(({ buffer }) => buffer === data.buffer) ? data.slice() : data),
      );
    });
    this.#program.run(given);
    outputs.forEach((output, i) => {
      const place = taken[i], result = given[inputs.length + i];
      if (place && stay && typeof place.length === "number") {
        return residents.set(output, new Tenant(output, place));
      }
      residents.delete(output);
      if (result !== output.data) output.data.set(result);
    });
  }

  /** Returns a free place of an output; if there is none, the numbers of one are brought back. */
  #room(places: readonly Place[], inputs: readonly HostArray[]): Place | undefined {
    const free = places.find(({ tenant }) => !tenant);
    if (free || places.length === 0) return free;
    const isRead = ({ tenant }: Place) => inputs.some((array) => residents.get(array) === tenant);
    const place = places.find((p) => !isRead(p)) ?? places[0], owner = place.tenant!.array;
    if (owner) residents.fetch([owner]);
    return place;
  }

  /** Returns an input's numbers, in the memory where functions of vectors work on them. */
  #input(array: HostArray, i: number): HostData {
    const held = residents.get(array), data = held?.place.data ?? array.data, [place] = this.#places[i];
    if (!place || data.buffer === this.#memory.memory.buffer) return data;
    // A result that stays keeps its numbers: of the same one there is a copy already.
    if (!held || this.#copied[i]?.deref() !== held) {
      place.data.set(data);
      this.#copied[i] = held && new WeakRef(held);
    }
    return place.data;
  }

  /** Makes everything ready for these lengths. */
  #prepare(dims: Dims): void {
    const { buffers, sizes } = this.parts.generated, key = sizes.size ? [...dims].join(";") : "";
    if (key === this.#key) return;
    this.#memory.prepare(dims);
    this.#copied.length = 0;
    const own = this.#own.map(({ data }) => data);
    buffers.forEach(({ contents }, i) => fillBuffer(own[i], contents));
    this.#program.prepare([...sizes.keys()].map((s) => evaluate(s, dims)), own);
    this.#key = key;
  }

  rooms(): readonly (HostData | undefined)[] {
    const { generated, inputs } = this.parts;
    if (generated.sizes.size > 0) return [];
    this.#prepare(new Map());
    return this.#places.slice(0, inputs).map(([place]) => place?.data);
  }

  fetch(arrays: readonly HostArray[]): void {
    residents.fetch(arrays);
  }

  areFinite(arrays: readonly HostArray[]): boolean {
    return arrays.every((array) => this.#isFinite(residentOf(array).data));
  }

  forget(arrays: readonly HostArray[]): void {
    residents.forget(arrays);
  }

  release(): void {}
}
