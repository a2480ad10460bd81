/** Loads other native libraries before TensorFlow, uses it and ends: `beside.ts onnxruntime|webgpu`. */
import { openLibrary } from "../../lib/tensorflow/mod.ts";
import { compile } from "../../lib/compile/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";

const runs = async (engine: "onnx" | "xla") => {
  const square = compile((x: Tensor) => x.square(), { engine }), program = await square.program(tf.scalar(3));
  console.log((await program.run([{ data: Float32Array.of(3), shape: [] }]))[0].data[0]);
};
if (Deno.args[0] === "onnxruntime") {
  await runs("onnx");
  openLibrary();
} else {
  await (navigator as unknown as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu?.requestAdapter();
  await runs("xla");
}
