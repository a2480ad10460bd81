import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { runProgram } from "../../lib/system/mod.ts";
import { MANIFEST, type Manifest, RELEASES } from "../../lib/tensorflow/mod.ts";
import type { Terminal } from "../runner/terminal.ts";
import type { Installer } from "./installer.ts";
import type { Recipe } from "./packages.ts";
import type { Staging } from "./staging.ts";

/** Options of provisioning an engine; the project's own where not given. */
export interface ProvisionOptions {
  /** The terminal that is written to. */
  readonly terminal: Terminal;
  /** Stops it. */
  readonly signal: AbortSignal;
  /** The folder it goes to. */
  readonly place?: string;
  /** Programs that fetch wheels: the first one present is used. */
  readonly installers?: readonly Installer[];
  /** The parts of the engine. */
  readonly recipe?: Recipe;
  /**
   * Tries the engine and resolves to its name, version and device. Throws where it does not work.
   */
  readonly smoke?: (folder: string, signal: AbortSignal) => Promise<string>;
}

/** The name of an engine whose recipe has no other. */
export const TENSORFLOW = "TensorFlow";

/** Runs the engine in a process of its own. Resolves to its name, version and device. */
async function smokeTest(script: string, folder: string, signal: AbortSignal): Promise<string> {
  const allowed = ["read", "env", "sys", "ffi", "write"].map((permission) => `--allow-${permission}`);
  const args = ["run", ...allowed, fileURLToPath(new URL(script, import.meta.url)), folder];
  const { ok, out, err, signal: killed, code } = await runProgram(Deno.execPath(), args, { signal });
  signal.throwIfAborted();
  if (!ok) {
    const said = stripVTControlCharacters(err).split("\n");
    const error = said.find((line) => line.includes("rror:")) ?? said.at(-1);
    throw new Error(
      `it does not run on this machine (${killed ? `ended by ${killed}` : `exit code ${code}`}): ${error}`,
    );
  }
  const { name, version, device } = JSON.parse(out);
  return `${name} ${version} ${device}`;
}

/** Throws where files differ from the pinned ones of TensorFlow's release. */
function checkPinned({ version, device, system, files }: Manifest): void {
  const pinned = RELEASES.find((r) => r.version === version && r.device === device && r.system === system);
  for (const { path, sha256 } of pinned?.files ?? []) {
    const found = files.find((file) => file.path === path);
    if (found?.sha256 !== sha256) {
      throw new Error(
        `${path} has sha256 ${found?.sha256}, expected ${sha256}: it is not TensorFlow's own, or damaged`,
      );
    }
  }
}

/** Checks and tries a staged engine, and moves it to its place. */
export async function finish(
  staging: Staging,
  place: string,
  manifest: Manifest,
  { terminal, signal, recipe, smoke = (at, own) => smokeTest(`./${recipe?.smoke ?? "smoke.ts"}`, at, own) }:
    ProvisionOptions,
): Promise<void> {
  const title = recipe?.title ?? TENSORFLOW;
  if (title === TENSORFLOW) checkPinned(manifest);
  await Deno.writeTextFile(`${staging.folder}/${MANIFEST}`, JSON.stringify(manifest, null, 2) + "\n");
  terminal.print("Trying it");
  const found = await smoke(staging.folder, signal);
  signal.throwIfAborted();
  if (manifest.device === "gpu" && found.endsWith(" cpu")) {
    terminal.warn(
      `${title} finds no GPU on this machine (is NVIDIA's driver there?): it runs on the processor`,
    );
  }
  await staging.finish(place);
  terminal.print(`${found} is ready in ${place}`);
}
