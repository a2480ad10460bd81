/**
 * Executes the notebooks, headless, and stores them with their outputs: `deno task notebooks [NAME
 * ...] [--check]`.
 *
 * It needs a Python with nbclient and ipykernel: `PYROSAUR_PYTHON`, or else `python3`. Deno brings
 * its own kernel.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { closest, reasonOf, runProgram, writeFileAtomic } from "../lib/system/mod.ts";
import { type CommandSpec, type ParsedArguments, runCommand, UsageError } from "./runner/arguments.ts";

const FOLDER = new URL("../notebooks/", import.meta.url);
const DRIVER = new URL("./notebooks/execute.py", import.meta.url);

/** Seconds that one cell may take. */
const CELL_TIMEOUT = 600;

/** The end of an execution. */
export interface Execution {
  /** The notebook's name, without `.ipynb`. */
  readonly name: string;
  /** The message of the kernel or the cell that failed; undefined where all went well. */
  readonly error: string | undefined;
  /** Its time. */
  readonly seconds: number;
  /** The size of the notebook with its outputs; 0 where it failed. */
  readonly bytes: number;
}

/** Returns the names of the notebooks in a folder. */
export async function notebookNames(folder: URL = FOLDER): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".ipynb")) names.push(name.slice(0, -".ipynb".length));
  }
  return names.sort();
}

/** Finds the Python to use, and the reason where it will not do. */
export async function findPython(): Promise<{ python: string; missing: string | undefined }> {
  const python = Deno.env.get("PYROSAUR_PYTHON") || "python3";
  try {
    const { ok, complaint } = await runProgram(python, ["-c", "import nbclient, ipykernel"]);
    return { python, missing: ok ? undefined : `${python} says: ${complaint}` };
  } catch (error) {
    return { python, missing: reasonOf(error) };
  }
}

/**
 * Makes a folder in which Jupyter finds this Deno as the kernel "deno", whatever the user has
 * installed.
 */
async function kernelFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "pyrosaur-kernel-" });
  const spec = {
    argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
  };
  await writeFileAtomic(`${folder}/kernels/deno/kernel.json`, JSON.stringify(spec));
  return folder;
}

/** Without colours, which git would show as noise, and without a telemetry of ONNX Runtime's. */
const plainEnvironment = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ORT_DISABLE_TELEMETRY: "1" };

/**
 * Returns a notebook as the text that is stored: as Jupyter indents it, but a figure's
 * specification on one line of its own, as nobody reads a number a line.
 */
export function formatNotebook(notebook: unknown): string {
  const specs: string[] = [];
  const text = JSON.stringify(
    notebook,
    (key, value) =>
      key.startsWith("application/vnd.vegalite") ? `\u0000${specs.push(JSON.stringify(value)) - 1}` : value,
    1,
  );
  return text.replace(/"\\u0000(\d+)"/g, (_, i) => specs[i]) + "\n";
}

/**
 * Executes a notebook in a fresh kernel.
 *
 * @param path of the notebook, which is only replaced where `write` says so and every cell succeeds
 */
export async function executeNotebook(
  python: string,
  path: string,
  write: boolean,
): Promise<Omit<Execution, "name">> {
  const started = performance.now(), kernels = await kernelFolder();
  try {
    const { ok, out, err } = await runProgram(python, [fileURLToPath(DRIVER), path, String(CELL_TIMEOUT)], {
      env: { ...plainEnvironment, JUPYTER_PATH: kernels },
    });
    const seconds = (performance.now() - started) / 1000;
    if (!ok) return { error: err, seconds, bytes: 0 };
    const text = formatNotebook(JSON.parse(out));
    if (write) await writeFileAtomic(path, text);
    return { error: undefined, seconds, bytes: text.length };
  } finally {
    await Deno.remove(kernels, { recursive: true });
  }
}

/**
 * Returns the notebooks that were asked for. Throws, listing those there are, for an unknown name.
 */
async function chosen(names: readonly string[]): Promise<string[]> {
  const all = await notebookNames(), unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `Unknown notebook "${unknown}"${closest(unknown, all)}: there are ${all.join(", ")}`,
    );
  }
  return names.length > 0 ? [...names] : all;
}

const command: CommandSpec = {
  name: "notebooks",
  summary:
    "Executes notebooks headless, all of them where none is named, and stores them with their outputs.",
  positionals: "[NAME ...]",
  maximum: Infinity,
  options: { check: { kind: "flag", help: "execute only: store nothing" } },
};

async function main({ values, positionals }: ParsedArguments): Promise<number> {
  const names = await chosen(positionals), { python, missing } = await findPython();
  if (missing !== undefined) {
    for (const name of names) console.log(`${name}: not executed: ${missing}`);
    console.log(
      "To execute notebooks, set PYROSAUR_PYTHON to a Python that has nbclient and ipykernel (pip install nbclient ipykernel)",
    );
    return 0;
  }
  let failed = 0;
  for (const name of names) {
    const { error, seconds, bytes } = await executeNotebook(
      python,
      fileURLToPath(new URL(`${name}.ipynb`, FOLDER)),
      !values.check,
    );
    const took = `${seconds.toFixed(1)} s`;
    if (error !== undefined) failed++;
    console.log(
      error === undefined
        ? `${name}: ok, ${took}, ${Math.ceil(bytes / 1024)} KB`
        : `${name}: failed after ${took}\n${error}`,
    );
  }
  return failed > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args, main));
