import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RegistryEntry } from "../../experiments/registry.ts";
import { registry } from "../../experiments/registry.ts";
import { chart, line, points } from "../../lib/plot/mod.ts";
import { chromiumProgram, launchChromium } from "../../tasks/screenshot/chromium.ts";
import { site } from "../../tasks/site.ts";
import { buildSite } from "../../tasks/site/build.ts";
import { figureFaults } from "../../tasks/site/figure_faults.ts";
import { answerFrom } from "../../tasks/site/serve_folder.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "./fake.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** Builds a site of the project's own results, of some experiments. */
async function build(out: string, names: readonly string[]): Promise<{ pages: string[]; warned: string[] }> {
  const warned: string[] = [], entries: RegistryEntry[] = registry.filter(({ name }) => names.includes(name));
  const pages = await buildSite(out, {
    cwd: ROOT,
    results: "results",
    registry: entries,
    warn: (line) => void warned.push(line),
  });
  return { pages: pages.map(({ path }) => path), warned };
}

/** All that a page leads to or takes in, but for other sites. */
const linksIn = (html: string): string[] =>
  Array.from(html.matchAll(/\b(?:href|src|data-figure)="([^"]+)"/g), ([, link]) => link).filter((link) =>
    !/^(https?|data):/.test(link)
  );

Deno.test("figureFaults() finds what Vega passes over: zeros on log scales, lone values, bands by chance", () => {
  const log = { type: "log" }, rows = [{ x: 1, y: 0 }, { x: 2, y: 3 }];
  const view = (mark: unknown, scale: object, values: object[]) => ({
    layer: [{ mark, data: { values }, encoding: { x: { field: "x" }, y: { field: "y", scale } } }],
  });
  assert.deepEqual(figureFaults(view("point", log, rows)), [
    "y has 0 on the log scale of y, which puts every point at 0",
  ]);
  assert.deepEqual(figureFaults(view("point", {}, rows)), []);
  const gaps = [{ x: 1, y: 2 }, { x: 2, y: null }, { x: 3, y: 4 }, { x: 4, y: null }, { x: 5, y: 1 }, {
    x: 6,
    y: 2,
  }];
  assert.equal(figureFaults(view("line", {}, gaps)).length, 1);
  assert.deepEqual(figureFaults(view({ type: "line", point: true }, {}, gaps)), []);
  const beside = (values: object[]) => ({
    layer: [...view("line", {}, gaps).layer, ...view("point", {}, values).layer],
  });
  assert.equal(figureFaults(beside(gaps.slice(0, 1))).length, 1, "one of two is shown by points");
  assert.deepEqual(figureFaults(beside(gaps.slice(0, 3))), [], "both are");
  assert.equal(figureFaults(view({ type: "errorband", extent: "ci" }, {}, rows)).length, 1);
  const spec =
    chart([line({ x: [1, 2], y: [1, 2] }), points({ x: [1], y: [1] })], { logY: true } as object).spec;
  assert.deepEqual(figureFaults(spec), []);
});

/** The figures of all results and notebooks, as Vega-Lite has them, by where they are. */
function* allFigures(): Generator<[string, object]> {
  for (const path of readdirSync(`${ROOT}/results`, { recursive: true }) as string[]) {
    if (path.endsWith(".vl.json")) yield [path, JSON.parse(Deno.readTextFileSync(`${ROOT}/results/${path}`))];
  }
  for (const { name } of Deno.readDirSync(`${ROOT}/notebooks`)) {
    if (!name.endsWith(".ipynb")) continue;
    const { cells } = JSON.parse(Deno.readTextFileSync(`${ROOT}/notebooks/${name}`));
    for (const { data } of cells.flatMap(({ outputs = [] }: any) => outputs)) {
      const type = Object.keys(data ?? {}).find((key) => key.startsWith("application/vnd.vegalite"));
      if (type) yield [name, data[type]];
    }
  }
}

Deno.test("no figure of results and notebooks has a fault that Vega passes over", () => {
  const all = [...allFigures()];
  assert.deepEqual(all.flatMap(([path, spec]) => figureFaults(spec).map((fault) => `${path}: ${fault}`)), []);
  assert.ok(all.length > 150, `${all.length} figures`);
});

