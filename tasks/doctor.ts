/**
 * Says what this machine has for Pyrosaur: `deno task doctor`.
 *
 * @module
 */
import { dataSets } from "./doctor/data_sets.ts";
import { engines } from "./doctor/engines.ts";
import type { Finding, Probe } from "./doctor/finding.ts";
import { machine } from "./doctor/machine.ts";
import { notebookKernel } from "./doctor/notebook_kernel.ts";
import { onnxCuda } from "./doctor/onnx_cuda.ts";
import { onnxProviders } from "./doctor/onnx_providers.ts";
import { python } from "./doctor/python.ts";
import { repository } from "./doctor/repository.ts";
import { tensorflow } from "./doctor/tensorflow.ts";
import { tfjsBackends } from "./doctor/tfjs_backends.ts";
import { type CommandSpec, runCommand } from "./runner/arguments.ts";

const probes: readonly Probe[] = [
  machine,
  engines,
  onnxProviders,
  tensorflow,
  onnxCuda,
  tfjsBackends,
  repository,
  python,
  notebookKernel,
  dataSets,
];

/** Returns everything that was found, in the order in which it is shown. */
export async function examine(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const probe of probes) findings.push(...[await probe()].flat());
  return findings;
}

const command: CommandSpec = {
  name: "doctor",
  summary: "Says what this machine has for Pyrosaur, and why something is not used.",
  positionals: "",
  maximum: 0,
  options: { json: { kind: "flag", help: "write JSON" } },
};

/** Prints what was found, a line each. Resolves to the exit code. */
export function doctor(
  args: readonly string[],
  print: (line: string) => void = console.log,
): Promise<number> {
  return runCommand(command, args, async ({ values }) => {
    const findings = await examine(), width = Math.max(...findings.map((f) => f.subject.length));
    if (values.json) print(JSON.stringify(findings, null, 2));
    else {
      for (const { subject, ok, finding } of findings) {
        print(`${ok ? "✓" : "·"} ${subject.padEnd(width)}  ${finding}`);
      }
    }
    return 0;
  });
}

if (import.meta.main) Deno.exit(await doctor(Deno.args));
