/** An address of the C side; 0n is its null. */
export type Address = bigint;

/** Returns the address of an array's first byte. It may move, except of `offHeap` arrays. */
export const addressOf = (view: ArrayBufferView<ArrayBuffer>): Address =>
  Deno.UnsafePointer.value(Deno.UnsafePointer.of(view as Uint8Array<ArrayBuffer>));

/** Returns an array outside of the garbage collector's heap, whose address never changes. */
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

/** Returns text of the C side, up to its zero byte; "" for null. */
export const textAt = (pointer: object | null): string =>
  pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer as Deno.PointerObject);

const encoder = new TextEncoder();
const names = new Map<string, { readonly bytes: Uint8Array; readonly address: Address }>();

/** Returns the address of a name for the C side. Names stay: there are some hundreds in all. */
export function nameAt(name: string): Address {
  let known = names.get(name);
  if (!known) {
    const text = encoder.encode(name), { array, address } = offHeap(Uint8Array, text.length + 1);
    array.set(text);
    names.set(name, known = { bytes: array, address });
  }
  return known.address;
}
