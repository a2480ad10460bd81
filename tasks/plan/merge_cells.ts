/**
 * Merges the cells of a sweep, in its folder: `merge_cells.ts table.csv failures.csv`.
 *
 * @module
 */
import { from, table } from "arquero";
import { formatTable } from "../../lib/plot/mod.ts";
import { reasonOf, writeFileAtomic } from "../../lib/system/mod.ts";
import { mergedCells, settingsText } from "../index/merge.ts";
import { RecordsIndex } from "../index/records_index.ts";

const COLUMNS = ["experiment", "profile", "settings", "metric", "mean", "se", "n", "failed", "unit"];

/** Returns the paths of cells that a plan has and others have not. */
const without = (these: Iterable<string>, those: Iterable<string>): string[] => {
  const known = new Set(those);
  return [...these].filter((path) => !known.has(path));
};

/**
 * Writes the table of a sweep, a row a metric and combination of settings, and that of the runs
 * that failed.
 *
 * @throws (rejects) Error where a cell of the plan has no record, or there is one that is not
 * planned.
 */
export async function mergeCells(cwd: string, path: string, failuresPath: string): Promise<string> {
  const planned: string[] = JSON.parse(await Deno.readTextFile(`${cwd}/plan.json`)).cells;
  using index = await RecordsIndex.below(`${cwd}/cells`);
  const found = (await index.query("select path from runs")).rows.map(({ path }) =>
    `cells/${String(path).split("/").slice(0, -2).join("/")}`
  );
  const missing = without(planned, found), more = without(found, planned);
  if (missing.length + more.length > 0 || found.length !== planned.length) {
    const told = missing.length > 0
      ? `${missing[0]} has no record`
      : `${more[0] ?? found[0]} is not of the plan`;
    throw new Error(
      `Cannot merge the sweep: found records of ${
        planned.length - missing.length
      } of ${planned.length} cells (${told}). ` +
        "Run what is missing first",
    );
  }
  const rows = (await mergedCells(index)).flatMap(({ record, failed }) =>
    record.metrics.map(({ name, value, se, n, unit }) => {
      const { experiment, profile } = record;
      return {
        experiment,
        profile,
        settings: settingsText(record),
        metric: name,
        mean: value,
        se,
        n,
        failed,
        unit,
      };
    })
  );
  const failures = await index.query("select path, error from runs where status <> 'ok' order by path");
  const merged = rows.length > 0
    ? from(rows, COLUMNS)
    : table(Object.fromEntries(COLUMNS.map((name) => [name, []])));
  const failed = {
    path: failures.rows.map(({ path }) => path),
    error: failures.rows.map(({ error }) => error),
  };
  // The table comes last: where it is, all is.
  await writeFileAtomic(`${cwd}/${failuresPath}`, table(failed).toCSV());
  await writeFileAtomic(`${cwd}/${path}`, merged.toCSV());
  const told = failures.rows.length === 0 ? "" : `\n${failures.rows.length} runs failed: ${failuresPath}`;
  return `${formatTable(merged.slice(0, 20))}\n${found.length} runs: ${path}${told}`;
}

if (import.meta.main) {
  try {
    console.log(await mergeCells(Deno.cwd(), Deno.args[0], Deno.args[1]));
  } catch (error) {
    console.error(reasonOf(error));
    Deno.exit(1);
  }
}
