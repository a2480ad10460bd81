import { BOOLEAN, DOUBLE, type DuckDBType, INTEGER, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import { meetsTarget, type Metric, shortfall } from "../../lib/results/mod.ts";
import type { FoundRecord } from "./find_records.ts";

/** A record in the index: its number, and the side of a comparison that it is of. */
export interface IndexedRecord extends FoundRecord {
  /** Its number, by which the tables are joined. */
  readonly run: number;
  /** The revision it was read at; null for files as they are. */
  readonly revision: string | null;
}

/** A column: its name, its declared type, and its value in a row. */
type Column<Row> = readonly [name: string, type: DuckDBType, value: (row: Row) => any];

/** A table: the rows that a record gives, and its columns. */
export interface Table<Row = any> {
  /** Returns the rows of a record. */
  rows(record: IndexedRecord): readonly Row[];
  /** The columns. */
  readonly columns: readonly Column<Row>[];
}

const json = (value: unknown) => JSON.stringify(value ?? {});
// Whole numbers are doubles, too: sums of integers would be HUGEINT, which JSON has as text.
const doubles = LIST(DOUBLE);

const runs: Table<IndexedRecord> = {
  rows: (found) => [found],
  columns: [
    ["run", INTEGER, ({ run }) => run],
    ["path", VARCHAR, ({ path }) => path],
    ["revision", VARCHAR, ({ revision }) => revision],
    ["form", VARCHAR, ({ record }) => record.schema],
    ["experiment", VARCHAR, ({ record }) => record.experiment],
    ["title", VARCHAR, ({ record }) => record.title],
    ["profile", VARCHAR, ({ record }) => record.profile],
    ["status", VARCHAR, ({ record }) => record.status],
    ["error", VARCHAR, ({ record }) => record.error],
    ["simulated", BOOLEAN, ({ record }) => record.simulated],
    ["seed", DOUBLE, ({ record }) => record.seeds[0]],
    ["seeds", doubles, ({ record }) => listValue(record.seeds)],
    ["config", VARCHAR, ({ record }) => json(record.config)],
    ["set", VARCHAR, ({ record }) => json(record.set)],
    ["data", VARCHAR, ({ record }) => json(record.data)],
    ["commit", VARCHAR, ({ record }) => record.code.commit],
    ["dirty", BOOLEAN, ({ record }) => record.code.dirty],
    ["code_hash", VARCHAR, ({ record }) => record.code.hash],
    ["engine", VARCHAR, ({ record }) => record.environment.engine],
    ["device", VARCHAR, ({ record }) => record.environment.device],
    ["dtype", VARCHAR, ({ record }) => record.environment.dtype],
    ["cpu", VARCHAR, ({ record }) => record.environment.cpu],
    ["cores", INTEGER, ({ record }) => record.environment.cores],
    ["started", VARCHAR, ({ record }) => record.started],
    ["seconds", DOUBLE, ({ record }) => record.seconds],
  ],
};

/** The texts of a metric, which many records share. */
type Kind = Pick<Metric, "name" | "unit" | "direction"> & {
  readonly kind: number;
  readonly source: string | null;
};

/** The texts that were seen so far, in a table of their own: a metric has the number of its own. */
class Kinds implements Table<Kind> {
  readonly #numbers = new Map<string, number>();
  #fresh: Kind[] = [];

  /** Returns the number of a metric's texts. */
  of({ name, unit, direction, target }: Metric): number {
    const source = target?.source ?? null, key = `${name}\n${unit}\n${direction}\n${source ?? "\n"}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const kind = this.#numbers.size;
    this.#numbers.set(key, kind);
    this.#fresh.push({ kind, name, unit, direction, source });
    return kind;
  }

  /** Returns the texts that are new since the last call. */
  rows(): Kind[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  readonly columns: readonly Column<Kind>[] = [
    ["kind", INTEGER, ({ kind }) => kind],
    ["name", VARCHAR, ({ name }) => name],
    ["unit", VARCHAR, ({ unit }) => unit],
    ["direction", VARCHAR, ({ direction }) => direction],
    ["source", VARCHAR, ({ source }) => source],
  ];
}

const metrics = (kinds: Kinds): Table<{ run: number; place: number; metric: Metric }> => ({
  rows: ({ run, record }) => record.metrics.map((metric, place) => ({ run, place, metric })),
  columns: [
    ["run", INTEGER, ({ run }) => run],
    ["place", INTEGER, ({ place }) => place],
    ["kind", INTEGER, ({ metric }) => kinds.of(metric)],
    ["value", DOUBLE, ({ metric }) => metric.value],
    ["se", DOUBLE, ({ metric }) => metric.se],
    ["n", DOUBLE, ({ metric }) => metric.n],
    ["by_seed", doubles, ({ metric: { values } }) => values ? listValue(values) : null],
    ["target", DOUBLE, ({ metric }) => metric.target?.value ?? null],
    ["tolerance", DOUBLE, ({ metric }) => metric.target?.tolerance ?? null],
    ["shortfall", DOUBLE, ({ metric }) => metric.value === null || !metric.target ? null : shortfall(metric)],
    ["met", BOOLEAN, ({ metric }) => meetsTarget(metric)],
  ],
});

const artifacts: Table<{ run: number; file: string; sha256: string }> = {
  rows: ({ run, record }) => record.artifacts.map(({ path, sha256 }) => ({ run, file: path, sha256 })),
  columns: [
    ["run", INTEGER, ({ run }) => run],
    ["file", VARCHAR, ({ file }) => file],
    ["sha256", VARCHAR, ({ sha256 }) => sha256],
  ],
};

/** Returns the tables of an index by name. */
export function tables(): Readonly<Record<string, Table>> {
  const kinds = new Kinds();
  return { runs, metric_rows: metrics(kinds), kinds, artifact_rows: artifacts };
}

/** The names of the views, `runs` among them, which is a table as it is. */
export const VIEWS = ["runs", "metrics", "targets", "artifacts"] as const;

const OF_RUN =
  'r.path, r.revision, r.form, r.experiment, r.profile, r.status, r.simulated, r.seed, r.config, r."set"';

/** The statements that declare tables and views. */
export const DECLARATIONS: readonly string[] = [
  ...Object.entries(tables()).map(([table, { columns }]) => {
    const declared = columns.map(([name, type]) => `"${name}" ${isJson(name) ? "JSON" : type}`);
    return `create table ${table} (${declared.join(", ")})`;
  }),
  `create view metrics as select m.run, ${OF_RUN}, m.place, k.name, m.value, m.se, m.n, m.by_seed, k.unit, k.direction,
     m.target, m.tolerance, k.source, m.shortfall, m.met
     from metric_rows m join runs r using (run) join kinds k using (kind)`,
  "create view targets as select * from metrics where target is not null",
  `create view artifacts as select a.run, r.path, r.revision, r.experiment, r.profile, a.file, a.sha256
     from artifact_rows a join runs r using (run)`,
];

/** Tells whether a column holds JSON, for DuckDB's operators `->` and `->>`. */
function isJson(name: string): boolean {
  return ["config", "set", "data"].includes(name);
}
