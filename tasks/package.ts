/**
 * Builds the package that npm installs: `deno task package [DIR]`.
 *
 * @module
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { reasonOf, runProgram } from "../lib/system/mod.ts";
import { manifest, type Project } from "./package/manifest.ts";
import { emit, type Emitted, packagesImported } from "./package/emit.ts";
import { type CommandSpec, runCommand } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

const ROOT = resolve(fileURLToPath(new URL("../", import.meta.url)));

/** Files that go in as they are. */
const PLAIN = ["README.md", "FEATURES.md", "LICENSE"];

/** Returns the files of the package: JavaScript, declarations, package.json and the texts. */
export async function packageFiles(root: string = ROOT): Promise<Emitted[]> {
  const project: Project = JSON.parse(await readFile(join(root, "deno.json"), "utf8"));
  const below = await readdir(join(root, "lib"), { recursive: true });
  const sources = ["mod.ts", ...below.filter((path) => path.endsWith(".ts")).map((path) => `lib/${path}`)];
  const files = emit(root, sources), imported = files.flatMap(({ text }) => packagesImported(text));
  const page = below.filter((path) => /\.(html|css|js|svg)$/.test(path)).map((path) => `lib/${path}`);
  for (const path of [...page, ...PLAIN]) {
    files.push({ path, text: await readFile(join(root, path), "utf8") });
  }
  const text = `${JSON.stringify(manifest(project, [...new Set(imported)]), null, 2)}\n`;
  return [...files, { path: "package.json", text }];
}

/**
 * Writes the package as a tarball into a folder. Resolves to its path. Throws where npm cannot be
 * run.
 */
export async function writePackage(out: string, root: string = ROOT): Promise<string> {
  await mkdir(out, { recursive: true }).catch((error) => {
    throw new Error(`Cannot write the package to ${out}: ${reasonOf(error)}; name a folder`);
  });
  const staging = join(root, ".pyrosaur/package");
  await rm(staging, { recursive: true, force: true });
  for (const { path, text } of await packageFiles(root)) {
    await mkdir(dirname(join(staging, path)), { recursive: true });
    await writeFile(join(staging, path), text);
  }
  const packed = await runProgram("npm", ["pack", "--json", "--pack-destination", out], { cwd: staging });
  if (!packed.ok) throw new Error(`Cannot pack ${staging}: npm says ${packed.complaint}`);
  return join(out, Object.values<any>(JSON.parse(packed.out))[0].filename);
}

const command: CommandSpec = {
  name: "package",
  summary: "Builds the package that npm installs, for Node and Deno, as a tarball. It needs npm.",
  positionals: "[DIR]",
  maximum: 1,
  options: {},
};

/**
 * Builds the package into the folder that the arguments name (default: the present one). Resolves
 * to the exit code.
 */
export function packageCommand(
  args: readonly string[],
  { terminal = systemTerminal() as Terminal } = {},
): Promise<number> {
  return runCommand(command, args, async ({ positionals: [folder = "."] }) => {
    terminal.print(await writePackage(resolve(folder)));
    return 0;
  });
}

if (import.meta.main) Deno.exit(await packageCommand(Deno.args));
