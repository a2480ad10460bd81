/** Bytes that grow, with numbers as WebAssembly writes them. */
export class Bytes {
  #data = new Uint8Array(256);
  #length = 0;

  /** Number of bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Adds one byte. */
  byte(value: number): void {
    if (this.#length === this.#data.length) this.#grow(1);
    this.#data[this.#length++] = value;
  }

  /** Adds bytes. */
  add(values: ArrayLike<number>): void {
    if (this.#length + values.length > this.#data.length) this.#grow(values.length);
    this.#data.set(values, this.#length);
    this.#length += values.length;
  }

  /** Adds an unsigned number in LEB128. */
  unsigned(value: number): void {
    for (; value > 0x7f; value >>>= 7) this.byte(value & 0x7f | 0x80);
    this.byte(value);
  }

  /** Adds a signed 32-bit number in LEB128. */
  signed(value: number): void {
    while (value < -64 || value > 63) {
      this.byte(value & 0x7f | 0x80);
      value >>= 7;
    }
    this.byte(value & 0x7f);
  }

  /** Adds a text with its length before it. */
  text(value: string): void {
    this.sized(new TextEncoder().encode(value));
  }

  /** Adds bytes with their number before them. */
  sized(values: ArrayLike<number>): void {
    this.unsigned(values.length);
    this.add(values);
  }

  /** Returns the bytes; they are valid until the next change. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#data.subarray(0, this.#length);
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#data.length, this.#length + by));
    larger.set(this.view());
    this.#data = larger;
  }
}
