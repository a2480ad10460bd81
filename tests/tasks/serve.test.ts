import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { writeModels } from "../../lib/serve/mod.ts";
import { rows } from "../serve/served.ts";
import { inTemporaryFolder } from "../temporary.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const body = JSON.stringify({ inputs: [{ name: "x", datatype: "FP32", shape: [1, 3], data: [1, 2, 3] }] });

/** Starts the command as `deno task` does, and waits for the line that tells its address. */
async function start(folder: string, ...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "serve", "--repository", folder, "--port", "0", ...args],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    assert.ok(!done, "it ended before it served");
    text += value;
  }
  const [, address] = / at (http:\S+)\/v2\n/.exec(text)!;
  const rest = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    return text;
  })();
  return { child, address, rest };
}

Deno.test("serve answers all that it has taken when SIGTERM comes, and exits with 0", () =>
  inTemporaryFolder(async (folder) => {
    await writeModels(folder, [rows()]);
    const { child, address, rest } = await start(folder, "--log");
    const problems = child.stderr.pipeThrough(new TextDecoderStream());
    let isEnding = false;
    const counts = { answered: 0, refused: 0, unconnected: 0 };
    const client = async () => {
      while (true) {
        let response: Response;
        try {
          response = await fetch(`${address}/v2/models/rows/infer`, { method: "POST", body });
        } catch (error) {
          // Only a connection that was never taken may fail, and only once the server ends.
          assert.ok(isEnding, String(error));
          counts.unconnected++;
          return;
        }
        const answer = await response.json();
        if (response.status === 200) {
          assert.deepEqual(answer.outputs[0].data, [2, 4, 6]);
          counts.answered++;
        } else {
          assert.deepEqual([response.status, answer], [503, { error: "the server is shutting down" }]);
          counts.refused++;
          return;
        }
      }
    };
    const clients = Array.from({ length: 16 }, client);
    while (counts.answered <= 20) await new Promise((resolve) => setTimeout(resolve, 50));
    isEnding = true;
    child.kill("SIGTERM");
    await Promise.all(clients);
    const { code } = await child.status,
      log = (await rest).trim().split("\n").slice(1).map((line) => JSON.parse(line));
    assert.equal(code, 0);
    assert.equal(
      log.filter(({ status }) => status === 200).length,
      counts.answered,
      "all that were answered came",
    );
    assert.equal((await Array.fromAsync(problems)).join(""), "");
  }));

Deno.test("connections that are kept open lose no request that was sent before SIGTERM, and are told", () =>
  inTemporaryFolder(async (folder) => {
    await writeModels(folder, [rows()]);
    const { child, address, rest } = await start(folder), { hostname, port } = new URL(address);
    const request = new TextEncoder().encode(
      `POST /v2/models/rows/infer HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    let isEnding = false;
    const client = async (): Promise<string> => {
      using connection = await Deno.connect({ hostname, port: Number(port) });
      const buffer = new Uint8Array(4096);
      while (true) {
        const sentBefore = !isEnding;
        await connection.write(request);
        const size = await connection.read(buffer),
          text = new TextDecoder().decode(buffer.subarray(0, size ?? 0));
        if (text.startsWith("HTTP/1.1 200")) continue;
        if (text.startsWith("HTTP/1.1 503") && /^connection: close/im.test(text)) return "told";
        return sentBefore ? `lost: ${text}` : "closed";
      }
    };
    const clients = Array.from({ length: 32 }, client);
    await new Promise((resolve) => setTimeout(resolve, 300));
    isEnding = true;
    child.kill("SIGTERM");
    const ends = await Promise.all(clients);
    assert.deepEqual(ends.filter((end) => end.startsWith("lost")), []);
    assert.ok(ends.includes("told"), `${ends}`);
    assert.equal((await child.status).code, 0);
    await Promise.all([rest, child.stderr.cancel()]);
  }));

Deno.test("serve has the page at /, unless it is left out, and logs it", () =>
  inTemporaryFolder(async (folder) => {
    await writeModels(folder, [rows()]);
    for (const [status, ...args] of [[200], [404, "--no-page"]] as const) {
      const { child, address, rest } = await start(folder, "--log", ...args);
      const response = await fetch(address), text = await response.text();
      assert.equal(response.status, status);
      assert.equal(text.startsWith("<!DOCTYPE html>"), status === 200);
      assert.equal((await (await fetch(`${address}/v2/models/rows`)).json()).name, "rows");
      child.kill("SIGTERM");
      assert.equal((await child.status).code, 0);
      const [, first] = (await rest).split("\n"), entry = JSON.parse(first);
      assert.deepEqual([entry.method, entry.path, entry.status], ["GET", "/", status]);
      await child.stderr.cancel();
    }
  }));

Deno.test("serve says which models are not ready, and what is no repository", () =>
  inTemporaryFolder(async (folder) => {
    await writeModels(folder, [rows()]);
    await Deno.writeTextFile(`${folder}/rows/1/model.onnx`, "damaged");
    const { child, address, rest } = await start(folder);
    const { reason } = (await (await fetch(`${address}/v2/repository/index`, { method: "POST" })).json())[0];
    assert.match(reason, /version 1 is no ONNX model$/);
    child.kill("SIGINT");
    assert.equal((await child.status).code, 0);
    await rest;
    assert.match(
      (await Array.fromAsync(child.stderr.pipeThrough(new TextDecoderStream()))).join(""),
      /^Not ready: rows, version 1: .* is no ONNX model\n$/,
    );
  }));
