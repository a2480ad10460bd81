/**
 * Exports trained models for serving: `deno task export dmm|np [--parameters FILE] [--out DIR]`.
 *
 * @module
 */
import { resolve } from "node:path";
import { closest } from "../lib/system/mod.ts";
import { loadParameters } from "../lib/models/dmm/mod.ts";
import { loadNeuralProcess } from "../lib/models/neural_process/mod.ts";
import { dmmExports } from "../experiments/dmm/export.ts";
import type { PartToExport } from "../lib/serve/export/checked_export.ts";
import { exportParts, showChecks } from "../lib/serve/export/export_parts.ts";
import { findParameters, provenance } from "./export/find_parameters.ts";
import { npExports } from "../experiments/np_collapse/export.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

/** What is exported of a file of parameters, and what the file says of itself. */
interface Exportable {
  readonly parts: PartToExport[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where a model's parameters come from. */
interface Exporter {
  /** The experiment among whose results they are. */
  readonly experiment: string;
  /** Reads them. */
  load(path: string): Promise<Exportable>;
}

const exporters: Readonly<Record<string, Exporter>> = {
  dmm: {
    experiment: "dmm",
    async load(path) {
      const trained = await loadParameters(path);
      return { parts: dmmExports(trained), metadata: trained.metadata };
    },
  },
  np: {
    experiment: "np_collapse",
    async load(path) {
      const trained = await loadNeuralProcess(path);
      return { parts: npExports(trained), metadata: trained.metadata };
    },
  },
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
      help: "a safetensors file (default: of the best profile among the results)",
    },
    out: { kind: "text", placeholder: "DIR", help: "the model repository (default model_repository)" },
  },
};

/** Where results lie, and who is told; the defaults are the project's own. */
interface ExportCommandOptions {
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
    const at = (path: string) => resolve(cwd, path);
    const { experiment, load } = exporters[name];
    const path = values.parameters
      ? at(String(values.parameters))
      : await findParameters(experiment, `${cwd}/results`);
    const folder = at(String(values.out ?? "model_repository")), { parts, metadata } = await load(path);
    const checks = await exportParts(parts, await provenance(path, { experiment, ...metadata }), folder);
    terminal.print(showChecks(checks));
    terminal.print(`\nParameters: ${path}\nRepository: ${folder}`);
    return 0;
  });
}

if (import.meta.main) Deno.exit(await exportCommand(Deno.args));
