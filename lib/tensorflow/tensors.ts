import type { Context, Handle } from "./context.ts";
import { type DType, DTYPE_CODES, dtypeName, layoutOf, type TensorData } from "./dtype.ts";
import { type Address, offHeap, textAt } from "./memory.ts";
import { readStrings, STRING_BYTES, writeStrings } from "./strings.ts";

/** The description of a tensor, without its elements. */
export interface TensorInfo {
  /** Its element type. */
  readonly dtype: DType;
  /** Its shape. */
  readonly shape: number[];
}

/** TensorFlow allows 254 axes. */
const dims = offHeap(BigInt64Array, 254 * 8);

/** Writes a shape for TensorFlow, and returns the number of elements. */
function writeShape(shape: readonly number[]): number {
  let count = 1;
  for (let i = 0; i < shape.length; i++) {
    dims.array[i] = BigInt(shape[i]);
    count *= shape[i];
  }
  return count;
}

/**
 * Copies a tensor to a device (the context's own by default).
 *
 * The tensor given stays, and both are to be freed. Throws TensorFlowError where the device has no
 * room.
 */
export function copyToDevice(context: Context, handle: Handle, device: string = context.device.name): Handle {
  const { symbols, status } = context, info = context.devices.find(({ name }) => name === device);
  if (!info) {
    throw new Error(
      `Unknown device "${device}": there are ${context.devices.map(({ name }) => name).join(", ")}`,
    );
  }
  const copy = symbols.TFE_TensorHandleCopyToDevice(
    handle,
    context.address,
    context.deviceAt(info),
    status.address,
  );
  status.check(`Cannot copy a tensor to ${device}`);
  context.handles.add(copy);
  return copy;
}

/**
 * Makes a tensor with the elements of an array, copied.
 *
 * `dtype` is a name or TensorFlow's number, `data` any array of as many bytes as the shape has (a
 * complex number is two elements), for `string` the strings or their bytes. It is put on the
 * context's device, but for what GPUs have no kernels for: strings and int32 stay with the
 * processor, as TensorFlow itself keeps them.
 *
 * Throws where the array does not have the shape's size.
 */
export function tensorFrom(
  context: Context,
  dtype: DType | number,
  shape: readonly number[],
  data: ArrayBufferView<ArrayBuffer> | readonly (string | Uint8Array)[],
): Handle {
  const { symbols } = context, code = typeof dtype === "number" ? dtype : DTYPE_CODES[dtype];
  const count = writeShape(shape);
  if (code === DTYPE_CODES.string) {
    const strings = data as readonly (string | Uint8Array)[];
    if (strings.length !== count) {
      throw new Error(
        `Cannot make a tensor of shape [${shape}] of ${strings.length} strings: expected ${count}`,
      );
    }
    const tensor = symbols.TF_AllocateTensor(code, dims.address, shape.length, BigInt(count * STRING_BYTES));
    writeStrings(symbols, symbols.TF_TensorData(tensor), strings);
    return context.adopt(tensor, "Cannot make a tensor");
  }
  const { bytes } = layoutOf(code), view = data as ArrayBufferView<ArrayBuffer>, size = BigInt(count * bytes);
  if (view.byteLength !== count * bytes) {
    throw new Error(
      `Cannot make a ${dtypeName(code)} tensor of shape [${shape}] of ${view.byteLength} bytes: expected ${
        count * bytes
      }`,
    );
  }
  const tensor = symbols.TF_AllocateTensor(code, dims.address, shape.length, size);
  if (size > 0n) symbols.copyIn(symbols.TF_TensorData(tensor), view as Uint8Array<ArrayBuffer>, size);
  const handle = context.adopt(tensor, "Cannot make a tensor");
  if (!context.isGpu || code === DTYPE_CODES.int32) return handle;
  try {
    return copyToDevice(context, handle);
  } finally {
    context.free(handle);
  }
}

