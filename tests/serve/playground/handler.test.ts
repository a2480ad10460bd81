import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { openPlayground, type PlaygroundOptions, writeModels } from "../../../lib/serve/mod.ts";
import { inTemporaryFolder } from "../../temporary.ts";
import { rows } from "../served.ts";

/** Runs `body` with the playground of a repository, and what asks it for a path. */
function opened(
  body: (
    ask: (path: string, init?: RequestInit) => Promise<Response> | undefined,
    folder: string,
  ) => Promise<void>,
  options: PlaygroundOptions = {},
): Promise<void> {
  return inTemporaryFolder(async (folder) => {
    const dmm = rows("dmm_emitter"), config = { ...dmm.config, parameters: { profile: "quick" } };
    await writeModels(folder, [{ ...dmm, config }, rows("other")]);
    const playground = openPlayground(folder, options);
    await body((path, init) => playground.handle(new Request(`http://localhost${path}`, init)), folder);
  });
}

Deno.test("the page and its files are answered with their types, and a policy that allows nothing from elsewhere", () =>
  opened(async (ask) => {
    const types = {
      "/": "text/html; charset=utf-8",
      "/playground/main.js": "text/javascript; charset=utf-8",
      "/playground/style.css": "text/css; charset=utf-8",
      "/playground/icon.svg": "image/svg+xml",
      "/playground/vendor/onnxruntime.js": "text/javascript; charset=utf-8",
      "/playground/vendor/onnxruntime.wasm": "application/wasm",
      "/playground/vendor/midi.js": "text/javascript; charset=utf-8",
      "/playground/models.json": "application/json",
      "/playground/models/dmm_emitter.onnx": "application/octet-stream",
    };
    for (const [path, type] of Object.entries(types)) {
      const response = (await ask(path))!, { headers } = response;
      assert.deepEqual([response.status, headers.get("content-type")], [200, type], path);
      assert.equal((await response.arrayBuffer()).byteLength, Number(headers.get("content-length")));
      const policy = headers.get("content-security-policy")!;
      assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; /);
      assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
      assert.match(policy, /; frame-ancestors 'none'$/);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
    }
  }));

Deno.test("the page has no script, style or address of its own that the policy would forbid", () =>
  opened(async (ask) => {
    const text = await (await ask("/"))!.text();
    assert.doesNotMatch(text, /<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|https?:/);
    for (const [, path] of text.matchAll(/ (?:src|href)="(playground\/[^"]+)"/g)) {
      assert.equal((await ask(`/${path}`))!.status, 200, path);
    }
  }));

Deno.test("ONNX Runtime is the one for processors alone, half as large as that for GPUs too", () =>
  opened(async (ask) => {
    const { headers } = (await ask("/playground/vendor/onnxruntime.wasm", { method: "HEAD" }))!;
    assert.ok(Number(headers.get("content-length")) < 15_000_000, headers.get("content-length")!);
  }));

Deno.test("files are packed for browsers that take it, ONNX Runtime to less than half", () =>
  opened(async (ask) => {
    for (const name of ["vendor/onnxruntime.wasm", "main.js"]) {
      const plain = await (await ask(`/playground/${name}`))!.arrayBuffer();
      for (const _ of ["packed", "kept"]) {
        const response = (await ask(`/playground/${name}`, { headers: { "accept-encoding": "br, gzip" } }))!;
        assert.deepEqual([response.headers.get("content-encoding"), response.headers.get("vary")], [
          "gzip",
          "Accept-Encoding",
        ]);
        const packed = new Uint8Array(await response.arrayBuffer());
        assert.equal(packed.length, Number(response.headers.get("content-length")));
        assert.ok(packed.length < plain.byteLength * (name === "main.js" ? 0.6 : 0.4), `${packed.length}`);
        assert.deepEqual(new Uint8Array(gunzipSync(packed)), new Uint8Array(plain));
      }
    }
    const small = (await ask("/playground/models.json", { headers: { "accept-encoding": "gzip" } }))!;
    assert.equal(small.headers.get("content-encoding"), null);
  }));

