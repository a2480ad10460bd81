import assert from "node:assert/strict";
import midi from "@tonejs/midi";
import type { Page } from "playwright-core";
import { chorales } from "../../../lib/serve/playground/page/chorales.js";
import { nameOf } from "../../../lib/serve/playground/page/notes.js";
import { exportCommand } from "../../../tasks/export.ts";
import { memoryTerminal } from "../../tasks/fake.ts";
import { closeBrowser, lacking, type Opened, type PageOptions, withPage } from "./browser.ts";

/** The repository of the project's own models. */
const repository = await Deno.makeTempDir({ prefix: "pyrosaur-" });
if (!lacking) {
  for (const name of ["dmm", "vae"]) {
    assert.equal(await exportCommand([name, "--out", repository], { terminal: memoryTerminal() }), 0);
  }
}
Deno.test.afterAll(async () => {
  await closeBrowser();
  await Deno.remove(repository, { recursive: true });
});

/** A test in the browser. */
const test = (
  name: string,
  body: (opened: Opened) => Promise<void>,
  options?: PageOptions,
  folder: string = repository,
) =>
  Deno.test({
    name: `${name}${lacking}`,
    ignore: lacking !== "",
    // The browser is that of all tests.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => withPage(folder, body, options),
  });

/** Waits until the piece is composed. */
const composed = (page: Page) => page.getByRole("link", { name: "Download MIDI" }).waitFor();

/** Composes by the button, and waits. */
async function compose(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Compose" }).click();
  await composed(page);
}

/** The names of the notes of each beat, from the table. */
const table = (page: Page): Promise<string[]> =>
  page.locator("#note-rows td").evaluateAll((cells) => cells.map((cell) => cell.textContent ?? ""));

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

test("the model composes, the roll fills, and a MIDI file has the notes of the table", async (opened) => {
  const { page, complaints, requests, address, open } = opened;
  await open("#seed=7&bars=8&tempo=96");
  await composed(page);
  const first = await table(page), full = await coloured(page);
  assert.equal(first.length, 32);
  assert.ok(full > 2000, `${full} coloured pixels`);
  assert.match(
    (await page.getByRole("status").first().textContent())!,
    /^32 beats composed with seed 7: \d+ notes from \S+ to \S+$/,
  );

  await page.getByRole("button", { name: "Compose" }).click();
  const counts: number[] = [];
  while (!await page.getByRole("link", { name: "Download MIDI" }).isVisible()) {
    counts.push(await coloured(page));
  }
  assert.ok(counts.length >= 3 && counts[0] < full / 2, `it did not fill: ${counts} of ${full}`);
  counts.slice(1).forEach((count, i) => assert.ok(count >= counts[i]));
  assert.deepEqual(await table(page), first);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download MIDI" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "chorale-7.mid");
  const { header, tracks } = new midi.Midi(await Deno.readFile(await download.path()));
  assert.ok(Math.abs(header.tempos[0].bpm - 96) < 0.01);
  const beats = Array.from({ length: 32 }, (_, beat) =>
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

test("the same seed gives the same piece on another day, other seeds and temperatures others", async ({ page, open }) => {
  const pieces: string[] = [];
  for (const settings of ["seed=1", "seed=1", "seed=2", "seed=1&temperature=1.5"]) {
    await page.goto("about:blank");
    await open(`#bars=8&${settings}`);
    await composed(page);
    pieces.push((await table(page)).join());
  }
  assert.equal(pieces[0], pieces[1]);
  assert.equal(new Set(pieces).size, 3);
});

test("a chorale goes on: its beats are given, the guide is loaded then and not before", async ({ page, open, requests }) => {
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
});
