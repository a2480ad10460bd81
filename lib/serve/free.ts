import type { WireTensor } from "./protocol/datatypes.ts";

/** Bytes of a buffer that is not worth the call. */
const SMALL = 4096;

/**
 * Frees the bytes of a buffer that nobody reads any more, which is empty then. The collector of
 * garbage would come later, more often, and stop everything for it.
 */
export function freeBuffer(buffer: ArrayBufferLike): void {
  // Node before 21 has no such method, and leaves it to the collector.
  if (buffer.byteLength > SMALL && buffer instanceof ArrayBuffer) buffer.transfer?.(0);
}

/** Frees the bytes of tensors. */
export function freeTensors(tensors: readonly WireTensor[]): void {
  for (const { data } of tensors) if (data instanceof Uint8Array) freeBuffer(data.buffer);
}
