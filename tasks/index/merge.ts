import { mean, standardError } from "../../lib/statistics/mod.ts";
import { formatPlain, groupBy } from "../../lib/system/mod.ts";
import { type Metric, RECORD_SCHEMA, type RunRecord, type Target } from "../../lib/results/mod.ts";
import type { RecordsIndex } from "./records_index.ts";

/** Runs of one cell, which differ by their seeds alone, as one. */
export interface MergedCell {
  /**
   * A record of all seeds together: its metrics are means, with standard errors and values by seed.
   */
  readonly record: RunRecord;
  /** The number of runs that succeeded. */
  readonly runs: number;
  /** The number of those that failed. */
  readonly failed: number;
}

/** Settings without the number of seeds, as text. */
const SETTINGS = `json_merge_patch("set", '{"seeds":null}')::varchar`;

/** The runs; those of one cell have the same number. */
const OWN = `create or replace temp table own as
  select dense_rank() over (order by experiment, profile, config, settings) as cell, * from (
    select run, path, experiment, profile, title, status, error, simulated, seed, seeds, config::varchar as config,
      ${SETTINGS} as settings, data::varchar as data, code_hash, dtype
    from runs)`;

/** The runs of each cell: how many, and what they have in common. */
const CELLS = `select cell, any_value(experiment) as experiment, any_value(profile) as profile,
  any_value(config) as config, any_value(settings) as settings, any_value(title) as title,
  bool_or(simulated) as simulated, count(*) filter (status = 'ok') as runs,
  count(*) filter (status <> 'ok') as failed, any_value(data) as data, min(code_hash) as code_hash,
  max(code_hash) as other_hash, first(error order by path) filter (status <> 'ok') as error, min(dtype) as dtype,
  list(seed order by seed, path) as first_seeds,
  flatten(list(seeds order by seed, path) filter (status = 'ok')) as seeds, list(path order by seed, path) as paths
  from own group by cell order by cell`;

/** The values of each metric in each cell, one a seed, in their order. */
const VALUES =
  `select cell, m.name as name, min(m.place) as place, first(m.unit) as unit, first(m.direction) as direction,
    first(m.target) as target, first(m.tolerance) as tolerance, first(m.source) as source,
    flatten(list(case when m.by_seed is null then [m.value] else m.by_seed end order by own.seed)) as each,
    count(*) as records, first(m.se) as se, first(m.n) as n
  from metrics m join own using (run) where own.status = 'ok'
  group by cell, m.name order by cell, min(m.place)`;

function metricOf(row: any, seeds: readonly number[]): Metric {
  const { name, unit, direction, target, tolerance, source, each, records } = row;
  const values: (number | null)[] = each, isOne = records === 1 && values.length === 1;
  const numbers = values.map((value) => value ?? NaN),
    finite = (x: number | null) => x !== null && Number.isFinite(x) ? x : null;
  return {
    name,
    value: finite(mean(numbers)),
    // One record's own error stays; of several its values say it.
    se: isOne ? row.se : finite(standardError(numbers)),
    n: isOne ? row.n : values.length,
    values: values.length > 1 && values.length === seeds.length ? values : null,
    unit,
    direction,
    target: target === null ? null : { value: target, tolerance, source } satisfies Target,
  };
}

/**
 * Merges the runs of an index by their cells: experiment, profile and settings. Values are put in
 * the order of their seeds before they are summed, so that a table is the same bit for bit in
 * whichever order and at whichever place its runs were done.
 *
 * @throws (rejects) Error where a seed of a cell comes twice.
 */
export async function mergedCells(index: RecordsIndex): Promise<MergedCell[]> {
  await index.query(OWN);
  const { rows: cells } = await index.query(CELLS), { rows: values } = await index.query(VALUES);
  const metrics = groupBy(values, ({ cell }) => cell);
  return cells.map((cell: any) => {
    const seeds: number[] = cell.first_seeds,
      twice = seeds.findIndex((seed, i) => i > 0 && seed === seeds[i - 1]);
    if (twice > 0) {
      const paths = [cell.paths[twice - 1], cell.paths[twice]].join(" and ");
      throw new Error(
        `Cannot merge ${paths}: both are of seed ${seeds[twice]} of the same settings; leave one out`,
      );
    }
    const rows = metrics.get(cell.cell) ?? [];
    const own: number[] = cell.seeds ?? [];
    const isSame = cell.code_hash === cell.other_hash;
    const record: RunRecord = {
      schema: RECORD_SCHEMA,
      experiment: cell.experiment,
      title: cell.title,
      profile: cell.profile,
      status: cell.failed === 0 ? "ok" : "failed",
      error: cell.failed === 0 ? null : `${cell.failed} of ${cell.runs + cell.failed} runs: ${cell.error}`,
      simulated: cell.simulated,
      config: JSON.parse(cell.config),
      set: JSON.parse(cell.settings),
      seeds: own.length > 0 ? own : seeds,
      data: JSON.parse(cell.data),
      code: {
        commit: null,
        branch: null,
        dirty: null,
        hash: isSame ? cell.code_hash : `${cell.code_hash} and others`,
      },
      environment: {
        ...{ deno: "", v8: "", os: "", cpu: "", cores: 1, engine: "", device: "", dtype: cell.dtype },
        packages: {},
      },
      started: "",
      seconds: 0,
      metrics: rows.map((row) => metricOf(row, own)),
      artifacts: [],
    };
    return { record, runs: cell.runs, failed: cell.failed };
  });
}

/** Returns the settings of a cell in words: `steps=100 rate=0.1`. */
export const settingsText = ({ set }: RunRecord): string =>
  Object.entries(set).map(([path, value]) =>
    `${path}=${typeof value === "string" ? value : formatPlain(value)}`
  )
    .join(" ");
