import type { DataType } from "../model_config.ts";

/** An element type by its name in the protocol: that of the configuration, but for texts. */
export type WireType = Exclude<DataType, "STRING"> | "BYTES";

/** The form of an element type in binary data and in ONNX Runtime. */
interface WireForm {
  /** Bytes of an element; 0 where they differ. */
  readonly bytes: number;
  /** Its name in ONNX Runtime; undefined where its package for JavaScript has no such tensors. */
  readonly runtime?: string;
}

/** The element types of the protocol. */
export const WIRE_FORMS: Readonly<Record<WireType, WireForm>> = {
  BOOL: { bytes: 1, runtime: "bool" },
  UINT8: { bytes: 1, runtime: "uint8" },
  UINT16: { bytes: 2, runtime: "uint16" },
  UINT32: { bytes: 4, runtime: "uint32" },
  UINT64: { bytes: 8, runtime: "uint64" },
  INT8: { bytes: 1, runtime: "int8" },
  INT16: { bytes: 2, runtime: "int16" },
  INT32: { bytes: 4, runtime: "int32" },
  INT64: { bytes: 8, runtime: "int64" },
  FP16: { bytes: 2, runtime: "float16" },
  FP32: { bytes: 4, runtime: "float32" },
  FP64: { bytes: 8, runtime: "float64" },
  BYTES: { bytes: 0, runtime: "string" },
  BF16: { bytes: 2 },
};

/** Returns the protocol's name of an element type of a configuration. */
export const wireTypeOf = (type: DataType): WireType => type === "STRING" ? "BYTES" : type;

/** An input or output as a request or an answer has it. */
export interface WireTensor {
  /** Its name. */
  readonly name: string;
  /** Its element type. */
  readonly datatype: WireType;
  /** Its lengths. */
  readonly shape: readonly number[];
  /** Its elements: bytes in little-endian order, or the texts of BYTES. */
  readonly data: Uint8Array | readonly string[];
}

/** An input or output as a model declares it: -1 for a length that may change. */
export interface TensorSpec extends Omit<WireTensor, "data"> {
  /** Its lengths in the model, where these are others. */
  readonly inModel?: readonly number[];
  /** The names of classes, of an output. */
  readonly labels?: readonly string[];
}

/** A version of a model, as requests are held against it. */
export interface ModelSpec {
  /** Its name. */
  readonly name: string;
  /** Its version. */
  readonly version: number;
  /** The most rows along the first axis of all tensors; 0: that axis is none of a batch. */
  readonly maxBatchSize: number;
  /** Its inputs, with the batch's axis. */
  readonly inputs: readonly TensorSpec[];
  /** Its outputs, with the batch's axis. */
  readonly outputs: readonly TensorSpec[];
}
