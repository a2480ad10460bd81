import type { Tensor } from "onnxruntime-node";
import { openSession } from "../../compile/engine/onnx_runtime.ts";
import { receive } from "../../workers/worker.ts";
import { WIRE_FORMS, type WireTensor, type WireType } from "../protocol/datatypes.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

type Opened = Awaited<ReturnType<typeof openSession>> & { readonly wanted: readonly string[] };

const sessions = new Map<string, Opened>();

const ARRAYS = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
};

const WIRE_TYPES = new Map(
  Object.entries(WIRE_FORMS).map(([name, { runtime }]) => [runtime, name as WireType]),
);

/** Makes a tensor of ONNX Runtime over the bytes of an input. */
function tensorOf({ datatype, shape, data }: WireTensor, ort: Opened["ort"]): Tensor {
  const type = WIRE_FORMS[datatype].runtime as "float32", dims = shape as number[];
  if (!(data instanceof Uint8Array)) return new ort.Tensor("string", data, dims);
  const View = ARRAYS[datatype as keyof typeof ARRAYS] as typeof Float32Array;
  const length = data.byteLength / View.BYTES_PER_ELEMENT;
  const values = new View(data.buffer as ArrayBuffer, data.byteOffset, length);
  if (datatype !== "FP16") return new ort.Tensor(type, values, dims);
  // A Float16Array, which the constructor would make, has no bytes for ONNX Runtime under Deno.
  return Object.assign(new ort.Tensor("uint16", values as unknown as Uint16Array, dims), { type });
}

/** Returns an output of ONNX Runtime as bytes or texts. */
function wireTensor(name: string, { type, dims, data }: Tensor): WireTensor {
  const datatype = WIRE_TYPES.get(type), shape = [...dims];
  if (!datatype) throw new Error(`the output "${name}" has type ${type}, which cannot be sent`);
  if (Array.isArray(data)) return { name, datatype, shape, data };
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return { name, datatype, shape, data: new Uint8Array(buffer, byteOffset, byteLength) };
}

async function answer(message: ToWorker): Promise<FromWorker> {
  if ("load" in message) {
    const { load, bytes, wanted, threads, source } = message;
    sessions.set(load, { ...await openSession(bytes, { threads, source }), wanted });
  } else if ("unload" in message) {
    const { session } = sessions.get(message.unload)!;
    sessions.delete(message.unload);
    await session.release();
  } else {
    const { ort, session, wanted } = sessions.get(message.run)!;
    const feeds: Record<string, Tensor> = {};
    for (const input of message.inputs) feeds[input.name] = tensorOf(input, ort);
    const start = performance.now(), results = await session.run(feeds, wanted);
    const milliseconds = performance.now() - start;
    const outputs = Object.entries(results).map(([name, tensor]) => wireTensor(name, tensor));
    return { outputs, milliseconds };
  }
  return { outputs: [], milliseconds: 0 };
}

/** Returns the buffers of outputs, each once: they move to the receiver. */
const buffersOf = (answer: FromWorker): ArrayBuffer[] =>
  "error" in answer ? [] : [
    ...new Set(
      answer.outputs.flatMap(({ data }) => data instanceof Uint8Array ? [data.buffer as ArrayBuffer] : []),
    ),
  ];

// One after another: an answer belongs to the oldest message that has none.
let last: Promise<void> = Promise.resolve();

const post = receive((message) => {
  last = last.then(async () => {
    let result: FromWorker;
    try {
      result = await answer(message as ToWorker);
    } catch (error) {
      result = { error: error instanceof Error ? error.message : String(error) };
    }
    post(result, buffersOf(result));
  });
});
