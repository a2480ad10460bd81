import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { composed, table, testPage } from "./page_tests.ts";

const axe = await readFile(fileURLToPath(import.meta.resolve("axe-core")), "utf8");

/** What axe finds, as rules with the places. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => (globalThis as any).axe.run());
  return violations.map(({ id, impact, nodes }: any) =>
    `${id} (${impact}): ${nodes.map(({ html }: any) => html.slice(0, 100)).join(" | ")}`
  );
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1200, 360]) {
    testPage(
      `axe finds nothing on the page, ${colorScheme}, ${width} pixels wide`,
      async ({ page, open }) => {
        await open("#bars=8&opening=vom-himmel-hoch");
        await composed(page);
        for (const summary of await page.locator("summary").all()) await summary.click();
        assert.deepEqual(await findings(page), []);
        const { scrollWidth, clientWidth } = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return { scrollWidth, clientWidth };
        });
        assert.ok(scrollWidth <= clientWidth, `the page is ${scrollWidth} wide in ${clientWidth}`);
      },
      { colorScheme, viewport: { width, height: 800 } },
    );
  }
}

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, id: string): Promise<string[]> {
  const passed: string[] = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    const { focused, hasOutline } = await page.evaluate(() => {
      const { activeElement } = document;
      return {
        focused: activeElement?.id ?? "",
        hasOutline: getComputedStyle(activeElement!).outlineStyle !== "none",
      };
    });
    assert.ok(hasOutline, `the focus on ${focused} is not seen`);
    passed.push(focused);
    if (focused === id) return passed;
  }
  return assert.fail(`Tab does not lead to ${id}: ${passed}`);
}

testPage("the keyboard alone composes, plays, downloads and opens the table", async ({ page, open }) => {
  await open("#bars=8");
  await composed(page);
  const first = await table(page);
  await tabTo(page, "opening");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "seed");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("11");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /with seed 11:/.test(document.getElementById("status")!.textContent!));
  const second = await table(page);
  assert.notDeepEqual(second, first);
  assert.match(
    (await page.locator("#roll").getAttribute("aria-label"))!,
    /^16 beats given, 16 composed with seed 11: \d+ notes/,
  );
  assert.deepEqual(await tabTo(page, "play"), [
    "new-seed",
    "bars",
    "temperature",
    "tempo",
    "compose",
    "play",
  ]);
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.getElementById("play")!.textContent === "Stop");
  await page.keyboard.press("Space");
  assert.equal(await page.locator("#play").textContent(), "Play");
  await tabTo(page, "download");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.equal(download.suggestedFilename(), "old-hundredth-11.mid");
  await tabTo(page, "scroller");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.ok(await page.getByRole("cell").first().isVisible());
  await tabTo(page, "new-map");
});

testPage(
  "a screen reader hears what goes on, once it has begun and once it is done",
  async ({ page, open }) => {
    await page.addInitScript(() => {
      addEventListener("DOMContentLoaded", () => {
        const heard: string[] = (globalThis as any).heard = [], status = document.getElementById("status")!;
        new MutationObserver(() => heard.push(status.textContent!)).observe(status, { childList: true });
      });
    });
    await open("#bars=8&seed=3");
    await composed(page);
    const [begun, done, ...rest] = await page.evaluate(() => (globalThis as any).heard);
    assert.equal(begun, "Composing 32 beats");
    assert.match(done, /^32 beats composed with seed 3: \d+ notes from \S+ to \S+$/);
    assert.deepEqual(rest, []);
  },
);

testPage("who wants little to move sees the line go from beat to beat", async ({ page, open }) => {
  await open("#bars=8&tempo=120");
  await composed(page);
  await page.locator("#play").click();
  const places = await page.evaluate(async () => {
    const roll = document.getElementById("roll")!, playhead = document.getElementById("playhead")!;
    const step = roll.getBoundingClientRect().width / 32, places = new Set<number>();
    for (let i = 0; i < 90; i++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      places.add(new DOMMatrix(playhead.style.transform).e / step);
    }
    return [...places];
  });
  assert.ok(places.length >= 2 && places.length < 10, `${places}`);
  for (const place of places) assert.ok(Math.abs(place - Math.round(place)) < 0.02, `${place}`);
}, { reducedMotion: "reduce" });
