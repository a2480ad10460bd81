import { type DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from "@duckdb/node-api";
import { reasonOf } from "../../lib/system/mod.ts";
import { type DamagedRecord, findRecords, type FoundRecord } from "./find_records.ts";
import { DECLARATIONS, type IndexedRecord, type Table, tables, VIEWS } from "./tables.ts";
import { plainValue } from "./values.ts";

/** The answer to a query. */
export interface Answer {
  /** The names of its columns. */
  readonly columns: readonly string[];
  /** Its rows, of plain values. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** The rows of a chunk, at most. */
const CHUNK = 2048;

/** Puts rows into a table, a chunk at a time. */
class Writer {
  readonly #columns: any[][];
  readonly #types;
  readonly #values;

  constructor(
    readonly appender: Awaited<ReturnType<DuckDBConnection["createAppender"]>>,
    readonly table: Table,
  ) {
    const { columns } = table;
    this.#types = columns.map(([, type]) => type);
    this.#values = columns.map(([, , value]) => value);
    this.#columns = columns.map(() => []);
  }

  add(record: IndexedRecord): void {
    for (const row of this.table.rows(record)) {
      this.#values.forEach((value, i) => this.#columns[i].push(value(row)));
      if (this.#columns[0].length === CHUNK) this.#flush();
    }
  }

  #flush(): void {
    const count = this.#columns[0].length;
    if (count === 0) return;
    const chunk = DuckDBDataChunk.create(this.#types, count);
    chunk.setColumns(this.#columns);
    this.appender.appendDataChunk(chunk);
    for (const column of this.#columns) column.length = 0;
  }

  end(): void {
    this.#flush();
    this.appender.closeSync();
  }
}

/**
 * An index over records of any number, in memory: DuckDB's tables, with declared columns, under the
 * views `runs`, `metrics`, `targets` and `artifacts`. A query can read nothing else, and write
 * nothing.
 */
export class RecordsIndex implements Disposable {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, readonly size: number) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** Makes an index of records, each with the revision that it was read at. */
  static async of(
    records: Iterable<FoundRecord & { readonly revision?: string | null }>,
  ): Promise<RecordsIndex> {
    const instance = await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" });
    const connection = await instance.connect();
    for (const statement of DECLARATIONS) await connection.run(statement);
    const writers: Writer[] = [];
    for (const [name, table] of Object.entries(tables())) {
      writers.push(new Writer(await connection.createAppender(name), table));
    }
    let run = 0;
    for (const { path, record, revision = null } of records) {
      for (const writer of writers) writer.add({ path, record, revision, run });
      run++;
    }
    for (const writer of writers) writer.end();
    await connection.run("set enable_external_access = false");
    await connection.run("set lock_configuration = true");
    return new RecordsIndex(instance, connection, run);
  }

  /**
   * Makes an index of the records at any depth below a folder.
   *
   * @param damaged receives those that are damaged (default: they are refused)
   * @throws (rejects) Error where there is no folder, no record, or a damaged one.
   */
  static async below(folder: string, damaged?: (found: DamagedRecord) => void): Promise<RecordsIndex> {
    const bad: DamagedRecord[] = [];
    const index = await RecordsIndex.of((function* () {
      for (const found of findRecords(folder)) {
        if ("record" in found) yield found;
        else bad.push(found);
      }
    })());
    if (bad.length > 0 && !damaged) {
      const shown = bad.slice(0, 3).map(({ path, reason }) => `${path}: ${reason}`);
      const more = bad.length > shown.length ? `\n... and ${bad.length - shown.length} more` : "";
      throw new Error(
        `Cannot use ${bad.length} of ${bad.length + index.size} records in ${folder}:\n${
          shown.join("\n")
        }${more}\n` +
          "Run them again, or leave them out with --skip-damaged",
      );
    }
    bad.forEach((found) => damaged!(found));
    if (index.size === 0) {
      throw new Error(
        `Cannot use ${folder}: found no records there, expected <experiment>/<profile>.json at any depth`,
      );
    }
    return index;
  }

  /** Answers a query. Throws (rejects) Error with DuckDB's reason, and the views there are. */
  async query(sql: string, values: readonly (string | number)[] = []): Promise<Answer> {
    try {
      const reader = await this.#connection.runAndReadAll(sql, [...values]);
      const columns = reader.deduplicatedColumnNames();
      const rows = reader.getRowsJS().map((row) =>
        Object.fromEntries(row.map((value, i) => [columns[i], plainValue(value)]))
      );
      return { columns, rows };
    } catch (error) {
      const reason = reasonOf(error).replace("Failed to extract statements: ", "").replace(
        /\n\nLINE 1: [^]*$/,
        "",
      ).trim();
      throw new Error(`Cannot query: ${reason}\nThere are the views ${VIEWS.join(", ")}`, { cause: error });
    }
  }

  [Symbol.dispose](): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
