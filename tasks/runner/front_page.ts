import { writeFileAtomic } from "../../lib/system/mod.ts";
import { readRecords, resultsSummary } from "../../lib/results/mod.ts";

const BEGIN = "<!-- results:begin -->", END = "<!-- results:end -->";

const INTRODUCTION =
  "Of each run, the metric that is farthest from its target (in tolerances), and how many it meets. All metrics and figures, and " +
  "where\nthe targets come from: [results](results/README.md).";

/**
 * Puts a table of the runs in a folder of results between the marks `<!-- results:begin -->` and
 * `<!-- results:end -->` of a page. Does nothing where the page or its marks are not there.
 */
export async function updateFrontPage(page: string, results: string): Promise<void> {
  const text = await Deno.readTextFile(page).catch(() => "");
  const begin = text.indexOf(BEGIN), end = text.indexOf(END);
  if (begin < 0 || end < begin) return;
  const summary = resultsSummary(await readRecords(results));
  const inside = summary && `\n## Results\n\n${INTRODUCTION}\n\n${summary}\n\n`;
  const changed = `${text.slice(0, begin + BEGIN.length)}\n${inside}${text.slice(end)}`;
  if (changed !== text) await writeFileAtomic(page, changed);
}
