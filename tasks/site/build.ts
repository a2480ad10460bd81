import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isMissing, writeFileAtomic } from "../../lib/system/mod.ts";
import { bestProfiles, readRecords, targetsMet } from "../../lib/results/mod.ts";
import type { RegistryEntry } from "../../experiments/registry.ts";
import { benchPageHtml } from "./bench_page.ts";
import { experimentHtml, type ShownRun } from "./experiment_page.ts";
import { figureFaults } from "./figure_faults.ts";
import { type BenchFigure, figuresOf, type History, readHistory, type Version } from "./history.ts";
import { shellHtml, styleSheet } from "../pages/shell.ts";
import { escapeHtml, tableHtml } from "./html.ts";
import { notebookHtml } from "./notebook.ts";

/** A page of the site. */
export interface SitePage {
  /** Its file. */
  readonly path: string;
  /** Its title. */
  readonly title: string;
  /** Its contents, HTML. */
  readonly body: string;
  /** True where it has live figures. */
  readonly isLive?: boolean;
}

/** The places of a site's parts. */
export interface SiteOptions {
  /** The folder of the repository. */
  readonly cwd: string;
  /** The folder of results, from there. */
  readonly results: string;
  /** The experiments, in the order of the pages. */
  readonly registry: readonly RegistryEntry[];
  /** Receives what is wrong with figures. */
  warn(line: string): void;
}

/** Packages of the browser's programs; builds that need nothing else lie beside their entries. */
const SCRIPTS = ["vega", "vega-lite", "vega-embed"];

const PROJECT = new URL("../../", import.meta.url).pathname;

const maybe = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Copies the figures of a run, each with a script that has its specification. */
async function writeFigures(
  { record }: ShownRun,
  out: string,
  { cwd, results, warn }: SiteOptions,
): Promise<void> {
  for (const { path } of record.artifacts) {
    const to = `${out}/files/${path}`;
    if (path.endsWith(".svg")) {
      await mkdir(dirname(to), { recursive: true });
      await copyFile(`${cwd}/${results}/${path}`, to);
    } else if (path.endsWith(".vl.json")) {
      const text = (await readFile(`${cwd}/${results}/${path}`, "utf8")).trim(),
        name = path.replace(/\.vl\.json$/, "");
      for (const fault of figureFaults(JSON.parse(text))) warn(`${path}: ${fault}`);
      await writeFileAtomic(`${out}/files/${name}.js`, `pyrosaurFigure(${JSON.stringify(name)}, ${text});\n`);
    }
  }
}

/** The benchmarks of history, or where that is none those that are there. */
async function benchesOf(
  { benches }: History,
  { cwd, results }: SiteOptions,
): Promise<Map<string, readonly Version<readonly BenchFigure[]>[]>> {
  const found = new Map<string, readonly Version<readonly BenchFigure[]>[]>();
  const folder = `${cwd}/${results}/bench`;
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  for (const { name } of entries.filter(({ name }) => name.endsWith(".jsonl"))) {
    const bench = name.slice(0, -6), own = benches.get(bench);
    const value = figuresOf(await readFile(`${folder}/${name}`, "utf8"));
    const isNew = JSON.stringify(own?.at(-1)?.value) !== JSON.stringify(value);
    found.set(bench, [...own ?? [], ...isNew ? [{ commit: "", date: "work tree", value }] : []]);
  }
  return found;
}

/**
 * Builds the site into a folder, which is emptied first if it is one of a site. Resolves to its
 * pages.
 */
export async function buildSite(out: string, options: SiteOptions): Promise<SitePage[]> {
  const { cwd, results, registry } = options;
  await rm(out, { recursive: true, force: true });
  await mkdir(`${out}/assets`, { recursive: true });
  for (const name of SCRIPTS) {
    await copyFile(new URL(`${name}.min.js`, import.meta.resolve(name)), `${out}/assets/${name}.js`);
  }
  await copyFile(`${PROJECT}tasks/site/live.js`, `${out}/assets/live.js`);
  await writeFileAtomic(`${out}/assets/style.css`, await styleSheet(new URL("style.css", import.meta.url)));
  const records = await readRecords(`${cwd}/${results}`), history = await readHistory(cwd, results);
  const pages: SitePage[] = [], notebooks: SitePage[] = [], rows: string[][] = [];
  for (const entry of registry) {
    const { name } = entry, own = records.filter(({ experiment }) => experiment === name);
    if (own.length === 0) continue;
    own.sort((a, b) => bestProfiles.indexOf(a.profile) - bestProfiles.indexOf(b.profile));
    const experiment = await entry.load(), { title, question } = experiment;
    const runs = own.map((record): ShownRun => ({
      record,
      versions: history.runs.get(`${name}/${record.profile}`) ?? [],
    }));
    for (const run of runs) await writeFigures(run, out, options);
    const text = await maybe(`${cwd}/notebooks/${name}.ipynb`), notebook = text && `${name}_notebook.html`;
    if (text) {
      notebooks.push({
        path: notebook!,
        title: `${title}: notebook`,
        body: `<p><a href="${name}.html">${escapeHtml(title)}</a></p>${
          notebookHtml(text, (line) => options.warn(`notebooks/${name}.ipynb: ${line}`))
        }`,
      });
    }
    pages.push({
      path: `${name}.html`,
      title,
      body: experimentHtml(experiment, runs, notebook),
      isLive: true,
    });
    rows.push([
      `<a href="${name}.html">${escapeHtml(title)}</a>`,
      escapeHtml(question),
      own.map((record) =>
        `<a href="${name}.html#${record.profile}">${record.profile}</a>: ${
          targetsMet(record) || record.status
        }`
      ).join("<br>"),
    ]);
  }
  const benches = await benchesOf(history, options);
  const bench: SitePage = { path: "bench.html", title: "Benchmarks", body: benchPageHtml(benches) };
  const body =
    `<h1>Pyrosaur: results</h1><p>Every number came out of a run whose record is beside it in the repository.</p>${
      tableHtml(["experiment", "question", "targets met"], rows)
    }`;
  const index: SitePage = { path: "index.html", title: "Results", body };
  const shown = [index, ...pages, bench], all = [...shown, ...notebooks];
  const navigation = shown.map(({ path, title }) => ({ path, label: title }));
  const live = [...SCRIPTS, "live"].map((name) => `assets/${name}.js`);
  for (const { isLive, ...page } of all) {
    const scripts = isLive ? live : [], style = "assets/style.css";
    await writeFileAtomic(`${out}/${page.path}`, shellHtml({ ...page, style, navigation, scripts }));
  }
  return all;
}
