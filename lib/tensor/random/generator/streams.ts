import { normalFromBits, uniformFromBits } from "./normal_from_bits.ts";
import { threefry, type Words } from "./threefry.ts";
import { buildKernel, type Fma, type KernelKind } from "./wasm/kernel.ts";

/** An array for draws: float64 arrays get the float32 values, unsigned integers raw words. */
type DrawArray = Float32Array | Float64Array | Uint32Array;

/**
 * Writes, for each of `count` keys (two words each in `keys`), the first `perKey` draws of the
 * key's stream to `out`, one key's after the other's, from `offset` on.
 */
type StreamFiller = (
  kind: KernelKind,
  keys: Int32Array,
  count: number,
  perKey: number,
  out: DrawArray,
  offset: number,
) => void;

/** The ways to compute the streams, with the same bits; "wasm" needs a fused multiply-add. */
export type StreamEngine = "wasm" | "wasm-double" | "javascript";

// The memory of the kernel: its constants, then keys, then draws.
const KEYS = 4096, KEY_LIMIT = 1024, DRAWS = KEYS + 8 * KEY_LIMIT, DRAW_LIMIT = 8192;

type KernelFunction = (keys: number, count: number, perKey: number, first: number, out: number) => void;

interface Kernel {
  readonly run: KernelFunction;
  readonly keys: Int32Array;
  readonly words: Uint32Array;
  readonly floats: Float32Array;
}

function instantiate(kind: KernelKind | "convert", fma: Fma, width: number): Kernel | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const bytes = buildKernel(kind, fma, width, 1);
  if (!WebAssembly.validate(bytes)) return undefined;
  const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  const { buffer } = memory as WebAssembly.Memory;
  return {
    run: run as KernelFunction,
    keys: new Int32Array(buffer, KEYS, 2 * KEY_LIMIT),
    words: new Uint32Array(buffer, DRAWS, DRAW_LIMIT),
    floats: new Float32Array(buffer, DRAWS, DRAW_LIMIT),
  };
}

// Words whose normals differ by 2 units in the last place where a multiply-add rounds twice.
const TELLING = [661011, 663005, 1225313, 1227307].map((mantissa) => mantissa << 9);

/** Returns whether the multiply-add rounds once: relaxed SIMD leaves that to the machine. */
function isFused(fma: Fma): boolean {
  const convert = instantiate("convert", fma, 1);
  if (!convert) return false;
  convert.keys.set(TELLING);
  convert.run(KEYS, 0, 0, 0, DRAWS);
  return TELLING.every((bits, i) => normalFromBits(bits) === convert.floats[i]);
}

/** Vectors side by side: four are fastest, but a short stream would leave most lanes unused. */
const NARROW = 2, WIDE = 4, SHORT = 8;

function kernelFiller(fma: Fma): StreamFiller | undefined {
  if (!isFused(fma)) return undefined;
  // Each is assembled when it is first needed, which takes 1 to 5 ms.
  const kernels = new Map<string, Kernel>();
  const kernelOf = (kind: KernelKind, width: number): Kernel => {
    const name = `${kind} ${width}`, kernel = kernels.get(name) ?? instantiate(kind, fma, width)!;
    kernels.set(name, kernel);
    return kernel;
  };
  return (kind, keys, count, perKey, out, offset) => {
    const kernel = kernelOf(kind, perKey > SHORT ? WIDE : NARROW);
    const draws = kind === "bits" ? kernel.words : kernel.floats;
    const together = Math.max(1, Math.min(KEY_LIMIT, Math.floor(DRAW_LIMIT / perKey)));
    for (let k = 0; k < count; k += together) {
      const n = Math.min(together, count - k);
      kernel.keys.set(keys.subarray(2 * k, 2 * (k + n)));
      for (let first = 0; first < perKey; first += DRAW_LIMIT) {
        const length = Math.min(DRAW_LIMIT, perKey - first);
        kernel.run(KEYS, n, length, first, DRAWS);
        out.set(draws.subarray(0, n * length), offset + k * perKey + first);
      }
    }
  };
}

const javascript: StreamFiller = (kind, keys, count, perKey, out, offset) => {
  const x: Words = [0, 0];
  for (let k = 0, next = offset; k < count; k++) {
    for (let i = 0; i < perKey; i++, next++) {
      x[0] = 0, x[1] = i;
      threefry(keys[2 * k], keys[2 * k + 1], x);
      const bits = (x[0] ^ x[1]) >>> 0;
      out[next] = kind === "bits" ? bits : kind === "uniform" ? uniformFromBits(bits) : normalFromBits(bits);
    }
  }
};

/** Returns the filler of one engine, or undefined where this machine does not have it. */
export function streamFiller(engine: StreamEngine): StreamFiller | undefined {
  if (engine === "javascript") return javascript;
  return kernelFiller(engine === "wasm" ? "relaxed" : "double");
}

let chosen: StreamFiller | undefined;

/** Fills with the fastest engine that the machine has, made at the first call. */
export const fillStreams: StreamFiller = (...args) => {
  chosen ??= streamFiller("wasm") ?? streamFiller("wasm-double") ?? javascript;
  chosen(...args);
};
