/** A Worker of the server without ONNX Runtime: the first number of an input tells what it does. */
import { receive } from "../../../lib/workers/worker.ts";
import type { ToWorker } from "../../../lib/serve/pool/messages.ts";

const post = receive((order) => {
  const message = order as ToWorker;
  if (!("run" in message)) {
    const isBad = "load" in message && message.bytes[0] === 0;
    return post(isBad ? { error: "no model" } : { outputs: [], milliseconds: 0 });
  }
  const { inputs } = message,
    values = [...new Float32Array((inputs[0].data as Uint8Array<ArrayBuffer>).buffer)];
  if (values.includes(-1)) throw new Error("crash");
  if (values.includes(-2)) return;
  if (values.includes(-4)) return close();
  if (values.includes(-3)) return post({ error: "no value may be -3" });
  // Rows come back as they are, and with them the number of rows that were run together.
  const batch = new Float32Array(values.length).fill(values.length);
  setTimeout(
    () =>
      post({
        outputs: [{ ...inputs[0] }, { ...inputs[0], name: "batch", data: new Uint8Array(batch.buffer) }],
        milliseconds: 1,
      }),
    20,
  );
});
