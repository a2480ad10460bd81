import { jsCosts } from "../../passes/fission/cost.ts";
import type { HostArray, HostData } from "../../../tensor/mod.ts";
import type { Graph, Node, Value } from "../../ir/graph.ts";
import { type Dims, evaluate, type Size } from "../../ir/size.ts";
import { lowerSums } from "../../passes/lower_sums.ts";
import type { Engine, Executable, LoadOptions } from "../engine.ts";
import { bindOutput, copyInto, writeCopies } from "./copies.ts";
import { boundTo, bufferOf, type GeneratedProgram, load } from "./load.ts";
import type { PortableProgram, Precision, SteadyProduct } from "../portable.ts";
import { writePlan } from "./loops.ts";
import { type Buffer, Memory } from "./memory.ts";
import { Planner } from "./planner.ts";
import { START, whole } from "./refs.ts";
import { roundedNodes } from "./rounding.ts";
import "./rules/mod.ts";
import type { Vectors } from "./vectors.ts";
import { Writer } from "./writer.ts";

/** A generated program: its text, and what it must be given. */
export interface Generated {
  /** The body of a function of helpers and shared numbers that returns `prepare` and `run`. */
  readonly source: string;
  /** Arrays that it is given at each run: inputs, then outputs. */
  readonly externals: readonly Buffer[];
  /** Arrays of its own. */
  readonly buffers: readonly Buffer[];
  /** Lengths that are only known at run time, with their names. */
  readonly sizes: ReadonlyMap<Size, string>;
  /** Number of values that its functions share. */
  readonly shared: number;
  /** The products that it can leave to others. */
  readonly products: readonly SteadyProduct[];
}

/**
 * JavaScript source for a graph. The graph's sums over steps are made carries.
 *
 * @param options the writer of loops outside of JavaScript, if there is one, and the number of
 * first inputs that change from run to run (default: all)
 */
export function generate(
  graph: Graph,
  inputs: readonly Value[],
  precision: Precision,
  { vectors, varying = inputs.length }: {
    readonly vectors?: (rounded: ReadonlySet<Node>) => Vectors;
    readonly varying?: number;
  } = {},
): Generated {
  lowerSums(graph);
  const rounded = precision === "float32" ? roundedNodes(graph) : new Set<Node>();
  const steady = new Map(inputs.map((input, i) => [input, i] as const).slice(varying));
  const storage = new Memory(), p = new Planner(storage, precision, rounded, vectors?.(rounded), steady);
  const externals: Buffer[] = [];
  const external = (value: Value): Buffer => {
    const buffer = storage.buffer(value.dtype);
    externals.push(buffer);
    return buffer;
  };
  for (const input of inputs) {
    const buffer = external(input);
    p.memory.add(input);
    p.refs.set(input, whole(input));
    storage.bind(input, () => ({ buffer, offset: START }));
  }
  const plan = p.plan(graph), w = new Writer(storage, precision);
  const outputs = graph.outputs.map((value, i) => {
    const buffer = external(value), place = () => ({ buffer, offset: START });
    return bindOutput(p, plan, plan.outputs[i], value, place) ? undefined : p.target(value, place);
  });
  const calls = w.calls(w.functions(() => {
    writePlan(w, plan, p);
    w.mayBreak();
    writeCopies(
      w,
      graph.outputs.flatMap((value, i) =>
        outputs[i] ? [copyInto(outputs[i], p, plan.outputs[i], value)] : []
      ),
    );
  }));
  const text = w.finish(),
    names = externals.map(({ name }) => name),
    own = storage.buffers.filter((b) => b.length !== undefined),
    sizes = [...w.sizes.values()];
  const source = `"use strict";
let ${[...names, ...own.map((b) => b.name), ...sizes].map((n) => `$${n}`).concat("products").join(", ")};
${text}
return {
prepare(sizes, buffers) { ${sizes.map((n, i) => `$${n} = sizes[${i}];`).join(" ")} ${
    own.map((b, i) => `$${b.name} = buffers[${i}];`).join(" ")
  } },
run(arrays, given) { products = given; ${names.map((n, i) => `$${n} = arrays[${i}];`).join(" ")}
${calls} },
};`;
  const { sharedCount: shared, products } = w;
  return { source, externals, buffers: own, sizes: w.sizes, shared, products };
}

