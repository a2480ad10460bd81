import assert from "node:assert/strict";
import { demo } from "../../tasks/demo.ts";
import { type DemoSettings, demoSettings } from "../../tasks/demo/settings.ts";
import { loadDmm } from "../../lib/models/mod.ts";
import { readRepository } from "../../lib/serve/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "./fake.ts";

/** A training of a moment. */
const tiny: DemoSettings = {
  sizes: { zDim: 3, emissionDim: 4, transitionDim: 5, rnnDim: 6 },
  training: { ...demoSettings.training, epochs: 6, evaluateEvery: 2, annealing: { from: 0.2, epochs: 2 } },
  pieces: 3,
  compositions: 1,
  steps: 8,
};

Deno.test("demo trains, draws and exports into one folder, and says what is there", async () => {
  await inTemporaryFolder(async (cwd) => {
    const terminal = memoryTerminal();
    assert.equal(await demo(["--seed", "3"], { cwd, settings: tiny, terminal }), 0);
    const made = (await Array.fromAsync(Deno.readDir(`${cwd}/demo`))).map(({ name }) => name).sort();
    assert.deepEqual(made, [
      "composition.svg",
      "loss.svg",
      "model_repository",
      "parameters.safetensors",
      "reconstruction.svg",
    ]);
    for (const name of made.filter((name) => name.endsWith(".svg"))) {
      assert.match(
        await Deno.readTextFile(`${cwd}/demo/${name}`),
        /^<svg[^]*Simulated data[^]*<\/svg>\n$/,
        name,
      );
    }
    const { options, metadata } = await loadDmm(`${cwd}/demo/parameters.safetensors`);
    assert.deepEqual([options.zDim, options.rnnDim, metadata.data_sha256], [3, 6, "simulated"]);
    const models = await readRepository(`${cwd}/demo/model_repository`);
    assert.equal(models.length, 4);
    assert.match(models[0].config.parameters.data, /^simulated from .*seed 3$/);
    const text = terminal.printed.join("\n");
    for (const name of [...made, ...models.map(({ config }) => config.name)]) {
      assert.ok(text.includes(name), name);
    }
    assert.ok(terminal.bars.includes("epochs 6/6"));
  });
});

Deno.test("demo throws before it trains where the folder cannot be written", async () => {
  await inTemporaryFolder(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/file`, "");
    const terminal = memoryTerminal(), complaints: string[] = [], error = console.error;
    console.error = (line: unknown) => void complaints.push(String(line));
    try {
      assert.equal(await demo(["--out", "file"], { cwd, settings: tiny, terminal }), 1);
      assert.equal(await demo(["more"], { cwd, settings: tiny, terminal }), 1);
    } finally {
      console.error = error;
    }
    assert.match(complaints[0], /^Cannot write to .*\/file\/\.training: .*; name a folder with --out DIR$/);
    assert.match(complaints[1], /^Too many arguments: found 1 \(more\), expected at most 0/);
    assert.deepEqual(terminal.bars, []);
  });
});
