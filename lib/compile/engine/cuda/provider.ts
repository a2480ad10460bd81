import { reasonOf } from "../../../system/mod.ts";
import { type EngineFile, enginesDir, releaseIn, verifyFiles } from "../../../tensorflow/mod.ts";
import { existsSync } from "node:fs";
import { type CudaDriver, cudaDriver } from "./driver.ts";

/** The version of ONNX Runtime that the provider belongs to: that of onnxruntime-node. */
export const PROVIDER_VERSION = "1.30.0";

/** The newest CUDA the libraries are built for: the driver must serve it. */
const NEEDED = 13;

/**
 * The libraries in the order in which they are loaded, each before those that need it. The last one
 * is ONNX Runtime's own: the addon of onnxruntime-node, which asks for a library of that name, is
 * bound to it, and it finds the provider beside itself.
 */
const LIBRARIES: readonly RegExp[] = [
  /^libcudart\.so\.\d+$/,
  /^libcublasLt\.so\.\d+$/,
  /^libcublas\.so\.\d+$/,
  /^libcurand\.so\.\d+$/,
  /^libcudnn\.so\.\d+$/,
  /^libonnxruntime\.so\.[\d.]+$/,
];

/** Returns the folder of the provider in the user's cache, or undefined where there is no cache. */
export function cudaProviderDir(): string | undefined {
  const engines = enginesDir();
  return engines && `${engines}/onnx-cuda-${PROVIDER_VERSION}`;
}

let loaded: CudaDriver | undefined;

/** Returns the files of a provisioned folder. */
function filesIn(folder: string | undefined): readonly EngineFile[] {
  try {
    if (folder !== undefined) return releaseIn(folder).files;
  } catch (cause) {
    if (existsSync(folder!)) throw cause;
  }
  throw new Error(
    "Cannot use CUDA: the provider of ONNX Runtime is not provisioned; run `deno task engine onnx-cuda`",
  );
}

/** The machine's own functions, in whose place a test puts others. */
export interface CudaMachine {
  readonly folder?: string;
  driver(): CudaDriver;
  open(path: string): void;
}

const machine: CudaMachine = {
  driver: () => cudaDriver(),
  // The library stays open: nothing of it is called from here.
  open: (path) => void Deno.dlopen(path, {}),
};

/**
 * Loads the libraries of ONNX Runtime's CUDA provider into this process; once. It has to be done
 * before onnxruntime-node is imported, whose own library has no such provider. WebGPU cannot be
 * used in the same process.
 *
 * Throws where the machine has no fitting driver, where the provider is not provisioned, where a
 * file is missing or damaged, and where one cannot be loaded.
 */
export function loadCudaProvider(
  { folder = cudaProviderDir(), driver, open }: CudaMachine = machine,
): CudaDriver {
  if (loaded && open === machine.open) return loaded;
  const found = driver();
  if (parseInt(found.version) < NEEDED) {
    throw new Error(
      `Cannot use CUDA for ONNX Runtime ${PROVIDER_VERSION}: the driver serves CUDA ${found.version}, expected ${NEEDED}.0 or newer ` +
        "(driver r580)",
    );
  }
  const files = filesIn(folder);
  verifyFiles(folder!, files);
  const names = files.map(({ path }) => path);
  for (const pattern of LIBRARIES) {
    const name = names.find((path) => pattern.test(path));
    if (!name) {
      // cuDNN is only for networks with convolutions and the like.
      if (pattern.source.includes("cudnn")) continue;
      throw new Error(
        `Cannot use CUDA: ${folder} has no ${pattern.source}; run \`deno task engine onnx-cuda\` again`,
      );
    }
    try {
      open(`${folder}/${name}`);
    } catch (cause) {
      throw new Error(`Cannot load ${folder}/${name}: ${reasonOf(cause)}`, { cause });
    }
  }
  if (open === machine.open) loaded = found;
  return found;
}
