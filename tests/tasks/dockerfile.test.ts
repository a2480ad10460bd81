import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { writeModels } from "../../lib/serve/mod.ts";
import { runProgram } from "../../lib/system/mod.ts";
import { rows } from "../serve/served.ts";
import { inTemporaryFolder } from "../temporary.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const lines = (await Deno.readTextFile(`${ROOT}Dockerfile`)).split("\n");

/** The arguments of the instructions of a kind. */
const of = (kind: string): string[] =>
  lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));

/** A command in the form of a list. */
const command = (text: string): string[] => JSON.parse(text.slice(text.indexOf("[")));

Deno.test("the Dockerfile's steps, in a folder in the place of a container, serve and are found healthy", () =>
  inTemporaryFolder(async (folder) => {
    await Deno.mkdir(`${folder}/app`);
    for (const [...paths] of of("COPY").map((text) => text.split(" "))) {
      const target = paths.pop()!;
      for (const path of paths) {
        const { ok, err } = await runProgram("cp", ["-r", `${ROOT}${path}`, `${folder}/app/${target}`]);
        assert.ok(ok, err);
      }
    }
    assert.deepEqual(of("RUN"), ["deno install --frozen"]);
    await writeModels(`${folder}/models`, [rows()]);
    const [, ...args] = command(of("CMD")[0]).map((arg) =>
      arg === "/models" ? `${folder}/models` : arg === "8000" ? "0" : arg === "0.0.0.0" ? "127.0.0.1" : arg
    );
    const child = new Deno.Command(Deno.execPath(), {
      args,
      cwd: `${folder}/app`,
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    try {
      let text = "";
      while (!/ at http:\S+\n/.test(text)) {
        const { value, done } = await reader.read();
        assert.ok(!done, "it ended before it served");
        text += value;
      }
      const [, port] = /:(\d+)\/v2\n/.exec(text)!;
      const health = (port: string) => {
        const [, ...args] = command(of("HEALTHCHECK")[0]).map((arg) => arg.replace("8000", port));
        return runProgram(Deno.execPath(), args);
      };
      assert.equal((await health(port)).code, 0);
      assert.notEqual((await health("9")).code, 0);
    } finally {
      child.kill("SIGTERM");
      await reader.cancel();
      assert.equal((await child.status).code, 0);
    }
  }));

Deno.test("the Dockerfile's image is of the Deno that the project is checked with, and its user is not root", async () => {
  const [, version] = /deno@([\d.]+)/.exec(await Deno.readTextFile(`${ROOT}.ci/run`))!;
  assert.deepEqual(of("FROM"), [`denoland/deno:${version}`]);
  assert.deepEqual(of("USER"), ["deno"]);
  assert.ok(lines.indexOf("USER deno") < lines.findIndex((line) => line.startsWith("CMD ")));
});
