import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../lib/system/mod.ts";
import { executeNotebook, findPython, formatNotebook, notebookNames } from "../../tasks/notebooks.ts";

const FOLDER = new URL("../../notebooks/", import.meta.url);
const RUNNER = fileURLToPath(new URL("../../tasks/notebooks.ts", import.meta.url));
const { python, missing } = await findPython();

interface Cell {
  cell_type: string;
  source: string[] | string;
  outputs?: { output_type: string; data?: Record<string, unknown> }[];
}

async function cellsOf(name: string): Promise<Cell[]> {
  return JSON.parse(await Deno.readTextFile(new URL(`${name}.ipynb`, FOLDER))).cells;
}

const sourceOf = ({ source }: Cell): string => typeof source === "string" ? source : source.join("");

async function run(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, out, err } = await runProgram(Deno.execPath(), args, { env: { NO_COLOR: "1", ...env } });
  return { code, stdout: out, stderr: err };
}

for (const name of await notebookNames()) {
  Deno.test(`${name}.ipynb has the outputs of every cell, figures as Vega-Lite, SVG and text`, async () => {
    const cells = await cellsOf(name), outputs = cells.flatMap((cell) => cell.outputs ?? []);
    assert.ok(outputs.every((output) => output.output_type !== "error"));
    for (const cell of cells) {
      if (cell.cell_type === "code" && !sourceOf(cell).startsWith("import ")) {
        assert.ok(cell.outputs!.length > 0, `No output of: ${sourceOf(cell)}`);
      }
    }
    const figures = outputs.filter(({ data }) => data?.["application/vnd.vegalite.v5+json"]);
    assert.ok(figures.length > 0, "There is no figure");
    for (const { data } of figures) {
      assert.ok(data!["image/svg+xml"] && data!["text/plain"], "A figure lacks SVG or text");
    }
  });
}

Deno.test({
  name: `notebooks execute headless${missing ? ` (skipped: ${missing})` : ""}`,
  ignore: missing !== undefined,
  fn: async () => {
    const names = await notebookNames(), queue = names.values(), failed: string[] = [];
    // Two at a time: for a part of theirs they wait for the last outputs of a cell.
    const execute = async () => {
      for (const name of queue) {
        const path = fileURLToPath(new URL(`${name}.ipynb`, FOLDER));
        const { error, bytes } = await executeNotebook(python, path, false);
        if (error !== undefined || bytes === 0) failed.push(`${name}: ${error}`);
      }
    };
    await Promise.all([execute(), execute()]);
    assert.deepEqual(failed, []);
    assert.ok(names.length > 0);
  },
});

Deno.test({
  name: `executeNotebook() names the cell that fails and leaves the file alone${
    missing ? ` (skipped: ${missing})` : ""
  }`,
  ignore: missing !== undefined,
  fn: async () => {
    const path = await Deno.makeTempFile({ suffix: ".ipynb" });
    const cell = {
      cell_type: "code",
      id: "a",
      metadata: {},
      execution_count: null,
      outputs: [],
      source: 'throw new Error("no such thing")',
    };
    const text = JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 });
    await Deno.writeTextFile(path, text);
    const { error } = await executeNotebook(python, path, true);
    assert.match(error ?? "", /no such thing/);
    assert.equal(await Deno.readTextFile(path), text);
    await Deno.remove(path);
  },
});

Deno.test("formatNotebook() keeps a figure's specification on one line and changes no value", () => {
  const spec = { mark: "point", data: { values: [{ x: 1, y: "\u0000 $& 2" }] } };
  const notebook = {
    cells: [{ outputs: [{ data: { "application/vnd.vegalite.v5+json": spec, "text/plain": "Figure" } }] }],
  };
  const text = formatNotebook(notebook);
  assert.deepEqual(JSON.parse(text), notebook);
  assert.ok(text.split("\n").some((line) => line.includes(JSON.stringify(spec))));
});

Deno.test("notebooks says what is missing where there is no Python, and ends well", async () => {
  const { code, stdout } = await run(["run", "-A", RUNNER, "rugged"], { PYROSAUR_PYTHON: "no-such-python" });
  assert.equal(code, 0);
  assert.match(stdout, /^rugged: not executed: Cannot run no-such-python/);
  assert.match(stdout, /set PYROSAUR_PYTHON to a Python that has nbclient and ipykernel/);
});

Deno.test("notebooks rejects a name that is none", async () => {
  const { code, stderr } = await run(["run", "-A", RUNNER, "rugde"]);
  assert.equal(code, 1);
  assert.match(stderr, /^Unknown notebook "rugde": there are .*rugged/);
});
