import { context, type Manifest, releaseIn } from "../../lib/tensorflow/mod.ts";
import { attempt, type Finding, output } from "./finding.ts";

/**
 * Returns NVIDIA's driver and GPUs, as its own program names them; undefined where there is none.
 */
async function nvidia(): Promise<string | undefined> {
  const query = "--query-gpu=name,driver_version,memory.total";
  const said = await output("nvidia-smi", [query, "--format=csv,noheader"]);
  return said?.split("\n").map((line) => {
    const [name, driver, memory] = line.split(", ");
    return `${name} (driver ${driver}, ${memory})`;
  }).join("; ");
}

async function describe(): Promise<string> {
  const { library: { version, device, folder }, devices, isGpu } = context();
  const { source = "" } = releaseIn(folder) as Partial<Manifest>;
  const cuda = /nvidia-cuda-runtime-cu12 ([\d.]+)/.exec(source)?.[1];
  const names = devices.map(({ name }) => name.slice(name.indexOf("device:") + "device:".length));
  return [
    `tensorflow ${version} ${isGpu ? "gpu" : "cpu"}`,
    `devices ${names.join(", ")}`,
    await nvidia() ?? "no NVIDIA driver",
    device === "cpu" ? "built without CUDA" : `CUDA ${cuda ?? "of the Python environment it was taken from"}`,
    `in ${folder}`,
  ].join(", ");
}

/**
 * Names the native TensorFlow that is provisioned: its version, its devices, the driver and the
 * CUDA it uses.
 */
export async function tensorflow(): Promise<Finding> {
  return await attempt("tensorflow", describe);
}
