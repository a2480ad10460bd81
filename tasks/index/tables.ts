import {
  BOOLEAN,
  DOUBLE,
  type DuckDBType,
  DuckDBVarCharType,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
} from "@duckdb/node-api";
import { meetsTarget, type Metric, shortfall } from "../../lib/results/mod.ts";
import type { FoundRecord } from "./find_records.ts";

/** A record in the index. */
export interface IndexedRecord extends FoundRecord {
  /** Its number, by which the views are joined. */
  readonly run: number;
}

/** A column: its name, its declared type, and its value in a row. */
export type Column<Row> = readonly [name: string, type: DuckDBType, value: (row: Row) => any];

/** A table: the rows that a record gives, and its columns. */
export interface Table<Row = any> {
  /** Returns the rows of a record. */
  rows(record: IndexedRecord): readonly Row[];
  /** The columns. */
  readonly columns: readonly Column<Row>[];
}

/** The type of JSON, for DuckDB's operators `->` and `->>`. */
const JSON_TEXT = DuckDBVarCharType.create("JSON");
const json = (value: unknown) => JSON.stringify(value ?? {});
// Whole numbers are doubles, too: sums of integers would be HUGEINT, which JSON has as text.
const doubles = LIST(DOUBLE);

const runs: Table<IndexedRecord> = {
  rows: (found) => [found],
  columns: [
    ["run", INTEGER, ({ run }) => run],
    ["path", VARCHAR, ({ path }) => path],
    ["form", VARCHAR, ({ record }) => record.schema],
    ["experiment", VARCHAR, ({ record }) => record.experiment],
    ["title", VARCHAR, ({ record }) => record.title],
    ["profile", VARCHAR, ({ record }) => record.profile],
    ["status", VARCHAR, ({ record }) => record.status],
    ["error", VARCHAR, ({ record }) => record.error],
    ["simulated", BOOLEAN, ({ record }) => record.simulated],
    ["seed", DOUBLE, ({ record }) => record.seeds[0]],
    ["seeds", doubles, ({ record }) => listValue(record.seeds)],
    ["config", JSON_TEXT, ({ record }) => json(record.config)],
    ["set", JSON_TEXT, ({ record }) => json(record.set)],
    ["data", JSON_TEXT, ({ record }) => json(record.data)],
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

/** Columns of the record in tables of its parts: a value is made once for all of them. */
const ofRun = (...names: string[]): Column<{ found: IndexedRecord }>[] =>
  names.map((name) => {
    const [, type, value] = runs.columns.find(([own]) => own === name)!;
    let last: IndexedRecord, known: any;
    return [name, type, ({ found }) => {
      if (found !== last) [last, known] = [found, value(found)];
      return known;
    }];
  });

const metrics: Table<{ found: IndexedRecord; place: number; metric: Metric }> = {
  rows: (found) => found.record.metrics.map((metric, place) => ({ found, place, metric })),
  columns: [
    ...ofRun("run", "path", "form", "experiment", "profile", "status", "simulated", "seed", "config", "set"),
    ["place", INTEGER, ({ place }) => place],
    ["name", VARCHAR, ({ metric }) => metric.name],
    ["value", DOUBLE, ({ metric }) => metric.value],
    ["se", DOUBLE, ({ metric }) => metric.se],
    ["n", DOUBLE, ({ metric }) => metric.n],
    ["by_seed", doubles, ({ metric: { values } }) => values ? listValue(values) : null],
    ["unit", VARCHAR, ({ metric }) => metric.unit],
    ["direction", VARCHAR, ({ metric }) => metric.direction],
    ["target", DOUBLE, ({ metric }) => metric.target?.value ?? null],
    ["tolerance", DOUBLE, ({ metric }) => metric.target?.tolerance ?? null],
    ["source", VARCHAR, ({ metric }) => metric.target?.source ?? null],
    ["shortfall", DOUBLE, ({ metric }) => metric.value === null || !metric.target ? null : shortfall(metric)],
    ["met", BOOLEAN, ({ metric }) => meetsTarget(metric)],
  ],
};

const artifacts: Table<{ found: IndexedRecord; file: string; sha256: string }> = {
  rows: (found) => found.record.artifacts.map(({ path, sha256 }) => ({ found, file: path, sha256 })),
  columns: [
    ...ofRun("run", "path", "experiment", "profile"),
    ["file", VARCHAR, ({ file }) => file],
    ["sha256", VARCHAR, ({ sha256 }) => sha256],
  ],
};

/** The views that are read off records, by name. */
export const TABLES: Readonly<Record<string, Table>> = { runs, metrics, artifacts };

/** The views that are made of others, by name. */
export const DERIVED: Readonly<Record<string, string>> = {
  targets: "select * from metrics where target is not null",
};

/** The names of the views for questions. */
export const VIEWS: readonly string[] = ["runs", "metrics", "targets", "artifacts"];