/** Returns a tensor's elements, shape and type. Waits until it is made, and fetches it. */
export function readTensor(
  context: Context,
  handle: Handle,
): TensorInfo & { data: TensorData | Uint8Array[] } {
  const { symbols, status } = context, info = describeTensor(context, handle), code = DTYPE_CODES[info.dtype];
  const tensor = symbols.TFE_TensorHandleResolve(handle, status.address);
  status.check("Cannot read a tensor");
  try {
    if (info.dtype === "string") {
      const count = Number(symbols.TF_TensorElementCount(tensor));
      return { ...info, data: readStrings(symbols, symbols.TF_TensorData(tensor), count) };
    }
    const size = symbols.TF_TensorByteSize(tensor), bytes = new Uint8Array(Number(size));
    if (size > 0n) symbols.copyOut(bytes, symbols.TF_TensorData(tensor), size);
    return { ...info, data: new (layoutOf(code).array)(bytes.buffer) };
  } finally {
    symbols.TF_DeleteTensor(tensor);
  }
}

/**
 * Copies a tensor's bytes into an array of the caller's, which must have its size: nothing is
 * allocated.
 *
 * Throws where the sizes differ.
 */
export function readTensorInto(context: Context, handle: Handle, into: ArrayBufferView<ArrayBuffer>): void {
  const { symbols, status } = context, tensor = symbols.TFE_TensorHandleResolve(handle, status.address);
  status.check("Cannot read a tensor");
  try {
    const size = symbols.TF_TensorByteSize(tensor);
    if (BigInt(into.byteLength) !== size) {
      throw new Error(`Cannot read a tensor of ${size} bytes into an array of ${into.byteLength}`);
    }
    if (size > 0n) symbols.copyOut(into as Uint8Array<ArrayBuffer>, symbols.TF_TensorData(tensor), size);
  } finally {
    symbols.TF_DeleteTensor(tensor);
  }
}

/** Returns the description of a tensor. */
export function describeTensor(context: Context, handle: Handle): TensorInfo {
  const { symbols, status } = context, rank = symbols.TFE_TensorHandleNumDims(handle, status.address);
  status.check("Cannot describe a tensor");
  const shape = new Array<number>(rank);
  for (let i = 0; i < rank; i++) shape[i] = Number(symbols.TFE_TensorHandleDim(handle, i, status.address));
  return { dtype: dtypeName(symbols.TFE_TensorHandleDataType(handle)), shape };
}

/** Returns the name of the device a tensor is on. */
export function deviceOf(context: Context, handle: Handle): string {
  const name = textAt(context.symbols.TFE_TensorHandleDeviceName(handle, context.status.address));
  context.status.check("Cannot find a tensor's device");
  return name;
}

/**
 * Returns the address of a tensor's elements on its device; on the processor, in this process. It
 * holds while the tensor lives. Waits for the operation that makes it.
 */
export function devicePointer(context: Context, handle: Handle): Address {
  const address = context.symbols.TFE_TensorHandleDevicePointer(handle, context.status.address);
  context.status.check("Cannot find a tensor's memory");
  return address;
}

/**
 * Returns a tensor's own bytes, where it is on the processor: a view, not a copy. It holds while
 * the tensor lives; what reads it after that crashes the process. TensorFlow takes tensors to be
 * unchangeable: write only to one that no operation has seen.
 */
export function bytesOf(context: Context, handle: Handle): Uint8Array<ArrayBuffer> {
  const device = deviceOf(context, handle);
  if (device !== context.host.name) {
    throw new Error(`Cannot view the bytes of a tensor on ${device}: expected the processor`);
  }
  const address = devicePointer(context, handle);
  const size = Number(context.symbols.TFE_TensorHandleDeviceMemorySize(handle, context.status.address));
  context.status.check("Cannot find a tensor's size");
  const pointer = Deno.UnsafePointer.create(address);
  if (pointer === null || size === 0) return new Uint8Array();
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, size));
}
