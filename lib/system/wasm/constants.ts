import type { Operand } from "./operand.ts";

/**
 * Vector constants, kept at the start of the memory: V8 loads a vector from memory in one
 * instruction, where a constant in the code takes it several.
 */
export class ConstantPool {
  readonly #values: number[] = [];
  readonly #places = new Map<string, number>();

  /** Returns a vector of four 32-bit words. */
  words(...values: readonly [number, number, number, number]): Operand {
    const key = values.map((v) => v >>> 0).join();
    let address = this.#places.get(key);
    if (address === undefined) {
      this.#places.set(key, address = this.bytes);
      this.#values.push(...values);
    }
    return { address };
  }

  /** Returns the same 32-bit word in all lanes. */
  word(value: number): Operand {
    return this.words(value, value, value, value);
  }

  /** Returns the same two 32-bit words, the lower first, in both lanes of 64 bits. */
  long(low: number, high: number): Operand {
    return this.words(low, high, low, high);
  }

  /** Returns the same float32 number in all lanes. */
  float(value: number): Operand {
    return this.word(new Uint32Array(Float32Array.of(value).buffer)[0]);
  }

  /** Returns the same float64 number in both lanes. */
  double(value: number): Operand {
    const [low, high] = new Uint32Array(Float64Array.of(value).buffer);
    return this.long(low, high);
  }

  /** Number of bytes. */
  get bytes(): number {
    return 4 * this.#values.length;
  }

  /** Returns the bytes to stand at address 0. */
  encode(): Uint8Array {
    return new Uint8Array(Uint32Array.from(this.#values).buffer);
  }
}
