import { setImmediate } from "node:timers";
import type { Tensor } from "onnxruntime-node";
import { openSession } from "../../compile/engine/onnx_runtime.ts";
import { WIRE_FORMS, type WireTensor, type WireType } from "../protocol/datatypes.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

type Opened = Awaited<ReturnType<typeof openSession>> & { readonly wanted: readonly string[] };

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
  const size = View.BYTES_PER_ELEMENT, { buffer, byteOffset } = data.byteOffset % size ? data.slice() : data;
  const values = new View(buffer as ArrayBuffer, byteOffset, data.byteLength / size);
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

/** The models that are loaded in this thread. */
export class ModelRunner {
  readonly #sessions = new Map<string, Opened>();

  /** Does what a message asks for. Rejects with ONNX Runtime's error. */
  async answer(message: ToWorker): Promise<Extract<FromWorker, { outputs: unknown }>> {
    if ("load" in message) {
      const { load, bytes, wanted, threads, source } = message;
      this.#sessions.set(load, { ...await openSession(bytes, { threads, source }), wanted });
    } else if ("unload" in message) {
      const { session } = this.#sessions.get(message.unload)!;
      this.#sessions.delete(message.unload);
      await session.release();
    } else {
      const { ort, session, wanted } = this.#sessions.get(message.run)!;
      const feeds: Record<string, Tensor> = {};
      for (const input of message.inputs) feeds[input.name] = tensorOf(input, ort);
      // ONNX Runtime begins in a turn of its own, right after this one.
      let start = performance.now();
      setImmediate(() => start = performance.now());
      const results = await session.run(feeds, wanted), milliseconds = performance.now() - start;
      const outputs = Object.entries(results).map(([name, tensor]) => wireTensor(name, tensor));
      return { outputs, milliseconds };
    }
    return { outputs: [], milliseconds: 0 };
  }
}

/** Returns the buffers of outputs, each once: they move to the receiver. */
export const buffersOf = (answer: FromWorker): ArrayBuffer[] =>
  "error" in answer ? [] : [
    ...new Set(
      answer.outputs.flatMap(({ data }) => data instanceof Uint8Array ? [data.buffer as ArrayBuffer] : []),
    ),
  ];
