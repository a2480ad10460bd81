/**
 * Everything of TensorFlow's C API that is called, and some functions of the C library that it
 * brings with it.
 *
 * An address is declared as `u64`, not as `pointer`: it is then a bigint, which crosses the border
 * in some nanoseconds where making a pointer object of it takes half a microsecond. `buffer` is
 * kept for what JavaScript allocates per call.
 */
export const SYMBOLS = {
  TF_Version: { parameters: [], result: "pointer" },

  TF_NewStatus: { parameters: [], result: "u64" },
  TF_DeleteStatus: { parameters: ["u64"], result: "void" },
  TF_GetCode: { parameters: ["u64"], result: "i32" },
  TF_Message: { parameters: ["u64"], result: "pointer" },

  TFE_NewContextOptions: { parameters: [], result: "u64" },
  TFE_ContextOptionsSetConfig: { parameters: ["u64", "buffer", "u64", "u64"], result: "void" },
  TFE_DeleteContextOptions: { parameters: ["u64"], result: "void" },
  TFE_NewContext: { parameters: ["u64", "u64"], result: "u64" },
  TFE_DeleteContext: { parameters: ["u64"], result: "void" },
  TFE_ContextListDevices: { parameters: ["u64", "u64"], result: "u64" },
  TF_DeviceListCount: { parameters: ["u64"], result: "i32" },
  TF_DeviceListName: { parameters: ["u64", "i32", "u64"], result: "pointer" },
  TF_DeviceListType: { parameters: ["u64", "i32", "u64"], result: "pointer" },
  TF_DeviceListMemoryBytes: { parameters: ["u64", "i32", "u64"], result: "i64" },
  TF_DeleteDeviceList: { parameters: ["u64"], result: "void" },

  TF_AllocateTensor: { parameters: ["i32", "u64", "i32", "u64"], result: "u64" },
  TF_TensorData: { parameters: ["u64"], result: "u64" },
  TF_TensorByteSize: { parameters: ["u64"], result: "u64" },
  TF_TensorElementCount: { parameters: ["u64"], result: "i64" },
  TF_DeleteTensor: { parameters: ["u64"], result: "void" },
  TF_StringInit: { parameters: ["u64"], result: "void" },
  TF_StringCopy: { parameters: ["u64", "buffer", "u64"], result: "void" },
  TF_StringGetDataPointer: { parameters: ["u64"], result: "u64" },
  TF_StringGetSize: { parameters: ["u64"], result: "u64" },

  TFE_NewTensorHandle: { parameters: ["u64", "u64"], result: "u64" },
  TFE_DeleteTensorHandle: { parameters: ["u64"], result: "void" },
  TFE_TensorHandleDataType: { parameters: ["u64"], result: "i32" },
  TFE_TensorHandleNumDims: { parameters: ["u64", "u64"], result: "i32" },
  TFE_TensorHandleDim: { parameters: ["u64", "i32", "u64"], result: "i64" },
  TFE_TensorHandleDeviceName: { parameters: ["u64", "u64"], result: "pointer" },
  TFE_TensorHandleResolve: { parameters: ["u64", "u64"], result: "u64" },
  TFE_TensorHandleCopyToDevice: { parameters: ["u64", "u64", "u64", "u64"], result: "u64" },
  TFE_TensorHandleDevicePointer: { parameters: ["u64", "u64"], result: "u64" },
  TFE_TensorHandleDeviceMemorySize: { parameters: ["u64", "u64"], result: "u64" },

  TFE_NewOp: { parameters: ["u64", "u64", "u64"], result: "u64" },
  TFE_DeleteOp: { parameters: ["u64"], result: "void" },
  TFE_OpSetDevice: { parameters: ["u64", "u64", "u64"], result: "void" },
  TFE_OpGetFlatInputCount: { parameters: ["u64", "u64"], result: "i32" },
  TFE_OpAddInput: { parameters: ["u64", "u64", "u64"], result: "void" },
  TFE_OpSetAttrString: { parameters: ["u64", "u64", "buffer", "u64"], result: "void" },
  TFE_OpSetAttrInt: { parameters: ["u64", "u64", "i64"], result: "void" },
  TFE_OpSetAttrFloat: { parameters: ["u64", "u64", "f32"], result: "void" },
  TFE_OpSetAttrBool: { parameters: ["u64", "u64", "u8"], result: "void" },
  TFE_OpSetAttrType: { parameters: ["u64", "u64", "i32"], result: "void" },
  TFE_OpSetAttrShape: { parameters: ["u64", "u64", "buffer", "i32", "u64"], result: "void" },
  TFE_OpSetAttrFunctionName: { parameters: ["u64", "u64", "buffer", "u64"], result: "void" },
  TFE_OpSetAttrStringList: { parameters: ["u64", "u64", "buffer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrIntList: { parameters: ["u64", "u64", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrFloatList: { parameters: ["u64", "u64", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrBoolList: { parameters: ["u64", "u64", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrTypeList: { parameters: ["u64", "u64", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrShapeList: { parameters: ["u64", "u64", "buffer", "buffer", "i32", "u64"], result: "void" },
  TFE_Execute: { parameters: ["u64", "u64", "u64", "u64"], result: "void" },
  TFE_ExecuteInBackground: {
    name: "TFE_Execute",
    parameters: ["u64", "u64", "u64", "u64"],
    result: "void",
    nonblocking: true,
  },

  TF_NewGraph: { parameters: [], result: "u64" },
  TF_DeleteGraph: { parameters: ["u64"], result: "void" },
  TF_GraphOperationByName: { parameters: ["u64", "buffer"], result: "u64" },
  TF_NewSessionOptions: { parameters: [], result: "u64" },
  TF_DeleteSessionOptions: { parameters: ["u64"], result: "void" },
  TF_LoadSessionFromSavedModel: {
    parameters: ["u64", "u64", "buffer", "buffer", "i32", "u64", "u64", "u64"],
    result: "u64",
  },
  TF_SessionRun: {
    parameters: ["u64", "u64", "u64", "u64", "i32", "u64", "u64", "i32", "u64", "i32", "u64", "u64"],
    result: "void",
  },
  TF_DeleteSession: { parameters: ["u64", "u64"], result: "void" },

  // A lookup in TensorFlow's library finds the C library's functions too.
  copyIn: { name: "memcpy", parameters: ["u64", "buffer", "u64"], result: "void" },
  copyOut: { name: "memcpy", parameters: ["buffer", "u64", "u64"], result: "void" },
  calloc: { parameters: ["u64", "u64"], result: "u64" },
  free: { parameters: ["u64"], result: "void" },
  gettid: { parameters: [], result: "i32", optional: true },
  tgkill: { parameters: ["i32", "i32", "i32"], result: "i32", optional: true },
} as const;

/** The types of C as JavaScript has them. */
export interface Natives {
  /** A byte. */
  readonly u8: number;
  /** An int. */
  readonly i32: number;
  /** A float. */
  readonly f32: number;
  /** A signed integer of 64 bits. */
  readonly i64: bigint;
  /** An unsigned one, or an address. */
  readonly u64: bigint;
  /** A pointer that Deno made an object of. */
  readonly pointer: object | null;
  /** Memory of JavaScript's. */
  readonly buffer: BufferSource | null;
  /** Nothing. */
  readonly void: void;
}

/** A function of C, without Deno's own types: the package is for Node as well. */
export type Native<F> = F extends
  { parameters: infer P extends readonly (keyof Natives)[]; result: infer R extends keyof Natives }
  ? (...args: { -readonly [I in keyof P]: Natives[P[I]] }) => Natives[R]
  : never;

/** The functions, as JavaScript calls them. */
export type Symbols = { readonly [Name in keyof typeof SYMBOLS]: Native<typeof SYMBOLS[Name]> };
