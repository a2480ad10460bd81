/**
 * Builds a site of guides and reference, which needs no network to be read: `deno task docs [DIR]`.
 *
 * @module
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { reasonOf, runProgram } from "../lib/system/mod.ts";
import { page, PAGES, REFERENCE } from "./docs/pages.ts";
import { styleSheet } from "./pages/shell.ts";
import { type CommandSpec, runCommand } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

const ROOT = resolve(fileURLToPath(new URL("../", import.meta.url)));

/** Writes the guides and the other texts as pages into a folder. */
export async function writePages(out: string): Promise<void> {
  for (const [file, { path }] of PAGES) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), page(await readFile(join(ROOT, file), "utf8"), file));
  }
  await writeFile(join(out, "style.css"), await styleSheet());
}

/** Writes the reference of all that the library exports, by Deno's generator. */
async function writeReference(out: string): Promise<void> {
  const { exports } = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));
  const modules = Object.values<string>(exports), options = ["--html", "--name=Pyrosaur", `--output=${out}`];
  const { ok, complaint } = await runProgram(Deno.execPath(), ["doc", ...options, ...modules], { cwd: ROOT });
  if (!ok) throw new Error(`Cannot write the reference: deno doc says ${complaint}`);
}

const command: CommandSpec = {
  name: "docs",
  summary: "Builds a site of guides and reference, which needs no network to be read.",
  positionals: "[DIR]",
  maximum: 1,
  options: {},
};

/**
 * Builds the site in the folder that the arguments name (default: .pyrosaur/docs). Resolves to the
 * exit code.
 */
export function docsCommand(
  args: readonly string[],
  { terminal = systemTerminal() as Terminal } = {},
): Promise<number> {
  return runCommand(command, args, async ({ positionals: [folder = join(ROOT, ".pyrosaur/docs")] }) => {
    const out = resolve(folder);
    await mkdir(out, { recursive: true }).catch((error) => {
      throw new Error(`Cannot write the site to ${out}: ${reasonOf(error)}; name a folder`);
    });
    await writePages(out);
    await writeReference(join(out, REFERENCE));
    terminal.print(join(out, "index.html"));
    return 0;
  });
}

if (import.meta.main) Deno.exit(await docsCommand(Deno.args));
