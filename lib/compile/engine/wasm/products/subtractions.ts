import type { Tensor } from "onnxruntime-node";
import type { HostData } from "../../../../tensor/mod.ts";
import { emitOne, Graph, withGraph } from "../../../ir/graph.ts";
import { symbol } from "../../../ir/size.ts";
import { encodeOnnx } from "../../../onnx/encode.ts";
import { Gemm } from "../../../passes/carry_addends.ts";
import type { Subtract } from "../../js/linalg/mod.ts";
import type { Precision } from "../../portable.ts";
import { FORMS } from "./handed.ts";
import { runtimeAtOnce, type Session } from "./runtime.ts";

/** Returns a model of C - A B, in one of the forms, of any lengths. */
function model(precision: Precision, [left, right]: (typeof FORMS)[number]): Uint8Array {
  const graph = new Graph(), [m, n, k] = ["m", "n", "k"].map(symbol);
  withGraph(graph, () => {
    const a = graph.input(left ? [k, m] : [m, k], "float", "a");
    const b = graph.input(right ? [n, k] : [k, n], "float", "b"), c = graph.input([m, n], "float", "c");
    const attrs = { transposeA: left, transposeB: right, factor: -1 };
    graph.outputs = [emitOne(Gemm, [a, b, c], attrs, [m, n], "float")];
  });
  return encodeOnnx(graph, {
    double: precision === "float64",
    inputs: graph.inputs.map((value) => ({ value, name: value.name! })),
    outputNames: ["out"],
  });
}

async function open(): Promise<Subtract> {
  const { ort, open } = await runtimeAtOnce(), sessions = new Map<string, Session>();
  return (form, m, n, k, a, ao, b, bo, c, co) => {
    const precision = c instanceof Float64Array ? "float64" : "float32", [left, right] = FORMS[form];
    const tensor = (data: HostData, start: number, rows: number, columns: number): Tensor => {
      const part = data.subarray(start, start + rows * columns) as Float32Array<ArrayBuffer>;
      return new ort.Tensor(precision as "float32", part, [rows, columns]);
    };
    const key = `${precision} ${form}`, out = tensor(c, co, m, n);
    let session = sessions.get(key);
    if (!session) sessions.set(key, session = open(model(precision, FORMS[form]), 1));
    const feeds = {
      a: left ? tensor(a, ao, k, m) : tensor(a, ao, m, k),
      b: right ? tensor(b, bo, n, k) : tensor(b, bo, k, n),
      c: out,
    };
    session.run(feeds, { out }, {});
  };
}

let opened: Promise<Subtract> | undefined;

/**
 * Resolves to products taken off a matrix in ONNX Runtime, of either precision, in the place of
 * that matrix. Each form has a session of its own, of one thread, opened at its first product: a
 * call takes 12 us more than the product, where it takes 32 with all forms in one session.
 */
export function runtimeSubtract(): Promise<Subtract> {
  if (!opened) {
    opened = open();
    opened.catch(() => opened = undefined);
  }
  return opened;
}
