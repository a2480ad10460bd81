/**
 * A process of the benchmark: loads tfjs and the library, compiles the sum of squares and runs it
 * once. Prints the milliseconds of each part, and the processor's time (user and system) of the
 * whole process.
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
const { tf } = await import("../../mod.ts");
mark("library");
if (Deno.args[0] === "onnxruntime") {
  await import("onnxruntime-node");
  mark("onnxruntime");
} else {
  const { Program, trace } = await import("../../lib/compile/mod.ts");
  const { jsEngine } = await import("../../lib/compile/engine/js/engine.ts");
  const x = tf.tensor([1, 2, 3]), options = { device: "cpu", precision: "float32", threads: 0 } as const;
  const traced = trace((x: Tensor) => x.square().sum(), [x]);
  mark("trace");
  const program = await Program.load(traced, () => {
    mark("passes");
    return jsEngine;
  }, options);
  const [{ data }] = await program.run([{ data: Float32Array.of(1, 2, 3), shape: [3] }]);
  mark("engine");
  if (data[0] !== 14) throw new Error(`The sum of squares is ${data[0]}, expected 14`);
}
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ parts, cpu: (user + system) / 1000 }));
