import type { HostData } from "../../../tensor/mod.ts";
import { arrayOf, type Precision } from "../portable.ts";
import type { Buffer } from "../js/memory.ts";

const PAGE = 65536;

/**
 * Arrays one after the other in a WebAssembly memory, which begins with the constants. A vector
 * behind the last may be read.
 */
export class ArrayMemory {
  readonly memory: WebAssembly.Memory;

  constructor(private readonly constantBytes: number) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((constantBytes + 16) / PAGE) });
  }

  /** Returns arrays of the given types and lengths; those returned before are no longer valid. */
  arrays(parts: readonly { type: Buffer["type"]; length: number }[], precision: Precision): HostData[] {
    let end = (this.constantBytes + 15) & ~15;
    const places = parts.map(({ type, length }) => {
      const { BYTES_PER_ELEMENT } = typeOf(type, precision), place = end;
      end = Math.ceil((place + length * BYTES_PER_ELEMENT) / 16) * 16;
      return place;
    });
    this.#reach(end + 64);
    return parts.map(({ type, length }, i) => {
      const Data = typeOf(type, precision);
      return new Data(this.memory.buffer as ArrayBuffer, places[i], length);
    });
  }

  #reach(bytes: number): void {
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch (cause) {
      throw new Error(
        `Cannot run: there is no WebAssembly memory for arrays of ${(bytes / 1e9).toPrecision(3)} GB; ` +
          'use a smaller batch, or engine "onnx"',
        { cause },
      );
    }
  }
}

function typeOf(type: Buffer["type"], precision: Precision) {
  const like = type === "double" ? new Float64Array() : arrayOf(type, precision, 0);
  return like.constructor as
    & (new (buffer: ArrayBuffer, offset: number, length: number) => HostData)
    & { readonly BYTES_PER_ELEMENT: number };
}
