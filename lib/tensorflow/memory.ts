/** An address of the C side; 0n is its null. */
export type Address = bigint;

/** The address of an array's first byte. It stays there only where the array has a buffer of its own (`offHeap`). */
export const addressOf = (view: ArrayBufferView<ArrayBuffer>): Address =>
  Deno.UnsafePointer.value(Deno.UnsafePointer.of(view as Uint8Array<ArrayBuffer>));

/** An array outside of the garbage collector's heap: small ones inside it are moved, and their address with them. */
export function offHeap<T extends ArrayBufferView<ArrayBuffer>>(
  type: new (buffer: ArrayBuffer) => T,
  bytes: number,
): { readonly array: T; readonly address: Address } {
  const array = new type(new ArrayBuffer(bytes));
  let address: Address | undefined;
  return {
    array,
    get address(): Address {
      return address ??= addressOf(array);
    },
  };
}

/** Text of the C side, up to its zero byte; "" for null. */
export const textAt = (pointer: object | null): string =>
  pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer as Deno.PointerObject);

const encoder = new TextEncoder();
const names = new Map<string, { readonly bytes: Uint8Array; readonly address: Address }>();

/** The address of a name as the C side wants it. A name is written once and stays: there are some hundreds in all. */
export function nameAt(name: string): Address {
  let known = names.get(name);
  if (!known) {
    const text = encoder.encode(name), { array, address } = offHeap(Uint8Array, text.length + 1);
    array.set(text);
    names.set(name, known = { bytes: array, address });
  }
  return known.address;
}
