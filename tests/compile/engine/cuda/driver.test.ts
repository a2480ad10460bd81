import assert from "node:assert/strict";
import { cudaDriver, type CudaFunctions, openDriver } from "../../../../lib/compile/engine/cuda/driver.ts";

const write = (buffer: BufferSource, value: number): 0 => {
  const { buffer: bytes, byteOffset } = buffer as Uint8Array;
  new DataView(bytes as ArrayBuffer, byteOffset).setInt32(0, value, true);
  return 0;
};

/** A driver that answers as NVIDIA's does. */
const fake = (change: Partial<Record<keyof CudaFunctions, unknown>> = {}): CudaFunctions => ({
  cuInit: () => 0,
  cuDriverGetVersion: (out: BufferSource) => write(out, 13010),
  cuDeviceGetCount: (out: BufferSource) => write(out, 2),
  cuDeviceGet: (out: BufferSource, i: number) => write(out, 40 + i),
  cuDeviceGetName(out: BufferSource, _length: number, handle: number) {
    new TextEncoder().encodeInto(`GPU ${handle}`, out as Uint8Array);
    return 0;
  },
  cuDeviceGetAttribute: (out: BufferSource, which: number) => write(out, which === 75 ? 9 : 0),
  ...change,
} as unknown as CudaFunctions);

Deno.test("cudaDriver() lists version and devices", () => {
  assert.deepEqual(cudaDriver(fake()), {
    version: "13.1",
    devices: [{ name: "GPU 40", capability: "9.0" }, { name: "GPU 41", capability: "9.0" }],
  });
});

Deno.test("cudaDriver() says what failed", () => {
  assert.throws(() => cudaDriver(fake({ cuInit: () => 100 })), {
    message: "Cannot use CUDA: cuInit failed with 100 (there is no CUDA device)",
  });
  assert.throws(() => cudaDriver(fake({ cuInit: () => 999 })), {
    message: "Cannot use CUDA: cuInit failed with 999",
  });
  assert.throws(() => cudaDriver(fake({ cuDeviceGetCount: (out: BufferSource) => write(out, 0) })), {
    message: "Cannot use CUDA: the driver (for CUDA 13.1) has no device",
  });
});

Deno.test("openDriver() says that there is no driver", () => {
  assert.throws(
    () => openDriver("libnodriver.so.0"),
    /^Error: No NVIDIA driver was found on this machine: libnodriver\.so\.0 cannot be opened \(/,
  );
});
