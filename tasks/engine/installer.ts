import { reasonOf, runProgram } from "../../lib/system/mod.ts";
import type { Recipe, Wheel } from "./packages.ts";

/** A program that fetches wheels from the package index by name: pip, also uv's. */
export interface Installer {
  /** Its name, as people know it. */
  readonly name: string;
  /** The program and its first arguments. */
  readonly command: readonly string[];
}

/** Returns the installers to try, in this order. */
export function candidates(): Installer[] {
  const python = Deno.env.get("PYROSAUR_PYTHON");
  return [
    ...(python ? [{ name: "pip", command: [python, "-m", "pip"] }] : []),
    { name: "pip", command: ["pip"] },
    { name: "pip", command: ["pip3"] },
    { name: "pip", command: ["python3", "-m", "pip"] },
    { name: "pip", command: ["python", "-m", "pip"] },
    { name: "uv", command: ["uv", "tool", "run", "pip"] },
  ];
}

/** Returns why an installer cannot be used; undefined where it can. */
async function hindrance({ command: [program, ...args] }: Installer): Promise<string | undefined> {
  try {
    const { ok, err } = await runProgram(program, [...args, "--version"]);
    // The first line names the failure; uv's others are its causes.
    return ok ? undefined : err.split("\n")[0] || "it failed";
  } catch ({ cause }: any) {
    return cause instanceof Deno.errors.NotFound ? "not found" : reasonOf(cause);
  }
}

/**
 * Returns the first installer that is there. Throws, and says what was looked for and what hindered
 * it.
 */
export async function findInstaller(installers: readonly Installer[] = candidates()): Promise<Installer> {
  const tried: string[] = [];
  for (const installer of installers) {
    const reason = await hindrance(installer);
    if (reason === undefined) return installer;
    tried.push(`${installer.command.join(" ")}: ${reason}`);
  }
  throw new Error(
    `there is no pip and no uv that could fetch it (${
      tried.join("; ")
    }): install one of them, or take the TensorFlow of a Python environment with --from DIR`,
  );
}

/** Returns the arguments of `pip download` for a wheel. */
export const downloadArguments = (wheel: Wheel, { python, platforms }: Recipe, folder: string): string[] => [
  "download",
  "--no-deps",
  "--no-cache-dir",
  "--no-input",
  "--disable-pip-version-check",
  "--quiet",
  "--only-binary=:all:",
  `--python-version=${python}`,
  "--implementation=cp",
  ...platforms.map((platform) => `--platform=${platform}`),
  `--dest=${folder}`,
  `${wheel.name}==${wheel.version}`,
];

/** Bytes of all files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  let total = 0;
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      total += isDirectory ? await sizeOf(path) : (await Deno.lstat(path)).size;
    }
  } catch {
    // A file that was moved away meanwhile is counted the next time.
  }
  return total;
}

/**
 * Fetches a wheel into an empty folder and returns its path. `progress` is told how many bytes have
 * come. Throws with the last lines of what the program said, or the signal's reason where it was
 * aborted.
 */
export async function fetchWheel(
  wheel: Wheel,
  recipe: Recipe,
  folder: string,
  { installer, progress, signal }: {
    installer: Installer;
    progress: (bytes: number) => void;
    signal: AbortSignal;
  },
): Promise<string> {
  const [program, ...before] = installer.command;
  // pip writes to its temporary folder first: there it can be watched, and is cleared away with the
  // rest.
  const temporary = `${folder}/tmp`;
  await Deno.mkdir(temporary, { recursive: true });
  const timer = setInterval(async () => progress(Math.min(wheel.bytes, await sizeOf(folder))), 250);
  try {
    const args = [...before, ...downloadArguments(wheel, recipe, folder)];
    const env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
    const { ok, err, out } = await runProgram(program, args, { env, signal });
    signal.throwIfAborted();
    if (!ok) {
      const said = (err || out.trim()).split("\n");
      throw new Error(
        `${installer.name} did not fetch ${wheel.name} ${wheel.version}: ${said.slice(-3).join(" ")}`,
      );
    }
  } finally {
    clearInterval(timer);
  }
  await Deno.remove(temporary, { recursive: true });
  for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".whl")) return `${folder}/${name}`;
  throw new Error(`${installer.name} fetched no wheel of ${wheel.name} ${wheel.version}`);
}
