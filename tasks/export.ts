/**
 * Exports trained models for serving: `deno task export dmm|np_collapse|vae|bnn_mnist|gmm|hmm
 * [--parameters FILE] [--out DIR]`.
 *
 * @module
 */
import { resolve } from "node:path";
import { closest } from "../lib/system/mod.ts";
import { registry } from "../experiments/registry.ts";
import { exportParts, showChecks } from "../lib/serve/mod.ts";
import { findParameters, provenance } from "./export/find_parameters.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

/** The experiments whose models are served, by name. */
const served = new Map(registry.flatMap(({ name, loadExport }) => loadExport ? [[name, loadExport]] : []));

const command: CommandSpec = {
  name: "export",
  summary: "Writes a trained model as a repository of ONNX models, each checked against the library.",
  positionals: [...served.keys()].join("|"),
  maximum: 1,
  options: {
    parameters: {
      kind: "text",
      placeholder: "FILE",
      help: "a safetensors file (default: of the best profile among the results)",
    },
    out: { kind: "text", placeholder: "DIR", help: "the model repository (default model_repository)" },
  },
};

/** Places for tests; the defaults are the project's own. */
interface ExportCommandOptions {
  /** The folder that results and the repository are relative to. */
  readonly cwd?: string;
  /** The place for texts. */
  readonly terminal?: Terminal;
}

/** Exports what the arguments name. Resolves to the exit code. */
export function exportCommand(args: readonly string[], options: ExportCommandOptions = {}): Promise<number> {
  const { cwd = Deno.cwd(), terminal = systemTerminal() } = options;
  return runCommand(command, args, async ({ values, positionals: [name] }) => {
    const names = [...served.keys()];
    if (name === undefined) throw new UsageError(`Name what to export: there is ${names.join(", ")}`);
    const loadExport = served.get(name);
    if (!loadExport) {
      throw new UsageError(`Cannot export "${name}"${closest(name, names)}: there is ${names.join(", ")}`);
    }
    const path = values.parameters
      ? resolve(cwd, String(values.parameters))
      : await findParameters(name, `${cwd}/results`);
    const folder = resolve(cwd, String(values.out ?? "model_repository"));
    const { parts, metadata } = await (await loadExport())(path);
    const checks = await exportParts(
      parts,
      await provenance(path, { experiment: name, ...metadata }),
      folder,
    );
    terminal.print(showChecks(checks));
    terminal.print(`\nParameters: ${path}\nRepository: ${folder}`);
    return 0;
  });
}

if (import.meta.main) Deno.exit(await exportCommand(Deno.args));
