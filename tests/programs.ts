/**
 * Writes the programs of the notebooks and of the README into files, of which `deno task check`
 * looks at the types together with all others: the library's own are most of the work.
 */
import { notebookNames } from "../tasks/notebooks.ts";
import { blocks } from "./readme/sections.ts";

const ROOT = new URL("../", import.meta.url), FOLDER = new URL(".pyrosaur/programs/", ROOT);

interface Notebook {
  readonly cells: readonly { readonly cell_type: string; readonly source: string | readonly string[] }[];
}

/** The code of a notebook, as if it lay in the folder. */
async function notebookCode(name: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(`notebooks/${name}.ipynb`, ROOT));
  const cells = (JSON.parse(text) as Notebook).cells.filter((cell) => cell.cell_type === "code");
  return cells.map(({ source }) => [source].flat().join("")).join("\n;\n").replaceAll('"../', '"../../');
}

const [first, later, [manyRuns]] = await Promise.all(
  ["A model", "After the first fit", "Many runs at once"].map((title) => blocks(title, "ts")),
);
const programs = new Map([["readme_fits", [...first, ...later].join("\n")], ["readme_many_runs", manyRuns]]);
for (const name of await notebookNames()) programs.set(`notebook_${name}`, await notebookCode(name));

await Deno.remove(FOLDER, { recursive: true }).catch(() => {});
await Deno.mkdir(FOLDER, { recursive: true });
for (const [name, code] of programs) await Deno.writeTextFile(new URL(`${name}.ts`, FOLDER), code);
