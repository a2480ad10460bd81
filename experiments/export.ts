/**
 * Exports trained models for serving: `deno task export dmm [--parameters FILE] [--out DIR]`.
 *
 * @module
 */
import { closest } from "../lib/data/mod.ts";
import { loadParameters, type TrainedParameters } from "../lib/models/dmm/mod.ts";
import { dmmExports } from "./dmm/export.ts";
import type { PartToExport } from "./export/checked_export.ts";
import { exportParts, showChecks } from "./export/export_parts.ts";
import { findParameters, provenance } from "./export/find_parameters.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

/** What is exported of each experiment. */
const exporters: Readonly<Record<string, (trained: TrainedParameters) => PartToExport[]>> = {
  dmm: dmmExports,
};

const command: CommandSpec = {
  name: "export",
  summary: "Writes a trained model as a repository of ONNX models, each checked against the library.",
  positionals: `${Object.keys(exporters).join("|")}`,
  maximum: 1,
  options: {
    parameters: {
      kind: "text",
      placeholder: "FILE",
      help: "a safetensors file (default: the newest among the results)",
    },
    out: { kind: "text", placeholder: "DIR", help: "the model repository (default model_repository)" },
  },
};

/** Where results lie, and who is told; the defaults are the project's own. */
export interface ExportCommandOptions {
  /** The folder that results and the repository are relative to. */
  readonly cwd?: string;
  /** Where texts go. */
  readonly terminal?: Terminal;
}

/** Exports what the arguments name. Resolves to the exit code. */
export function exportCommand(args: readonly string[], options: ExportCommandOptions = {}): Promise<number> {
  const { cwd = Deno.cwd(), terminal = systemTerminal() } = options;
  return runCommand(command, args, async ({ values, positionals: [name] }) => {
    const names = Object.keys(exporters);
    if (name === undefined) throw new UsageError(`Name what to export: there is ${names.join(", ")}`);
    if (!Object.hasOwn(exporters, name)) {
      throw new UsageError(`Cannot export "${name}"${closest(name, names)}: there is ${names.join(", ")}`);
    }
    const at = (path: string) => /^([\\/]|[A-Za-z]:)/.test(path) ? path : `${cwd}/${path}`;
    const path = values.parameters
      ? at(String(values.parameters))
      : await findParameters(name, `${cwd}/results`);
    const folder = at(String(values.out ?? "model_repository")), trained = await loadParameters(path);
    const metadata = await provenance(path, { experiment: name, ...trained.metadata });
    const checks = await exportParts(exporters[name](trained), metadata, folder);
    terminal.print(showChecks(checks));
    terminal.print(`\nParameters: ${path}\nRepository: ${folder}`);
    return 0;
  });
}

if (import.meta.main) Deno.exit(await exportCommand(Deno.args));
