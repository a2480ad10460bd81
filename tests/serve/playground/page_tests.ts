/** Tests of the page with the project's own models, in the browser. */
import assert from "node:assert/strict";
import midi from "@tonejs/midi";
import type { Page } from "playwright-core";
import { exportCommand } from "../../../tasks/export.ts";
import { memoryTerminal } from "../../tasks/fake.ts";
import { closeBrowser, lacking, type Opened, type PageOptions, withPage } from "./browser.ts";

/** The repository of the project's own models, exported when it is first asked for. */
let exported: Promise<string> | undefined;

async function exportAll(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "pyrosaur-" });
  for (const name of ["dmm", "vae"]) {
    assert.equal(await exportCommand([name, "--out", folder], { terminal: memoryTerminal() }), 0);
  }
  return folder;
}

Deno.test.afterAll(async () => {
  await closeBrowser();
  if (exported) await Deno.remove(await exported, { recursive: true });
});

/** A test in the browser, of the project's own models or of a repository of its own. */
export function testPage(
  name: string,
  body: (opened: Opened) => Promise<void>,
  options: PageOptions & { repository?: string } = {},
): void {
  const { repository, ...others } = options;
  Deno.test({
    name: `${name}${lacking}`,
    ignore: lacking !== "",
    // The browser is that of all tests.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => await withPage(repository ?? await (exported ??= exportAll()), body, others),
  });
}

/** Waits until the piece is composed. */
export const composed = (page: Page) => page.getByRole("link", { name: "Download MIDI" }).waitFor();

/** Composes by the button, and waits. */
export async function compose(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Compose" }).click();
  await composed(page);
}

/** The names of the notes of each beat, from the table. */
export const table = (page: Page): Promise<string[]> =>
  page.locator("#note-rows td").evaluateAll((cells) => cells.map((cell) => cell.textContent ?? ""));

/** The MIDI file that is offered, and its name. */
export async function download(page: Page): Promise<Pick<midi.Midi, "header" | "tracks"> & { name: string }> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download MIDI" }).click(),
  ]);
  const { header, tracks } = new midi.Midi(await Deno.readFile(await file.path()));
  return { name: file.suggestedFilename(), header, tracks };
}
