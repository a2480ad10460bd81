import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import midi from "@tonejs/midi";
import { midiOf } from "../../../lib/serve/playground/page/midi.js";
import { nameOf, notesOf } from "../../../lib/serve/playground/page/notes.js";
import { composed, download, table, testPage } from "./page_tests.ts";

/** Notes down each pitch and time that an oscillator is started at. */
const LISTEN = `
  globalThis.struck = [];
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (time) {
    struck.push([69 + 12 * Math.log2(this.frequency.value / 440), time]);
    return start.call(this, time);
  };
`;

testPage("a piece is played, from its beginning to its end or until it is stopped", async (opened) => {
  const { page, open, complaints } = opened, tempo = 160;
  await open(`#bars=8&tempo=${tempo}`);
  await composed(page);
  const { tracks: [{ notes }], header } = await download(page);
  const play = page.locator("#play"), playhead = page.locator("#playhead");
  const says = (text: string) =>
    page.waitForFunction((text) => document.getElementById("play")!.textContent === text, text);
  const heard = (): Promise<[number, number][]> => page.evaluate(() => (globalThis as any).struck.splice(0));
  await play.click();
  await page.waitForFunction(() =>
    new DOMMatrix(document.getElementById("playhead")!.style.transform).e > 40
  );
  await says("Stop");
  await play.click();
  await says("Play");
  assert.ok(!await playhead.isVisible());
  const part = await heard();
  assert.ok(part.length > 0 && part.length < notes.length, "what follows is not struck");
  // 32 beats at 160 a minute are 12 seconds.
  await play.click();
  await says("Stop");
  await says("Play");
  const whole = await heard(), [[, begin]] = whole;
  assert.equal(whole.length, notes.length);
  const rounded = (list: number[][]) =>
    list.map(([pitch, beat]) => `${beat.toFixed(2)}: ${pitch.toFixed(2)}`).sort();
  const beats = whole.map(([pitch, time]) => [pitch, (time - begin) * tempo / 60]);
  assert.deepEqual(rounded(beats), rounded(notes.map(({ midi, ticks }) => [midi, ticks / header.ppq])));
  assert.deepEqual(complaints, []);
}, { before: LISTEN });

testPage(
  "a piece that is begun anew before the last is done is that of the last settings",
  async (opened) => {
    const { page, open } = opened;
    await open("#bars=8&seed=2");
    await composed(page);
    const expected = await table(page), seed = page.getByLabel("Seed", { exact: true });
    for (const value of ["3", "4", "5", "2"]) {
      await seed.fill(value);
      await page.getByRole("button", { name: "Compose" }).click();
    }
    await seed.fill("77");
    await composed(page);
    assert.deepEqual(await table(page), expected);
    assert.equal((await download(page)).name, "chorale-2.mid");
  },
);

testPage("a MIDI file of one's own goes on, and what is none is refused in words", async ({ page, open }) => {
  await open("#bars=8&seed=6");
  await composed(page);
  const choose = (name: string, bytes: Uint8Array) =>
    page.getByLabel("or with a MIDI file of yours")
      .setInputFiles({ name, mimeType: "audio/midi", buffer: Buffer.from(bytes) });
  const own = [[48, 64, 67], [], [50, 65, 69], [43, 62, 71]];
  await choose("my song.mid", midiOf(midi.Midi, notesOf(own, { isHeld: true }), { name: "mine", tempo: 60 }));
  await page.waitForFunction(() => /^4 beats given/.test(document.getElementById("status")!.textContent!));
  await composed(page);
  assert.deepEqual(
    (await table(page)).slice(0, 4),
    own.map((chord) => chord.map(nameOf).join(" ") || "rest"),
  );
  assert.equal(await page.locator("#opening option:checked").textContent(), "my song");
  assert.equal((await download(page)).name, "own-6.mid");
  await choose("letter.mid", new TextEncoder().encode("Dear Sir or Madam"));
  await page.getByText("The file is no MIDI file.").waitFor();
  assert.equal((await table(page)).length, 32, "the piece is still there");
});

testPage(
  "the settings stand in the address, and those that are none are left out",
  async ({ page, open }) => {
    await open("#seed=-4&bars=9&temperature=hot&tempo=100&opening=nothing&hold=no");
    await composed(page);
    const { hash } = new URL(page.url());
    assert.equal(hash, "#seed=1&temperature=0.8&bars=16&tempo=100&hold=no");
    await page.getByRole("button", { name: "New seed" }).click();
    await page.waitForFunction(() => !location.hash.includes("seed=1&"));
    await page.getByLabel("Seed", { exact: true }).fill("1.5");
    await page.getByRole("button", { name: "Compose" }).click();
    assert.ok(await page.locator("#seed:invalid").isVisible(), "the browser says what is wrong");
  },
);

testPage(
  "notes that are struck again do not touch in the MIDI file, held ones are one",
  async ({ page, open }) => {
    await open("#bars=8&opening=old-hundredth");
    await composed(page);
    const notes = async () => (await download(page)).tracks[0].notes;
    const held = (await notes()).length;
    await page.getByLabel("Hold repeated notes").uncheck();
    const struck = await notes();
    assert.ok(struck.length > held);
    for (const { midi, ticks, durationTicks } of struck) {
      const next = struck.filter((note) => note.midi === midi && note.ticks > ticks);
      assert.ok(next.every((note) => ticks + durationTicks < note.ticks));
    }
  },
);
