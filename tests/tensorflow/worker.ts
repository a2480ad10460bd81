/** A Worker that holds 40 MB in TensorFlow: it answers when they are there, and then waits, closes or throws, as it was told. */
import { tf } from "../../lib/tensor/mod.ts";
import { chooseBackend } from "../../lib/backend/mod.ts";
import { context } from "../../lib/tensorflow/mod.ts";

self.onmessage = async ({ data }: MessageEvent<"wait" | "close" | "throw">) => {
  await chooseBackend("tensorflow");
  const held = Array.from({ length: 10 }, (_, i) => tf.ones([1024, 1024]).add(i));
  (globalThis as any).held = held;
  postMessage({ value: held[3].slice([0, 0], [1, 1]).dataSync()[0], live: context().handles.size });
  if (data === "close") self.close();
  if (data === "throw") throw new Error("thrown on purpose");
};