/** A generated program with its element type, plain data. */
export interface SentJavaScript {
  readonly generated: Generated;
  readonly precision: Precision;
}

/** A generated program on the caller's arrays. */
export class JavaScriptExecutable implements Executable {
  readonly provider = "V8";
  readonly #program: GeneratedProgram;
  readonly #arrays: HostData[] = [];
  #key: string | undefined;

  constructor(private readonly generated: Generated, private readonly precision: Precision) {
    this.#program = load(generated.source, generated.shared);
  }

  bind(inputs: readonly HostArray[], outputs: readonly HostArray[]): () => void {
    if (this.generated.sizes.size) throw new Error("Cannot bind arrays: the function has named axes");
    this.#prepare(new Map());
    this.#key = "none";
    const arrays = [...inputs, ...outputs].map(({ data }) => data);
    return boundTo(this.#program, arrays, this.generated.products);
  }

  get portable(): PortableProgram | undefined {
    const { source, shared, buffers, sizes, products } = this.generated, { precision } = this;
    if (sizes.size) return undefined;
    const lengths = buffers.map(({ type, length, contents }) => ({
      type,
      length: length as number,
      contents,
    }));
    return { source, shared, precision, buffers: lengths, products };
  }

  get sent(): SentJavaScript {
    const { generated, precision } = this;
    return { generated, precision };
  }

  run(inputs: readonly HostArray[], outputs: readonly HostArray[], dims: Dims): void {
    const key = this.generated.sizes.size || !this.#key ? [...dims].join(";") || "none" : this.#key;
    if (key !== this.#key) {
      this.#prepare(dims);
      this.#key = key;
    }
    const given = inputs.map((a) => a.data), results = outputs.map((a) => a.data);
    // A result that is also an input would be overwritten while it is read.
    const targets = results.map((r, i) =>
      given.some((g) => overlap(g, r)) || results.some((o, k) => k < i && overlap(o, r)) ? r.slice() : r
    );
    this.#program.run([...given, ...targets]);
    targets.forEach((t, i) => t !== results[i] && results[i].set(t));
  }

  #prepare(dims: Dims): void {
    const { buffers, sizes } = this.generated;
    buffers.forEach(({ type, length, contents }, i) => {
      const needed = evaluate(length!, dims), present = this.#arrays[i];
      // Arrays grow; one that is long enough stays.
      if (present && present.length >= needed && !(contents && "data" in contents)) return;
      this.#arrays[i] = bufferOf({ type, length: needed, contents }, this.precision);
    });
    this.#program.prepare([...sizes.keys()].map((s) => evaluate(s, dims)), this.#arrays);
  }

  release(): void {
    this.#arrays.length = 0;
  }
}

const overlap = (a: HostData, b: HostData): boolean =>
  a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength &&
  b.byteOffset < a.byteOffset + a.byteLength;

/** Runs graphs as generated JavaScript: no cost per operation, for small models and long loops. */
export const jsEngine = {
  name: "js",
  loopCosts: jsCosts,
  load(
    graph: Graph,
    inputs: readonly Value[],
    { precision, device, varying }: LoadOptions,
  ): JavaScriptExecutable {
    if (device !== "cpu") {
      throw new Error(
        `Cannot load the graph in the JavaScript engine on ${device}: it runs on the cpu only; use engine "onnx"`,
      );
    }
    return new JavaScriptExecutable(generate(graph, inputs, precision, { varying }), precision);
  },
  receive(sent: unknown): JavaScriptExecutable {
    const { generated, precision } = sent as SentJavaScript;
    return new JavaScriptExecutable(generated, precision);
  },
} satisfies Engine;
