import { attempt, type Finding } from "./finding.ts";

/** Lists the execution providers that this build of ONNX Runtime has. */
export async function onnxProviders(): Promise<Finding> {
  return await attempt("onnx providers", async () => {
    const { listSupportedBackends } = await import("onnxruntime-node");
    const names = listSupportedBackends().map(({ name, bundled }) =>
      bundled ? name : `${name} (its libraries are installed apart)`
    );
    return names.join(", ");
  });
}