Deno.test("every module of the page is one of its files", () =>
  opened(async (ask) => {
    const seen = new Set<string>(),
      follow = async (name: string) => {
        if (seen.has(name)) return;
        seen.add(name);
        const response = (await ask(`/playground/${name}`))!, text = await response.text();
        assert.equal(response.status, 200, name);
        for (
          const [, next] of text.matchAll(/^(?:import|export) [^;]*? from "\.\/([\w.]+)";/gm)
        ) await follow(next);
      };
    await follow("main.js");
    const there = [...Deno.readDirSync(new URL("../../../lib/serve/playground/page", import.meta.url))];
    assert.deepEqual([...seen].sort(), there.map(({ name }) => name).filter((n) => n.endsWith(".js")).sort());
  }));

Deno.test("names are those of fixed lists: others, and ways out of the folder, are not found", () =>
  opened(async (ask) => {
    const none = [
      "playground/",
      "playground/index.html/",
      "playground/nothing.js",
      "playground/page/main.js",
      "playground/..%2fassets.ts",
      "playground/%2e%2e%2fassets.ts",
      "playground/models/other.onnx",
      "playground/models/dmm_guide.onnx",
      "playground/models/..%2fdmm_emitter.onnx",
      "playground/models/dmm_emitter/1/model.onnx",
      "playground/models/__proto__.onnx",
      "playground/constructor",
    ];
    for (const path of none) {
      const response = (await ask(`/${path}`))!;
      assert.ok([404, 503].includes(response.status), `${path}: ${response.status}`);
      assert.equal(typeof (await response.json()).error, "string");
    }
    for (const path of ["/v2", "/metrics", "/favicon.ico", "/playground/../v2"]) {
      assert.equal(ask(path), undefined);
    }
    const posted = (await ask("/", { method: "POST", body: "x" }))!;
    assert.deepEqual([posted.status, posted.headers.get("allow")], [405, "GET, HEAD"]);
  }));

Deno.test("a file that the browser has is not sent again, and HEAD sends none", () =>
  opened(async (ask) => {
    const first = (await ask("/playground/main.js"))!, etag = first.headers.get("etag")!;
    const again = (await ask("/playground/main.js", { headers: { "if-none-match": etag } }))!;
    assert.deepEqual([again.status, await again.text()], [304, ""]);
    const head = (await ask("/playground/main.js", { method: "HEAD" }))!;
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    assert.equal(head.headers.get("content-length"), first.headers.get("content-length"));
  }));

Deno.test("models are those of the repository that the page can use, or the reason why it cannot", () =>
  opened(async (ask, folder) => {
    const list = async () => (await (await ask("/playground/models.json"))!.json()).models;
    const [{ name, version, parameters, inputs }, ...rest] = await list();
    assert.deepEqual([name, version, parameters.profile, rest], ["dmm_emitter", 1, "quick", []]);
    assert.deepEqual(inputs.map(({ name, dims }: any) => [name, dims]), [["x", [3]]]);
    await Deno.writeTextFile(`${folder}/dmm_emitter/config.pbtxt`, "name: [");
    assert.match((await list())[0].reason, /^Cannot read .*config\.pbtxt/);
    await Deno.remove(folder, { recursive: true });
    const response = (await ask("/playground/models.json"))!;
    assert.equal(response.status, 503);
    assert.match(
      (await response.json()).error,
      /^Cannot read the model repository .*there is no such folder/,
    );
    await Deno.mkdir(folder);
  }));

Deno.test("with a token the page is open, and the models are not", () =>
  opened(async (ask) => {
    assert.equal((await ask("/"))!.status, 200);
    for (const path of ["/playground/models.json", "/playground/models/dmm_emitter.onnx"]) {
      assert.equal((await ask(path))!.status, 401);
      assert.equal((await ask(path, { headers: { authorization: "Bearer wrong" } }))!.status, 401);
      assert.equal((await ask(path, { headers: { authorization: "Bearer secret" } }))!.status, 200);
    }
  }, { token: "secret" }));

Deno.test("the page can be mounted at another path, and options that are none are refused", async () => {
  await opened(async (ask) => {
    assert.equal((await ask("/music/"))!.status, 200);
    assert.equal((await ask("/music/playground/main.js"))!.status, 200);
    assert.equal(ask("/"), undefined);
    assert.equal(ask("/playground/main.js"), undefined);
  }, { base: "/music/" });
  assert.throws(() => openPlayground(".", { base: "music" }), {
    message: 'Cannot open the playground: base is "music", expected a slash at each end',
  });
  assert.throws(() => openPlayground(".", { bass: "/" } as PlaygroundOptions), /bass.*did you mean.*base/);
});
