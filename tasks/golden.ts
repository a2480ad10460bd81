/**
 * Checks the library against files of reference values: `deno task golden [DIR]`.
 *
 * @module
 */
import { reasonOf } from "../lib/system/mod.ts";
import { type GoldenFile, type Outcome, type Reader, tolerance } from "./golden/reader.ts";
import { type CommandSpec, runCommand } from "./runner/arguments.ts";

/** The result of one file. */
interface FileReport {
  readonly file: string;
  readonly passed: number;
  readonly failed: readonly string[];
  readonly unsupported: readonly string[];
  readonly float32: number;
  readonly float64: number;
  /** A difference by design within the tolerance, or the reason why the file was not read. */
  readonly note: string;
}

async function exists(url: URL): Promise<boolean> {
  try {
    await Deno.stat(url);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the reader for a file of reference values, found by its name; undefined where there is
 * none.
 */
async function readerFor(name: string): Promise<Reader | undefined> {
  const url = new URL(`./golden/${name}.ts`, import.meta.url);
  if (!/^\w+$/.test(name) || name === "reader" || !await exists(url)) return undefined;
  return (await import(url.href)).default;
}

/** Checks one file. Throws where it cannot be read or is not JSON. */
export async function checkFile(path: string): Promise<FileReport> {
  const file = path.split(/[\\/]/).at(-1)!, name = file.replace(/\.json$/, "");
  const empty = { file, passed: 0, failed: [], unsupported: [], float32: NaN, float64: NaN };
  const reader = await readerFor(name);
  if (!reader) return { ...empty, note: "there is no reader for this file" };
  let content: GoldenFile;
  try {
    content = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    throw new Error(
      `Cannot read the reference values in ${path}: ${reasonOf(error)}`,
    );
  }
  let passed = 0, float32 = 0, float64 = 0;
  const failed: string[] = [], unsupported = new Set<string>(), notes = new Set<string>();
  for await (const outcome of reader(content) as AsyncIterable<Outcome>) {
    if ("unsupported" in outcome) {
      unsupported.add(outcome.unsupported);
      continue;
    }
    float32 = Math.max(float32, outcome.float32);
    float64 = Math.max(float64, outcome.float64);
    if (outcome.note) notes.add(outcome.note);
    if (outcome.float32 <= tolerance.float32 && outcome.float64 <= tolerance.float64) passed++;
    else {
      const errors = (["float32", "float64"] as const).map((p) => `${p} ${outcome[p].toExponential(1)}`);
      failed.push(`${outcome.case} (${errors.join(", ")})`);
    }
  }
  return {
    file,
    passed,
    failed,
    unsupported: [...unsupported],
    float32,
    float64,
    note: notes.size ? `1 ulp in ${[...notes].join(", ")}` : "",
  };
}

/** Checks every `.json` file in a folder, in the order of their names. */
export async function checkFolder(folder: string): Promise<FileReport[]> {
  const files: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile && entry.name.endsWith(".json")) files.push(entry.name);
    }
  } catch {
    throw new Error(
      `Cannot read the folder ${folder}: it does not exist or is not readable. Name a folder of reference values`,
    );
  }
  if (files.length === 0) throw new Error(`Cannot check ${folder}: there is no .json file in it`);
  const reports: FileReport[] = [];
  for (const file of files.sort()) reports.push(await checkFile(`${folder}/${file}`));
  return reports;
}

const shown = (error: number): string =>
  Number.isNaN(error) ? "-" : error === 0 ? "0" : error.toExponential(1);

const command: CommandSpec = {
  name: "golden",
  summary: "Checks the library against the files of reference values in a folder (default tests/golden).",
  positionals: "[DIR]",
  maximum: 1,
  options: {},
};

function show({ file, passed, failed, unsupported, float32, float64, note }: FileReport): string {
  const tail = [unsupported.length ? `not yet supported: ${unsupported.join(", ")}` : "", note].filter(
    Boolean,
  ).join("; ");
  const counts = `${String(passed).padStart(3)} passed ${String(failed.length).padStart(3)} failed`;
  return `${file.padEnd(28)} ${counts}  float32 ${shown(float32).padEnd(8)} float64 ${
    shown(float64).padEnd(8)
  } ${tail}`.trimEnd();
}

/**
 * Checks the folder that the arguments name and prints a line a file. Resolves to the exit code: 1
 * beyond the tolerance.
 */
export function golden(
  args: readonly string[],
  print: (line: string) => void = console.log,
): Promise<number> {
  return runCommand(command, args, async ({ positionals: [folder = "tests/golden"] }) => {
    const reports = await checkFolder(folder);
    for (const report of reports) print(show(report));
    const failures = reports.flatMap((r) => r.failed.map((f) => `${r.file}: ${f}`));
    if (failures.length === 0) return 0;
    throw new Error(
      `\nBeyond the tolerance (float32 ${tolerance.float32}, float64 ${tolerance.float64}):\n  ${
        failures.join("\n  ")
      }`,
    );
  });
}

if (import.meta.main) Deno.exit(await golden(Deno.args));
