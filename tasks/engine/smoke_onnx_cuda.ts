/**
 * Tries ONNX Runtime's CUDA provider in a process of its own: loads its libraries, and where there
 * is a device computes on it. Prints what it found as JSON.
 *
 * @module
 */
import {
  type CudaDriver,
  cudaDriver,
  loadCudaProvider,
  PROVIDER_VERSION,
} from "../../lib/compile/engine/cuda/mod.ts";
import { onnxRuntime, openSession } from "../../lib/compile/internals.ts";
import { exportOnnx } from "../../lib/compile/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";

const [folder] = Deno.args, open = (path: string) => void Deno.dlopen(path, {});
let driver: CudaDriver | undefined;
try {
  driver = cudaDriver();
} catch {
  // Without a device the libraries are loaded all the same: whether they fit the system shows then.
}
loadCudaProvider({ folder, driver: () => driver ?? { version: "13.0", devices: [] }, open });
const x = tf.tensor2d([[1, 2], [3, 4]]);
const { bytes } = exportOnnx((x: Tensor) => ({ y: tf.matMul(x, x) }), [x], { inputs: ["x"] });
const { ort, session } = await openSession(bytes, {
  device: driver ? "cuda" : "cpu",
  // A graph that the provider does not take is an error, not the processor's.
  ...driver && { extra: { session: { disable_cpu_ep_fallback: "1" } } },
}, await onnxRuntime());
const { y: { data } } = await session.run({ x: new ort.Tensor("float32", x.dataSync(), [2, 2]) });
const expected = [7, 10, 15, 22];
if (expected.some((value, i) => Math.abs(Number(data[i]) - value) > 0.01)) {
  throw new Error(`A product of matrices is ${data}, expected ${expected}`);
}
const device = driver?.devices[0].name ?? "cpu";
console.log(JSON.stringify({ name: "onnxruntime with CUDA", version: PROVIDER_VERSION, device }));
