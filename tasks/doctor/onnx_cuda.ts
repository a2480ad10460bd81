import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cudaProviderDir } from "../../lib/compile/engine/cuda/mod.ts";
import { type Finding, output } from "./finding.ts";

/**
 * Tells whether ONNX Runtime's CUDA provider is there, and what a graph that may run nowhere else
 * really ran on.
 */
export async function onnxCuda(): Promise<Finding> {
  const subject = "onnx on cuda", folder = cudaProviderDir();
  if (folder === undefined || !existsSync(folder)) {
    return { subject, ok: false, finding: "not provisioned; `deno task engine onnx-cuda` fetches it" };
  }
  const script = fileURLToPath(new URL("../engine/smoke_onnx_cuda.ts", import.meta.url));
  const said = await output(Deno.execPath(), ["run", "--allow-all", script, folder]);
  if (said === undefined) {
    return { subject, ok: false, finding: `in ${folder}, but it does not run; provision it again` };
  }
  const { version, device } = JSON.parse(said.split("\n").at(-1)!);
  const ran = device === "cpu"
    ? "its libraries load, but there is no device: ran on the processor"
    : `ran on ${device}`;
  return { subject, ok: device !== "cpu", finding: `onnxruntime-gpu ${version}, ${ran}, in ${folder}` };
}