Deno.test("the site has a page an experiment, notebook and benchmarks; every link leads to something", async () => {
  await inTemporaryFolder(async (folder) => {
    const out = `${folder}/site`, { pages } = await build(out, ["rugged", "svi_objectives"]);
    assert.deepEqual(pages, [
      ...["index.html", "rugged.html", "svi_objectives.html", "bench.html"],
      ...["rugged_notebook.html", "svi_objectives_notebook.html"],
    ]);
    let count = 0;
    for (const page of pages) {
      const html = await Deno.readTextFile(`${out}/${page}`),
        ids = new Set(Array.from(html.matchAll(/\bid="([^"]+)"/g), ([, id]) => id));
      for (const link of linksIn(html)) {
        const [path, hash] = link.split("#"), target = join(dirname(`${out}/${page}`), path || page);
        assert.ok(
          await Deno.stat(target).then(() => true, () => false),
          `${page} leads to ${link}, which is not there`,
        );
        if (hash && !path) assert.ok(ids.has(hash), `${page} has no #${hash}`);
        count++;
      }
    }
    assert.ok(count > 60, `${count} links`);
    const rugged = await Deno.readTextFile(`${out}/rugged.html`);
    for (
      const part of [
        "Is a rugged terrain good",
        "Profile <code>full</code>",
        "<h3>Over commits</h3>",
        'class="spark"',
        "missed by|met",
      ]
    ) {
      assert.match(rugged, new RegExp(part));
    }
    const bench = await Deno.readTextFile(`${out}/bench.html`);
    assert.match(bench, /<code>vae\/step_ms<\/code><\/td><td>[\d.]+ ms<\/td>/);
    assert.match(bench, /<th>ratio to torch<\/th>/);
  });
});

Deno.test("site refuses a folder with other content, and serves nothing but its own files", async () => {
  await inTemporaryFolder(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/mine.txt`, "mine");
    const errors: string[] = [], original = console.error;
    console.error = (line) => void errors.push(line);
    try {
      assert.equal(await site(["."], { cwd, terminal: memoryTerminal() }), 1);
      assert.equal(await site(["mine.txt"], { cwd, terminal: memoryTerminal() }), 1);
      assert.equal(await site(["--port", "1"], { cwd, terminal: memoryTerminal() }), 1);
    } finally {
      console.error = original;
    }
    assert.deepEqual(errors, [
      `Cannot write the site to ${cwd}: found mine.txt there; name another folder`,
      `Cannot write the site to ${cwd}/mine.txt: found a file, expected a folder; name another`,
      "The option --port needs --serve",
    ]);
    await Deno.writeTextFile(`${cwd}/index.html`, "<p>");
    const status = async (path: string, method = "GET") =>
      (await answerFrom(cwd, new Request(`http://h/${path}`, { method }))).status;
    assert.deepEqual(
      await Promise.all([
        status(""),
        status("index.html"),
        status("mine.txt"),
        status("..%2f..%2fetc/passwd.html"),
        status("%E0.html"),
        status("", "POST"),
      ]),
      [200, 200, 404, 404, 400, 405],
    );
  });
});

const program = chromiumProgram();

Deno.test({
  name:
    `in Chromium the site has no errors, asks for nothing elsewhere, draws its figures and fits 360 pixels${
      program ? "" : ": skipped, there is no /usr/bin/chromium"
    }`,
  ignore: program === undefined,
  fn: () =>
    inTemporaryFolder(async (folder) => {
      const out = `${folder}/site`, { pages } = await build(out, ["rugged", "vae"]);
      const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) =>
        answerFrom(out, request));
      const browser = await launchChromium(program!), address = `http://127.0.0.1:${server.addr.port}/`;
      const complaints: string[] = [], elsewhere: string[] = [];
      try {
        for (const width of [360, 1200]) {
          const context = await browser.newContext({ viewport: { width, height: 800 } }),
            page = await context.newPage();
          page.setDefaultTimeout(120_000);
          page.on("console", (message) => {
            if (["error", "warning"].includes(message.type())) {
              complaints.push(message.text());
            }
          });
          page.on("pageerror", (error) =>
            complaints.push(String(error)));
          page.on("request", (request) => {
            if (!request.url().startsWith(address) && !request.url().startsWith("data:")) {
              elsewhere.push(request.url());
            }
          });
          for (const path of pages) {
            await page.goto(`${address}${path}`);
            const first = page.locator("figure[data-figure]").first();
            if (await first.count() > 0) {
              await first.scrollIntoViewIfNeeded();
              await page.waitForSelector("figure[data-live=yes]");
            }
            // Chromium's own words: the script runs in the page, which has a document. A drawing that
            // is wider than its place scrolls within it.
            const [wide, screen, beyond] = await page.evaluate(
              `[document.documentElement.scrollWidth, innerWidth,
              [...document.querySelectorAll("figure .live")].filter((live) =>
                live.getBoundingClientRect().right > live.parentElement.getBoundingClientRect().right + 1).length]`,
            ) as [number, number, number];
            assert.ok(wide <= screen, `${path} is ${wide} pixels wide at ${screen}`);
            assert.equal(beyond, 0, `${path} has figures that reach beyond their places at ${screen}`);
          }
          await page.goto(`${address}rugged.html`);
          const figures = await page.locator("figure[data-figure]").count();
          assert.ok(figures >= 16, `${figures} figures`);
          for (let i = 0; i < (width === 360 ? 1 : figures); i++) {
            const figure = page.locator("figure[data-figure]").nth(i);
            await figure.scrollIntoViewIfNeeded();
            await page.waitForFunction(
              `document.querySelectorAll("figure[data-figure]")[${i}].dataset.live !== undefined`,
            );
            assert.equal(await figure.getAttribute("data-live"), "yes");
            const marks = await figure.locator(
              "svg .mark-symbol path, svg .mark-line path, svg .mark-area path, svg .mark-rect path, svg .mark-rule line",
            ).count();
            assert.ok(marks > 0, `figure ${i} has no marks`);
          }
          const shots = Deno.env.get("PYROSAUR_SCREENSHOTS");
          if (shots) {
            for (const path of pages) {
              await page.goto(`${address}${path}`);
              await page.screenshot({ path: `${shots}/${path}-${width}.png` });
            }
          }
          await context.close();
        }
        assert.deepEqual([complaints, elsewhere], [[], []]);
      } finally {
        await browser.close();
        await server.shutdown();
      }
    }),
});
