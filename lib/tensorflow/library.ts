import { checkForeign, reasonOf } from "../system/mod.ts";
import { findEngine, FOLDER_VARIABLE, releaseIn } from "./engine_folder.ts";
import { textAt } from "./memory.ts";
import { dlopenPinned } from "./dlopen_pinned.ts";
import { SYMBOLS, type Symbols } from "./symbols.ts";
import { verifyFiles } from "./verify.ts";
import { cacheFlags, programsDir, prune } from "./xla_cache.ts";

/** TensorFlow's library, opened. */
export interface Library {
  /** The folder it lies in. */
  readonly folder: string;
  /** The file that was opened. */
  readonly path: string;
  /** The version that it says it has. */
  readonly version: string;
  /** The build: for processors alone or for GPUs as well. */
  readonly device: "cpu" | "gpu";
  /** Its functions. */
  readonly symbols: Symbols;
}

/** Options of `openLibrary`. */
export interface LibraryOptions {
  /** Its folder (default: the one that `PYROSAUR_TENSORFLOW` names, else the user's cache). */
  readonly folder?: string;
  /**
   * Environment variables for TensorFlow, set before it is opened, as `{ TF_XLA_FLAGS: "..." }`.
   * TensorFlow reads most of them once in a process, at its start or at their first use: what is
   * given after that changes nothing.
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Settings where the user has none: no notices, and a GPU's memory is taken as needed. */
const DEFAULTS: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: "3",
  TF_FORCE_GPU_ALLOW_GROWTH: "true",
};

const opened = new Map<string, Library>();

/**
 * Opens TensorFlow's library, once in an isolate for each folder.
 *
 * The files' hashes are checked before any of their code runs. Needs `--allow-ffi` (without a
 * scope), `--allow-read`, and `--allow-env`; `--allow-write` only to remember the check.
 *
 * Throws outside Deno, where TensorFlow is not provisioned, where a file is missing, wrong or
 * damaged, and where the system cannot load it.
 */
export function openLibrary(options: LibraryOptions = {}): Library {
  checkForeign("open TensorFlow's library");
  const folder = options.folder ?? findEngine();
  if (folder === undefined) {
    throw new Error(
      `TensorFlow is not provisioned: run \`deno task engine tensorflow\`, or name its folder in ${FOLDER_VARIABLE}`,
    );
  }
  for (const [name, value] of Object.entries(options.environment ?? {})) Deno.env.set(name, value);
  const before = opened.get(folder);
  if (before) return before;

  const { files, device, version } = releaseIn(folder);
  verifyFiles(folder, files);
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
  }
  // XLA reads it once, whoever is the first to use TensorFlow.
  const programs = programsDir(version);
  if (programs !== undefined) prune(programs);
  Deno.env.set("TF_XLA_FLAGS", cacheFlags(Deno.env.get("TF_XLA_FLAGS") ?? "", programs));
  const path = `${folder}/${files[0].path}`;
  let symbols: Symbols;
  try {
    dlopenPinned(path, Deno.env.get("TF_CPP_MIN_LOG_LEVEL") !== "0");
    symbols = Deno.dlopen(path, SYMBOLS).symbols as unknown as Symbols;
  } catch (error) {
    throw new Error(`Cannot open ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  const library = { folder, path, version: textAt(symbols.TF_Version()), device, symbols };
  opened.set(folder, library);
  return library;
}
