import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { reasonOf } from "../../lib/system/mod.ts";
import { type DamagedRecord, readRecord, recordPaths } from "./find_records.ts";
import { readFunction } from "./read_function.ts";
import { DERIVED, type IndexedRecord, TABLES, VIEWS } from "./tables.ts";
import { plainValue } from "./values.ts";

/** The answer to a query. */
export interface Answer {
  /** The names of its columns. */
  readonly columns: readonly string[];
  /** Its rows, of plain values. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Refuses records that are damaged. */
function refuse(folder: string, damaged: readonly DamagedRecord[], size: number): never {
  const shown = damaged.slice(0, 3).map(({ path, reason }) => `${path}: ${reason}`);
  const more = damaged.length > shown.length ? `\n... and ${damaged.length - shown.length} more` : "";
  throw new Error(
    `Cannot use ${damaged.length} of ${size} records in ${folder}:\n${shown.join("\n")}${more}\n` +
      "Run them again, or leave them out with --skip-damaged",
  );
}

/**
 * An index over records of any number: the views `runs`, `metrics`, `targets` and `artifacts` of
 * DuckDB, which read the records as a query goes along, and of them what it asks for. A query can
 * read nothing else, and write nothing.
 */
export class RecordsIndex implements Disposable {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  /** Damaged records by their paths; undefined for those that were read and are whole. */
  readonly #checked = new Map<string, DamagedRecord | undefined>();

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    /** The folder. */
    readonly folder: string,
    /** The paths of the records, from the folder, in order. */
    readonly paths: readonly string[],
    private readonly damaged?: (found: DamagedRecord) => void,
  ) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /**
   * Makes an index of the records at any depth below a folder.
   *
   * @param damaged receives those that a query finds damaged, once each (default: they are refused)
   * @throws (rejects) Error where there is no folder, or no record in it.
   */
  static async below(folder: string, damaged?: (found: DamagedRecord) => void): Promise<RecordsIndex> {
    const paths = recordPaths(folder);
    if (paths.length === 0) {
      throw new Error(
        `Cannot use ${folder}: found no records there, expected <experiment>/<profile>.json at any depth`,
      );
    }
    const instance = await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" });
    const connection = await instance.connect();
    const index = new RecordsIndex(instance, connection, folder, paths, damaged);
    for (const [name, table] of Object.entries(TABLES)) {
      connection.registerTableFunction(readFunction(`read_${name}`, table, () => index.#records()));
      await connection.run(`create view ${name} as from read_${name}()`);
    }
    for (const [name, query] of Object.entries(DERIVED)) {
      await connection.run(`create view ${name} as ${query}`);
    }
    await connection.run("set enable_external_access = false");
    await connection.run("set lock_configuration = true");
    return index;
  }

  /** Reads the records that are whole. */
  *#records(): Generator<IndexedRecord> {
    for (const [run, path] of this.paths.entries()) {
      const isKnown = this.#checked.has(path);
      if (isKnown && this.#checked.get(path)) continue;
      const found = readRecord(this.folder, path, isKnown);
      if ("record" in found) {
        this.#checked.set(path, undefined);
        yield { ...found, run };
      } else {
        this.#checked.set(path, found);
        this.damaged?.(found);
      }
    }
  }

  /**
   * Answers a query.
   *
   * @throws (rejects) Error with DuckDB's reason and the views there are, and where records that it
   * reads are damaged.
   */
  async query(sql: string): Promise<Answer> {
    let reader;
    try {
      reader = await this.#connection.runAndReadAll(sql);
    } catch (error) {
      const reason = reasonOf(error).replace("Failed to extract statements: ", "").replace(
        /\n\nLINE 1: [^]*$/,
        "",
      ).trim();
      throw new Error(`Cannot query: ${reason}\nThere are the views ${VIEWS.join(", ")}`, { cause: error });
    }
    const bad = [...this.#checked.values()].filter((found) => found !== undefined);
    if (bad.length > 0 && !this.damaged) refuse(this.folder, bad, this.paths.length);
    const columns = reader.deduplicatedColumnNames();
    const rows = reader.getRowsJS().map((row) =>
      Object.fromEntries(row.map((value, i) => [columns[i], plainValue(value)]))
    );
    return { columns, rows };
  }

  /** Frees DuckDB's memory. */
  [Symbol.dispose](): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
