import type { Graph, Node, Value } from "../../ir/graph.ts";
import { sizeOf } from "../../ir/size.ts";
import type { Executable, LoadOptions } from "../engine.ts";
import { estimate } from "../estimate.ts";
import { generate, JavaScriptExecutable, jsEngine, type SentJavaScript } from "../js/engine.ts";
import type { Subtract } from "../js/linalg/mod.ts";
import { type SentVectors, VectorExecutable } from "./executable.ts";
import { hasLargeFactorisation } from "./factorisations.ts";
import { vectorMachine } from "./machine.ts";
import type { RuntimeProducts } from "./products/runtime.ts";
import { VectorWriter } from "./writer.ts";

/** Resolves to the products of ONNX Runtime; undefined where it cannot be had. */
async function runtimeProducts({ precision, threads }: LoadOptions): Promise<RuntimeProducts | undefined> {
  try {
    const { RuntimeProducts } = await import("./products/runtime.ts");
    return (await RuntimeProducts.open(precision, threads)).forProgram();
  } catch {
    return undefined;
  }
}

/** Resolves to products that are taken off blocks of large factorisations, if a graph has any. */
async function runtimeSubtract(graph: Graph): Promise<Subtract | undefined> {
  if (!hasLargeFactorisation(graph)) return undefined;
  try {
    return await (await import("./products/subtractions.ts")).runtimeSubtract();
  } catch {
    return undefined;
  }
}

/** Makes a graph ready; as the engine "js" where there are no vectors, or no loop needs them. */
export async function loadVectors(
  graph: Graph,
  inputs: readonly Value[],
  options: LoadOptions,
): Promise<Executable> {
  const { precision, device, varying = inputs.length } = options, { hasVectors, isFused } = vectorMachine();
  if (device !== "cpu") {
    throw new Error(
      `Cannot load the graph in the WebAssembly engine on ${device}: it runs on the cpu only; use engine "onnx"`,
    );
  }
  if (!hasVectors) return jsEngine.load(graph, inputs, options);
  const products = estimate(graph).handed > 0 ? await runtimeProducts(options) : undefined;
  const subtract = await runtimeSubtract(graph);
  let vectors: VectorWriter;
  const generated = generate(graph, inputs, precision, {
    vectors: (rounded: ReadonlySet<Node>) =>
      vectors = new VectorWriter(precision, isFused, rounded, products !== undefined),
  });
  if (vectors!.isEmpty && !subtract) return new JavaScriptExecutable(generated, precision);
  const lengths = [...inputs, ...graph.outputs].map(({ shape }) => sizeOf(shape));
  const provider = "V8 with vectors" + (isFused ? " and fused multiply-add" : "") +
    (vectors!.handed > 0 || subtract ? ", large products in ONNX Runtime" : "");
  const { touched, constantBytes, handed, hasConditions } = vectors!;
  return new VectorExecutable({
    ...{ generated, module: vectors!.module(), touched, constantBytes, handed },
    ...{ precision, lengths, inputs: inputs.length, varying, provider },
    // Another number of threads may add up in another order, as may another share of a batch.
    isSent: !subtract && (handed === 0 || options.threads === 1 && !hasConditions),
    ...handed > 0 && { products },
    ...subtract && { subtract },
  });
}

/** Makes ready what another thread has sent. */
export async function receiveVectors(
  sent: SentVectors | SentJavaScript,
  options: LoadOptions,
): Promise<Executable> {
  if (!("module" in sent)) return new JavaScriptExecutable(sent.generated, sent.precision);
  const products = sent.handed > 0 ? await runtimeProducts(options) : undefined;
  if (sent.handed > 0 && !products) {
    throw new Error("Cannot load a program in a Worker: it has no ONNX Runtime");
  }
  return new VectorExecutable({ ...sent, isSent: true, ...products && { products } });
}
