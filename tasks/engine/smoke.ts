/**
 * Tries an engine in a process of its own, as a library that does not fit the machine can end the
 * process: prints what it found as JSON.
 *
 * @module
 */
import { Context, execute, openLibrary, readTensor, tensorFrom } from "../../lib/tensorflow/mod.ts";

const library = openLibrary({ folder: Deno.args[0] }), context = new Context(library);
const x = tensorFrom(context, "float32", [2, 2], Float32Array.of(1, 2, 3, 4));
const [product] = execute(context, "MatMul", [x, x]);
const { data } = readTensor(context, product), expected = [7, 10, 15, 22];
if (expected.some((value, i) => data[i] !== value)) {
  throw new Error(`A product of matrices is ${data}, expected ${expected}`);
}
console.log(
  JSON.stringify({ name: "tensorflow", version: library.version, device: context.isGpu ? "gpu" : "cpu" }),
);
