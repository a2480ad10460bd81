import assert from "node:assert/strict";
import type { CudaDriver } from "../../../../lib/compile/engine/cuda/driver.ts";
import { cudaProviderDir, loadCudaProvider } from "../../../../lib/compile/engine/cuda/provider.ts";
import { compile } from "../../../../lib/compile/mod.ts";
import { sha256 } from "../../../../lib/system/mod.ts";
import { type Tensor, tf } from "../../../../lib/tensor/mod.ts";
import { inTemporaryFolder, withEnvironment } from "../../../temporary.ts";

const driver = (version = "13.1"): () => CudaDriver => () => ({
  version,
  devices: [{ name: "GPU", capability: "9.0" }],
});

const NAMES = [
  "libonnxruntime.so.1.30.0",
  "libonnxruntime_providers_cuda.so",
  "libcublas.so.13",
  "libcublasLt.so.13",
  "libcudart.so.13",
  "libcurand.so.10",
];

/** A folder as the provisioning leaves it, with a few bytes for each library. */
async function provisioned(folder: string, names: readonly string[] = NAMES): Promise<void> {
  const files = await Promise.all(names.map(async (path) => {
    await Deno.writeTextFile(`${folder}/${path}`, path);
    return { path, bytes: path.length, sha256: await sha256(path) };
  }));
  const manifest = { version: "1.30.0", device: "gpu", system: "linux x86_64", files, source: "a test" };
  await Deno.writeTextFile(`${folder}/engine.json`, JSON.stringify(manifest));
}

Deno.test("loadCudaProvider() loads what others need first, and ONNX Runtime's own library last", async () => {
  await inTemporaryFolder(async (folder) => {
    await provisioned(folder);
    const opened: string[] = [];
    const found = loadCudaProvider({
      folder,
      driver: driver(),
      open: (path) => void opened.push(path.slice(folder.length + 1)),
    });
    assert.equal(found.devices[0].name, "GPU");
    assert.deepEqual(opened, [
      "libcudart.so.13",
      "libcublasLt.so.13",
      "libcublas.so.13",
      "libcurand.so.10",
      "libonnxruntime.so.1.30.0",
    ]);
  });
});

Deno.test("loadCudaProvider() says what is missing, old, damaged or does not load", async () => {
  await inTemporaryFolder(async (folder) => {
    const load = (change: Partial<Parameters<typeof loadCudaProvider>[0]> = {}) =>
      loadCudaProvider({ folder, driver: driver(), open() {}, ...change });
    assert.throws(() => load({ folder: `${folder}/none` }), {
      message:
        "Cannot use CUDA: the provider of ONNX Runtime is not provisioned; run `deno task engine onnx-cuda`",
    });
    assert.throws(
      () => load({ driver: driver("12.4") }),
      /the driver serves CUDA 12\.4, expected 13\.0 or newer \(driver r580\)/,
    );
    await provisioned(folder, NAMES.slice(1));
    assert.throws(() => load(), /has no .*libonnxruntime.*; run `deno task engine onnx-cuda` again/);
    await provisioned(folder);
    const open = (path: string) => {
      if (path.includes("curand")) throw new Error("undefined symbol");
    };
    assert.throws(() => load({ open }), /^Error: Cannot load .*libcurand\.so\.10: undefined symbol$/);
    await Deno.writeTextFile(`${folder}/libcublas.so.13`, "libcublas.so.31");
    // Whoever changes a file changes its time; within a millisecond that would not show.
    await Deno.utime(`${folder}/libcublas.so.13`, 1, 1);
    assert.throws(() => load(), /Wrong or damaged file .*libcublas\.so\.13/);
  });
});

Deno.test("cudaProviderDir() is in the user's cache", async () => {
  await withEnvironment({ XDG_CACHE_HOME: "/somewhere" }, () => {
    assert.match(cudaProviderDir()!, /^\/somewhere\/.*engines\/onnx-cuda-1\.30\.0$/);
    return Promise.resolve();
  });
});

Deno.test("compile() for cuda says why CUDA cannot be used", async () => {
  const cube = compile((x: Tensor) => x.square().mul(x), { engine: "onnx" });
  await cube(tf.scalar(2));
  await cube.release();
  // ONNX Runtime is in this process now.
  await assert.rejects(compile((x: Tensor) => x.square(), { engine: "onnx", device: "cuda" })(tf.scalar(2)), {
    message: /^Cannot use CUDA: ONNX Runtime is in this process already, without it/,
  });
});
