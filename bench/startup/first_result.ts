/**
 * A process of the benchmark: loads tfjs and the library, compiles the sum of squares and runs it
 * once. With the argument `parts` the compiler's stages are called one by one, with `onnxruntime`
 * ONNX Runtime is loaded in their place. Prints the milliseconds of each part, and the processor's
 * time (user and system) of the whole process.
 */
import process from "node:process";
import type { Tensor } from "../../lib/tensor/mod.ts";

const parts: Record<string, number> = {};
let last = performance.now();
const mark = (name: string): void => {
  const now = performance.now();
  [parts[name], last] = [now - last, now];
};

await import("@tensorflow/tfjs/dist/tf.es2017.min.js");
mark("tfjs");
const { compile, tf } = await import("../../mod.ts");
mark("library");
if (Deno.args[0] === "onnxruntime") {
  await import("onnxruntime-node");
  mark("onnxruntime");
} else {
  const sumOfSquares = (x: Tensor) => x.square().sum(), x = tf.tensor([1, 2, 3]);
  if (Deno.args[0] === "parts") {
    const { trace } = await import("../../lib/compile/mod.ts"),
      { optimise } = await import("../../lib/compile/internals.ts");
    const { graph } = trace(sumOfSquares, [x]);
    mark("trace");
    optimise(graph);
    mark("passes");
  }
  const result = await compile(sumOfSquares)(x);
  mark("engine");
  if (result.dataSync()[0] !== 14) throw new Error(`The sum of squares is ${result}, expected 14`);
}
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ parts, cpu: (user + system) / 1000 }));
