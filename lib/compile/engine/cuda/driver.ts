import process from "node:process";
import { checkForeign, shortReason } from "../../../system/mod.ts";

/** A device that CUDA can use. */
export interface CudaDevice {
  /** Its name, such as "NVIDIA H200". */
  readonly name: string;
  /** Its compute capability, such as 9.0. */
  readonly capability: string;
}

/** The machine's CUDA driver. */
export interface CudaDriver {
  /** The newest CUDA version it serves, such as "13.0". */
  readonly version: string;
  readonly devices: readonly CudaDevice[];
}

/** Names of the driver's library: it comes with the driver, never with a package. */
const LIBRARY = process.platform === "win32" ? "nvcuda.dll" : "libcuda.so.1";

const SYMBOLS = {
  cuInit: { parameters: ["u32"], result: "i32" },
  cuDriverGetVersion: { parameters: ["buffer"], result: "i32" },
  cuDeviceGetCount: { parameters: ["buffer"], result: "i32" },
  cuDeviceGet: { parameters: ["buffer", "i32"], result: "i32" },
  cuDeviceGetName: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  cuDeviceGetAttribute: { parameters: ["buffer", "i32", "i32"], result: "i32" },
} as const;

/** Attributes of a device: the two numbers of its compute capability. */
const MAJOR = 75, MINOR = 76;

/** The driver's functions, as far as they are needed; a test puts others in their place. */
export type CudaFunctions = Readonly<Record<keyof typeof SYMBOLS, (...args: any[]) => number>>;

/** Opens the driver's library. Throws, saying so, where there is none. */
export function openDriver(library: string = LIBRARY): CudaFunctions {
  checkForeign("use CUDA");
  try {
    return Deno.dlopen(library, SYMBOLS).symbols as CudaFunctions;
  } catch (cause) {
    const reason = shortReason(cause);
    throw new Error(`No NVIDIA driver was found on this machine: ${library} cannot be opened (${reason})`, {
      cause,
    });
  }
}

/** The results that are worth words of their own. */
const RESULTS: Readonly<Record<number, string>> = {
  3: "the driver was shut down",
  35: "the driver is older than the library",
  100: "there is no CUDA device",
  803: "the driver's library is of another version than the driver",
};

function check(what: string, result: number): void {
  if (result === 0) return;
  throw new Error(
    `Cannot use CUDA: ${what} failed with ${result}${RESULTS[result] ? ` (${RESULTS[result]})` : ""}`,
  );
}

/**
 * Returns the version and the devices of this machine's NVIDIA driver. Asks the driver alone, so it
 * is safe before any CUDA library is loaded.
 *
 * Throws where there is no driver, where it cannot start, and where it has no device.
 */
export function cudaDriver(functions: CudaFunctions = openDriver()): CudaDriver {
  const number = new Int32Array(1), bytes = new Uint8Array(number.buffer);
  check("cuInit", functions.cuInit(0));
  check("cuDriverGetVersion", functions.cuDriverGetVersion(bytes));
  const version = `${Math.floor(number[0] / 1000)}.${Math.floor(number[0] % 1000 / 10)}`;
  check("cuDeviceGetCount", functions.cuDeviceGetCount(bytes));
  const count = number[0], devices: CudaDevice[] = [];
  if (count === 0) throw new Error(`Cannot use CUDA: the driver (for CUDA ${version}) has no device`);
  for (let i = 0; i < count; i++) {
    check("cuDeviceGet", functions.cuDeviceGet(bytes, i));
    const handle = number[0], name = new Uint8Array(256);
    check("cuDeviceGetName", functions.cuDeviceGetName(name, name.length, handle));
    const attribute = (which: number): number => {
      check("cuDeviceGetAttribute", functions.cuDeviceGetAttribute(bytes, which, handle));
      return number[0];
    };
    const text = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    devices.push({ name: text, capability: `${attribute(MAJOR)}.${attribute(MINOR)}` });
  }
  return { version, devices };
}
