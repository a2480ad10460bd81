import type { HostArray, HostData } from "../../../tensor/mod.ts";
import type { Graph, Value } from "../../ir/graph.ts";
import { type Dims, evaluate } from "../../ir/size.ts";
import type { Executable, LoadOptions } from "../engine.ts";
import { generate, type Generated, JavaScriptExecutable, jsEngine } from "../js/engine.ts";
import { fillBuffer, type GeneratedProgram, load } from "../js/load.ts";
import type { Precision } from "../portable.ts";
import { calledFunctions } from "./calls.ts";
import { vectorMachine } from "./machine.ts";
import { ArrayMemory } from "./memory.ts";
import { VectorWriter } from "./writer.ts";

/** A generated program whose arrays are in the memory of functions of vectors. */
class VectorExecutable implements Executable {
  readonly provider: string;
  readonly #memory: ArrayMemory;
  readonly #program: GeneratedProgram;
  /** The externals that functions of vectors work on, by number. */
  readonly #mirrored: readonly number[];
  #mirrors: readonly HostData[] = [];
  #key: string | undefined;

  constructor(
    private readonly generated: Generated,
    private readonly precision: Precision,
    vectors: VectorWriter,
    isFused: boolean,
  ) {
    this.provider = isFused ? "V8 with vectors and fused multiply-add" : "V8 with vectors";
    this.#memory = new ArrayMemory(vectors.constantBytes);
    const module = new WebAssembly.Module(vectors.module());
    const { exports } = new WebAssembly.Instance(module, {
      env: { memory: this.#memory.memory, ...calledFunctions },
    });
    this.#program = load(generated.source, generated.shared, exports);
    this.#mirrored = generated.externals.flatMap((b, i) => vectors.touched.has(b) ? [i] : []);
  }

  bind(inputs: readonly HostArray[], outputs: readonly HostArray[]): () => void {
    if (this.generated.sizes.size) throw new Error("Cannot bind arrays: the function has named axes");
    const arrays = [...inputs, ...outputs].map(({ data }) => data);
    return () => this.#run(arrays, inputs.length, new Map());
  }

  run(inputs: readonly HostArray[], outputs: readonly HostArray[], dims: Dims): void {
    this.#run([...inputs, ...outputs].map(({ data }) => data), inputs.length, dims);
  }

  #run(arrays: readonly HostData[], inputs: number, dims: Dims): void {
    const key = this.generated.sizes.size ? [...dims].join(";") : "";
    if (key !== this.#key) {
      this.#prepare(arrays, dims);
      this.#key = key;
    }
    const given = [...arrays];
    this.#mirrored.forEach((at, i) => {
      given[at] = this.#mirrors[i];
      if (at < inputs) given[at].set(arrays[at]);
    });
    // A result that is also an input, or another result, would be overwritten while it is read.
    for (let at = inputs; at < given.length; at++) {
      if (given[at] === arrays[at] && given.some((g, k) => k < at && g.buffer === given[at].buffer)) {
        given[at] = arrays[at].slice();
      }
    }
    this.#program.run(given);
    for (let at = inputs; at < given.length; at++) if (given[at] !== arrays[at]) arrays[at].set(given[at]);
  }

  #prepare(arrays: readonly HostData[], dims: Dims): void {
    const { buffers, externals, sizes } = this.generated;
    const own = buffers.map(({ type, length }) => ({ type, length: evaluate(length!, dims) }));
    const mirrors = this.#mirrored.map((at) => ({ type: externals[at].type, length: arrays[at].length }));
    const all = this.#memory.arrays([...own, ...mirrors], this.precision);
    buffers.forEach(({ contents }, i) => fillBuffer(all[i], contents));
    this.#mirrors = all.slice(own.length);
    this.#program.prepare([...sizes.keys()].map((s) => evaluate(s, dims)), all.slice(0, own.length));
  }

  release(): void {
    this.#mirrors = [];
  }
}

/** Makes a graph ready; as the engine "js" where there are no vectors, or no loop needs them. */
export function loadVectors(graph: Graph, inputs: readonly Value[], options: LoadOptions): Executable {
  const { precision, device } = options, { hasVectors, isFused } = vectorMachine();
  if (device !== "cpu") {
    throw new Error(
      `Cannot load the graph in the WebAssembly engine on ${device}: it runs on the cpu only; use engine "onnx"`,
    );
  }
  if (!hasVectors) return jsEngine.load(graph, inputs, options);
  let vectors: VectorWriter;
  const generated = generate(graph, inputs, precision, {
    vectors: (rounded) => vectors = new VectorWriter(precision, isFused, rounded),
  });
  return vectors!.isEmpty
    ? new JavaScriptExecutable(generated, precision)
    : new VectorExecutable(generated, precision, vectors!, isFused);
}
