import { formatCell } from "../../lib/plot/mod.ts";
import type { BenchFigure, Version } from "./history.ts";
import { courseHtml, escapeHtml, tableHtml } from "./html.ts";

const PEER = /\/peer=([^/]+)/;

/** Units of which less is better; of others more is. */
const isTime = (unit: string): boolean => /^(s|ms|us|µs|ns|min|MB|bytes)$/.test(unit);

/** Returns how many times better ours is than a peer's figure. */
const ratioOf = (ours: BenchFigure, peer: BenchFigure): number =>
  isTime(ours.unit) ? peer.value / ours.value : ours.value / peer.value;

/** Returns the course of a number over the versions that have it. */
function course(
  versions: readonly Version<readonly BenchFigure[]>[],
  numberOf: (figures: ReadonlyMap<string, BenchFigure>) => number | undefined,
) {
  return versions.flatMap(({ commit, date, value }) => {
    const number = numberOf(new Map(value.map((figure) => [figure.name, figure])));
    if (number === undefined || !Number.isFinite(number)) return [];
    return [{ value: number, label: `${date.slice(0, 10)} ${commit.slice(0, 10)}: ${formatCell(number)}` }];
  });
}

/**
 * Returns a benchmark: each figure of ours with its course, and its ratio to each peer with that
 * one's.
 */
function benchHtml(name: string, versions: readonly Version<readonly BenchFigure[]>[]): string {
  const last = versions.at(-1)!.value, all = new Map(last.map((figure) => [figure.name, figure]));
  const peers = [...new Set(last.flatMap((figure) => PEER.exec(figure.name)?.[1] ?? []))];
  const rows = last.filter((figure) => !PEER.test(figure.name)).map((figure) => {
    const own = course(versions, (figures) => figures.get(figure.name)?.value);
    const ratios = peers.map((peer) => {
      const key = `${figure.name}/peer=${peer}`, other = all.get(key);
      if (!other) return "";
      const over = course(versions, (figures) => {
        const [ours, theirs] = [figures.get(figure.name), figures.get(key)];
        return ours && theirs && ratioOf(ours, theirs);
      });
      return `${formatCell(ratioOf(figure, other), 3)} ×${
        over.length > 1 ? `<br>${courseHtml(over, `${key}, ratio`)}` : ""
      }`;
    });
    const value = `${formatCell(figure.value)} ${escapeHtml(figure.unit)}`;
    return [
      `<code>${escapeHtml(figure.name)}</code>`,
      value,
      own.length > 1 ? courseHtml(own, figure.name) : "",
      ...ratios,
    ];
  });
  const head = ["figure", "now", "course", ...peers.map((peer) => `ratio to ${escapeHtml(peer)}`)];
  const { commit, date } = versions.at(-1)!,
    at = commit ? `, of ${date.slice(0, 10)} (<code>${commit.slice(0, 10)}</code>)` : "";
  return `<section id="${escapeHtml(name)}"><h2>${
    escapeHtml(name)
  }</h2><p class="small">${versions.length} version${versions.length === 1 ? "" : "s"}${at}.</p>${
    tableHtml(head, rows)
  }</section>`;
}

/** Returns the contents of the page of benchmarks. */
export function benchPageHtml(
  benches: ReadonlyMap<string, readonly Version<readonly BenchFigure[]>[]>,
): string {
  const names = [...benches.keys()].sort();
  return `<h1>Benchmarks</h1>
<p>By commit, as they were measured. Behind each figure, how many times better it is than that of other software on the same
machine: above 1 ours is faster, or does more.</p>
<p>${names.map((name) => `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`).join(" · ")}</p>
${names.map((name) => benchHtml(name, benches.get(name)!)).join("\n")}`;
}
