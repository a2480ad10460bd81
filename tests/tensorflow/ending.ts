/** A process that uses TensorFlow and ends in the way it is told: `ending.ts return|exit|throw|wait [worker]`. */
import { tf } from "../../lib/tensor/mod.ts";
import { chooseBackend } from "../../lib/backend/mod.ts";
import { context, Operation, tensorFrom } from "../../lib/tensorflow/mod.ts";

const [way, withWorker] = Deno.args;
await chooseBackend("tensorflow");
const held = tf.matMul(tf.ones([256, 256]), tf.ones([256, 256]));
if (held.slice([0, 0], [1, 1]).dataSync()[0] !== 256) throw new Error("a wrong product");

let worker: Worker | undefined;
if (withWorker) {
  worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  await new Promise((resolve) => {
    worker!.onmessage = resolve;
    worker!.postMessage("wait");
  });
}
// Something runs in the background at the end.
const c = context(), n = 1500, large = tensorFrom(c, "float32", [n, n], new Float32Array(n * n));
const running = new Operation(c, "MatMul", { T: { type: "float32" } }, 1).runInBackground([large, large]);

console.log("ready");
if (way === "exit") Deno.exit(3);
if (way === "throw") throw new Error("thrown on purpose");
if (way === "wait") await new Promise((resolve) => setTimeout(resolve, 60_000));
await running;
worker?.terminate();
