import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { chorales } from "../../../lib/serve/playground/page/chorales.js";
import { modelOf } from "../../../lib/serve/playground/page/dmm.js";
import { nameOf } from "../../../lib/serve/playground/page/notes.js";
import { readRepository } from "../../../lib/serve/mod.ts";
import { chordsOf, composed as composedHere, openRun } from "./runs.ts";
import { compose, composed, download, table, testPage } from "./page_tests.ts";

/** Pixels of the roll that are as full of colour as notes are. */
const coloured = (page: Page): Promise<number> =>
  page.locator("#roll").evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
    copy.drawImage(canvas as HTMLCanvasElement, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b] = data.subarray(i, i + 3);
      if (Math.max(r, g, b) - Math.min(r, g, b) > 70) count++;
    }
    return count;
  });

testPage("the model composes, the roll fills, and a MIDI file has the notes of the table", async (opened) => {
  const { page, complaints, requests, address, open } = opened;
  await open("#seed=7&bars=32&tempo=96");
  await composed(page);
  const first = await table(page), full = await coloured(page);
  assert.equal(first.length, 128);
  assert.ok(full > 2000, `${full} coloured pixels`);
  assert.match(
    (await page.getByRole("status").first().textContent())!,
    /^128 beats composed with seed 7: \d+ notes from \S+ to \S+$/,
  );

  await page.getByRole("button", { name: "Compose" }).click();
  const counts: number[] = [];
  while (!await page.getByRole("link", { name: "Download MIDI" }).isVisible()) {
    counts.push(await coloured(page));
  }
  assert.ok(counts.length >= 3 && counts[0] < full / 2, `it did not fill: ${counts} of ${full}`);
  counts.slice(1).forEach((count, i) => assert.ok(count >= counts[i]));
  assert.deepEqual(await table(page), first);

  const { name, header, tracks } = await download(page);
  assert.equal(name, "chorale-7.mid");
  assert.ok(Math.abs(header.tempos[0].bpm - 96) < 0.01);
  const beats = Array.from({ length: 128 }, (_, beat) =>
    tracks.flatMap(({ notes }) => notes)
      .filter(({ ticks, durationTicks }) =>
        ticks <= beat * header.ppq && ticks + durationTicks > beat * header.ppq
      )
      .map(({ midi }) => midi).sort((a, b) => a - b).map(nameOf).join(" ") || "rest");
  assert.deepEqual(beats, first);

  assert.deepEqual(complaints, []);
  assert.ok(requests.length > 20);
  assert.deepEqual(requests.filter((url) => !url.startsWith(address) && !url.startsWith("blob:")), []);
});

testPage(
  "the same seed gives the same piece on another day, other seeds and temperatures others",
  async ({ page, open }) => {
    const pieces: string[] = [];
    for (const settings of ["seed=1", "seed=1", "seed=2", "seed=1&temperature=1.5"]) {
      await page.goto("about:blank");
      await open(`#bars=8&${settings}`);
      await composed(page);
      pieces.push((await table(page)).join());
    }
    assert.equal(pieces[0], pieces[1]);
    assert.equal(new Set(pieces).size, 3);
  },
);

testPage(
  "a chorale goes on: its beats are given, the guide is loaded then and not before",
  async ({ page, open, requests }) => {
    await open("#bars=8&seed=5");
    await composed(page);
    const isGuide = (url: string) => url.endsWith("/dmm_guide.onnx");
    assert.deepEqual(requests.filter(isGuide), []);
    const pieces = [];
    for (const { title, chords } of chorales) {
      await page.getByLabel("Begin with").selectOption(title);
      await compose(page);
      const beats = await table(page);
      assert.deepEqual(beats.slice(0, 16), chords.map((chord) => chord.map(nameOf).join(" ")));
      pieces.push(beats.slice(16).join());
    }
    assert.equal(new Set(pieces).size, 3, "what follows depends on what was given");
    assert.equal(requests.filter(isGuide).length, 1);
  },
);

testPage(
  "the latent map draws where it is dragged to and where the arrow keys lead, up to its edges",
  async ({ page, open }) => {
    await open();
    const plane = page.getByRole("application", { name: "Latent map" }), place = page.locator("#place");
    const digit = () =>
      page.locator("#digit").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const middle = await digit();
    assert.equal(await place.textContent(), "50 % across, 50 % up");
    await plane.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowUp");
    await page.waitForFunction(() =>
      document.getElementById("place")!.textContent === "53 % across, 63 % up"
    );
    assert.notEqual(await digit(), middle);
    const { x, y, width, height } = (await plane.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + 0.25 * width, y + 0.25 * height, { steps: 5 });
    await page.waitForFunction(() =>
      document.getElementById("place")!.textContent === "25 % across, 75 % up"
    );
    await page.mouse.move(x - 50, y + 2 * height);
    await page.mouse.up();
    await page.waitForFunction(() => document.getElementById("place")!.textContent === "0 % across, 0 % up");
    const corner = await digit();
    await page.keyboard.press("ArrowLeft");
    assert.equal(await place.textContent(), "0 % across, 0 % up");
    await page.getByRole("button", { name: "New map" }).click();
    await page.waitForFunction(
      (before) => (document.getElementById("digit") as HTMLCanvasElement).toDataURL() !== before,
      corner,
    );
  },
);

testPage(
  "the piece is the one that ONNX Runtime composes outside of browsers, note by note",
  async (opened) => {
    const { page, open, repository } = opened;
    const parts = await Promise.all(
      ["dmm_transition", "dmm_emitter", "dmm_guide"].map(async (name) =>
        await openRun(await Deno.readFile(`${repository}/${name}/1/model.onnx`))
      ),
    );
    const [transition, emitter, guide] = parts.map(({ run }) => run);
    const { config } = (await readRepository(repository)).find(({ config }) =>
      config.name === "dmm_transition"
    )!;
    const start = Float32Array.from(JSON.parse(config.parameters.z_0));
    const model = modelOf(start, { transition, emitter, guide: () => Promise.resolve(guide) });
    const { id, chords: opening } = chorales[2];
    await open(`#bars=16&seed=12345&temperature=1&opening=${id}`);
    await composed(page);
    const expected = chordsOf(await composedHere(model, { seed: 12345, temperature: 1, steps: 64, opening }));
    assert.deepEqual(await table(page), expected.map((chord) => chord.map(nameOf).join(" ") || "rest"));
    for (const part of parts) await part.release();
  },
);
