/**
 * Fetches native engines into the user's cache: `deno task engine tensorflow [--gpu] [--from DIR]
 * [--remove]`, `deno task engine onnx-cuda [--remove]`.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { closest, reasonOf } from "../lib/system/mod.ts";
import { cudaProviderDir } from "../lib/compile/engine/cuda/mod.ts";
import { enginesDir, installedEngines } from "../lib/tensorflow/mod.ts";
import { onnxCuda } from "./engine/packages.ts";
import type { ProvisionOptions } from "./engine/finish.ts";
import { provision } from "./engine/provision.ts";
import { provisionFrom } from "./engine/provision_from.ts";
import { clearLeftovers } from "./engine/staging.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

const ENGINES = ["tensorflow", "onnx-cuda"] as const;

const command: CommandSpec = {
  name: "engine",
  summary:
    "Fetches a native engine by name into the user's cache. Everything works without it; it is faster with it.",
  positionals: ENGINES.join("|"),
  maximum: 1,
  options: {
    gpu: {
      kind: "flag",
      help: "the build for NVIDIA's GPUs, with the CUDA libraries it needs (default: for processors)",
    },
    from: {
      kind: "text",
      placeholder: "DIR",
      help: "download nothing: take the one that a Python environment has",
    },
    remove: { kind: "flag", help: "remove it" },
  },
};

/** The engines that work where one could not be had. */
const STILL =
  "Nothing was changed. Without it the engines onnx and js run compiled functions, and wasm or cpu eager operations.";

/** Returns the folders of TensorFlow for a device. */
const tensorflowFor = (device: "cpu" | "gpu"): string[] =>
  installedEngines().filter((engine) => engine.device === device).map(({ folder }) => folder);

/** Returns the folder of the provider, where it is there. */
function cudaProvider(): string[] {
  const folder = cudaProviderDir();
  return folder !== undefined && existsSync(folder) ? [folder] : [];
}

async function remove(title: string, found: readonly string[], terminal: Terminal): Promise<void> {
  const engines = enginesDir(), cleared = engines ? await clearLeftovers(engines).catch(() => 0) : 0;
  for (const folder of found) {
    await Deno.remove(folder, { recursive: true });
    terminal.print(`Removed ${folder}`);
  }
  if (found.length > 0) return;
  terminal.print(
    `${title} is not there${cleared > 0 ? "; cleared away what was left of an attempt" : ""}`,
  );
}

/**
 * Runs the command. Resolves to the exit code: 130 where it was interrupted. The options are for
 * tests.
 */
export function engineCommand(
  args: readonly string[],
  options: Partial<ProvisionOptions> = {},
): Promise<number> {
  const { terminal = systemTerminal() } = options;
  return runCommand(command, args, async ({ values, positionals: [name] }) => {
    if (name === undefined) throw new UsageError(`Name the engine: there is ${ENGINES.join(", ")}`);
    if (!ENGINES.some((engine) => engine === name)) {
      throw new UsageError(
        `Unknown engine "${name}"${closest(name, ENGINES)}: there is ${ENGINES.join(", ")}`,
      );
    }
    const device = values.gpu ? "gpu" : "cpu", from = values.from as string | undefined;
    if (values.remove && from !== undefined) throw new UsageError("Give --remove or --from, not both");
    const isProvider = name === "onnx-cuda";
    if (isProvider && (values.gpu || from !== undefined)) {
      throw new UsageError(
        "onnx-cuda is for GPUs and comes from the package index: give it neither --gpu nor --from",
      );
    }
    const title = isProvider ? onnxCuda.title! : `TensorFlow for ${device}`;
    if (values.remove) {
      await remove(title, isProvider ? cudaProvider() : tensorflowFor(device), terminal);
      return 0;
    }
    const stop = new AbortController(), interrupt = () => stop.abort();
    const signals = Deno.build.os === "windows"
      ? ["SIGINT"] as const
      : ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    for (const signal of signals) Deno.addSignalListener(signal, interrupt);
    try {
      const own = isProvider ? { recipe: onnxCuda, place: cudaProviderDir() } : {};
      const all = { signal: stop.signal, ...own, ...options, terminal };
      await (from === undefined
        ? provision(isProvider ? onnxCuda.device : device, all)
        : provisionFrom(from, device, all));
      return 0;
    } catch (error) {
      if ((options.signal ?? stop.signal).aborted) {
        terminal.warn("Interrupted: nothing was left behind");
        return 130;
      }
      throw new Error(
        `Cannot provision ${isProvider ? title : "TensorFlow"}: ${reasonOf(error)}\n${STILL}`,
      );
    } finally {
      for (const signal of signals) Deno.removeSignalListener(signal, interrupt);
    }
  });
}

if (import.meta.main) Deno.exit(await engineCommand(Deno.args));
