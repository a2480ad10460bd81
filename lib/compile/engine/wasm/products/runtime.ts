import type { Tensor } from "onnxruntime-node";
import type { HostData } from "../../../../tensor/mod.ts";
import { Graph, withGraph } from "../../../ir/graph.ts";
import { symbol } from "../../../ir/size.ts";
import { encodeOnnx } from "../../../onnx/encode.ts";
import { matmul } from "../../../ops/matmul.ts";
import { type OnnxRuntime, onnxRuntime, threadsFor } from "../../onnx_runtime.ts";
import type { Precision } from "../../portable.ts";
import { FORMS } from "./handed.ts";

/** Tensors by the name of an input or an output. */
export type Tensors = Record<string, Tensor>;

/** A session of ONNX Runtime's binding, which runs at once. */
export interface Session {
  loadModel(buffer: ArrayBuffer, byteOffset: number, byteLength: number, options: object): void;
  run(feeds: Tensors, fetches: Tensors, options: object): unknown;
}

/** The last call of one product, whose tensors most later calls use again. */
interface Call {
  readonly given: readonly unknown[];
  readonly feeds: Tensors;
  readonly fetches: Tensors;
}

/** Returns a model of one product for each form, of any lengths. */
function model(precision: Precision): Uint8Array {
  const graph = new Graph();
  withGraph(graph, () => {
    graph.outputs = FORMS.map(([left, right], i) => {
      const [m, n, k] = ["m", "n", "k"].map((name) => symbol(`${name}${i}`));
      const a = graph.input(left ? [k, m] : [m, k], "float", `a${i}`);
      return matmul(a, graph.input(right ? [n, k] : [k, n], "float", `b${i}`), left, right);
    });
  });
  return encodeOnnx(graph, {
    double: precision === "float64",
    inputs: graph.inputs.map((value) => ({ value, name: value.name! })),
    outputNames: FORMS.map((_, i) => `c${i}`),
  });
}

/**
 * Microseconds for which a thread of ONNX Runtime waits for the next product awake, as long as most
 * loops between two products take. Left alone, it holds its core for tens of milliseconds, which
 * nobody else has: beside other work a step of a variational autoencoder takes 1.27 times as long
 * then, by itself as long.
 */
const AWAKE = 200;

/** Resolves to ONNX Runtime and to what opens sessions of models, which run at once. */
export async function runtimeAtOnce(): Promise<{
  readonly ort: OnnxRuntime;
  open(model: Uint8Array, threads: number): Session;
}> {
  const ort = await onnxRuntime(), { binding, initOrt } = await import("onnxruntime-node/dist/binding.js");
  const all = await threadsFor(0);
  initOrt();
  const open = (model: Uint8Array, threads: number): Session => {
    const session = new binding.InferenceSession() as Session;
    session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads || all,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { spin_duration_us: String(AWAKE) } } },
    });
    return session;
  };
  return { ort, open };
}

async function open(precision: Precision, threads: number): Promise<RuntimeProducts> {
  const { ort, open } = await runtimeAtOnce();
  return new RuntimeProducts(ort, open(model(precision), threads), precision);
}

const opened = new Map<string, Promise<RuntimeProducts>>();

/**
 * Products of large matrices in ONNX Runtime, over the arrays themselves: it reads and writes the
 * memory of WebAssembly, without copies, in a call that returns when they are done (10 to 20 us
 * more than the product takes).
 */
export class RuntimeProducts {
  readonly #none: Tensors = {};
  #calls: Call[] = [];

  constructor(
    private readonly ort: OnnxRuntime,
    private readonly session: Session,
    private readonly precision: Precision,
  ) {
    // One session has all forms, and so one set of threads: what a call does not need is empty.
    const empty = precision === "float64" ? new Float64Array() : new Float32Array();
    FORMS.forEach((_, i) => {
      for (const side of ["a", "b"]) this.#none[`${side}${i}`] = this.#tensor(empty, 0, 0, 0);
    });
  }

  /** Resolves to those of a precision; programs share a session for each number of threads. */
  static open(precision: Precision, threads: number): Promise<RuntimeProducts> {
    const key = `${precision} ${threads}`;
    let found = opened.get(key);
    if (!found) {
      opened.set(key, found = open(precision, threads));
      found.catch(() => opened.delete(key));
    }
    return found;
  }

  /** Returns the same products for another program, whose numbers of products are its own. */
  forProgram(): RuntimeProducts {
    return new RuntimeProducts(this.ort, this.session, this.precision);
  }

  #tensor(data: HostData, start: number, rows: number, columns: number): Tensor {
    const part = data.subarray(start, start + rows * columns) as Float32Array<ArrayBuffer>;
    return new this.ort.Tensor(this.precision as "float32", part, [rows, columns]);
  }

  /** Puts the product of m by k and k by n numbers from places of two arrays to one of a third. */
  readonly product = (
    site: number,
    form: number,
    m: number,
    n: number,
    k: number,
    a: HostData,
    ao: number,
    b: HostData,
    bo: number,
    c: HostData,
    co: number,
  ): void => {
    const last = this.#calls[site], given = [m, n, k, a, ao, b, bo, c, co];
    if (last?.given.every((value, i) => value === given[i])) {
      this.session.run(last.feeds, last.fetches, {});
      return;
    }
    const [left, right] = FORMS[form];
    const feeds = {
      ...this.#none,
      [`a${form}`]: left ? this.#tensor(a, ao, k, m) : this.#tensor(a, ao, m, k),
      [`b${form}`]: right ? this.#tensor(b, bo, n, k) : this.#tensor(b, bo, k, n),
    };
    const fetches = { [`c${form}`]: this.#tensor(c, co, m, n) };
    this.#calls[site] = { given, feeds, fetches };
    this.session.run(feeds, fetches, {});
  };
}
