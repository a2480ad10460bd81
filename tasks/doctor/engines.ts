import { compile } from "../../lib/compile/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { pinnedPackages } from "../runner/environment.ts";
import { attempt, type Finding } from "./finding.ts";

async function square(engine: "onnx" | "js" | "wasm" | "xla"): Promise<string> {
  const compiled = compile((x: Tensor) => x.square(), { engine });
  const program = await compiled.program(tf.scalar(3)),
    [{ data }] = await program.run([{ data: Float32Array.of(3), shape: [] }]);
  const version = engine === "onnx" ? `onnxruntime ${pinnedPackages()["onnxruntime-node"]}, ` : "";
  await compiled.release();
  if (data[0] !== 9) throw new Error(`${version}computes ${data[0]} for the square of 3`);
  return `${version}ran on ${program.provider}`;
}

/** Compiles and runs a function on each engine. */
export async function engines(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const engine of ["onnx", "js", "wasm", "xla"] as const) {
    findings.push(await attempt(`engine ${engine}`, () => square(engine)));
  }
  return findings;
}
