/**
 * A protocol buffer in the making. A field is a number, a kind and a value; a message within a
 * message is preceded by its length.
 */
export class Message {
  readonly #parts: (number | Uint8Array | Message)[] = [];
  #length = 0;

  /** Adds an integer, or an enumeration's number. */
  int(field: number, value: number): this {
    return this.#varint(field << 3).#varint(value);
  }

  /** Adds integers in one run; nothing where there are none. */
  ints(field: number, values: readonly number[]): this {
    if (values.length === 0) return this;
    return this.message(field, values.reduce((run, value) => run.#varint(value), new Message()));
  }

  /** Adds a float32. */
  float(field: number, value: number): this {
    return this.#varint(field << 3 | 5).#add(new Uint8Array(Float32Array.of(value).buffer), 4);
  }

  /** Adds bytes. */
  bytes(field: number, value: Uint8Array): this {
    return this.#varint(field << 3 | 2).#varint(value.length).#add(value, value.length);
  }

  /** Adds a text. */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** Adds a message. */
  message(field: number, value: Message): this {
    return this.#varint(field << 3 | 2).#varint(value.#length).#add(value, value.#length);
  }

  /** Adds each item as a message of its own. */
  each<T>(field: number, items: Iterable<T>, write: (item: T) => Message): this {
    for (const item of items) this.message(field, write(item));
    return this;
  }

  /** Returns the bytes of the whole. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    this.#write(bytes, 0);
    return bytes;
  }

  #write(bytes: Uint8Array, at: number): number {
    for (const part of this.#parts) {
      if (typeof part === "number") bytes[at++] = part;
      else if (part instanceof Message) at = part.#write(bytes, at);
      else {
        bytes.set(part, at);
        at += part.length;
      }
    }
    return at;
  }

  #add(part: number | Uint8Array | Message, length: number): this {
    this.#parts.push(part);
    this.#length += length;
    return this;
  }

  /** Adds seven bits a byte, the lowest first; negative numbers are 64-bit two's complements. */
  #varint(value: number): this {
    if (value < 0 || value > 0x7fffffff) return this.#longVarint(BigInt.asUintN(64, BigInt(value)));
    for (; value > 127; value >>= 7) this.#add(value & 127 | 128, 1);
    return this.#add(value, 1);
  }

  #longVarint(value: bigint): this {
    for (; value > 127n; value >>= 7n) this.#add(Number(value & 127n) | 128, 1);
    return this.#add(Number(value), 1);
  }
}
