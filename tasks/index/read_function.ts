import { DuckDBTableFunction } from "@duckdb/node-api";
import type { Column, IndexedRecord, Table } from "./tables.ts";

/** The rows that DuckDB takes at once, at most. */
const CHUNK = 2048;

/** The state of one reading: the columns that are asked for, and the rows to come. */
interface Reading {
  /** Absent where DuckDB asks for the number of rows alone. */
  readonly columns: readonly (Column<unknown> | undefined)[];
  readonly rows: Iterator<unknown>;
}

function* rowsOf(table: Table, records: Iterable<IndexedRecord>): Generator<unknown> {
  for (const record of records) yield* table.rows(record);
}

/**
 * Returns a function of DuckDB's that reads a table off records as a query goes along, and computes
 * the columns that it asks for alone.
 *
 * @param records begins to read the records
 */
export function readFunction(
  name: string,
  table: Table,
  records: () => Iterable<IndexedRecord>,
): DuckDBTableFunction {
  return DuckDBTableFunction.create({
    name,
    supportsProjectionPushdown: true,
    bindFunction(info) {
      for (const [column, type] of table.columns) info.addResultColumn(column, type);
    },
    initFunction(info) {
      const columns = info.getColumnIndexes().map((index) => table.columns[index]);
      info.setInitData({ columns, rows: rowsOf(table, records()) } satisfies Reading);
    },
    mainFunction(info, chunk) {
      const { columns, rows } = info.initData as Reading, taken: unknown[] = [];
      try {
        while (taken.length < CHUNK) {
          const { done, value } = rows.next();
          if (done) break;
          taken.push(value);
        }
        chunk.rowCount = taken.length;
        columns.forEach((column, j) => {
          if (!column || taken.length === 0) return;
          const vector = chunk.getColumnVector(j), [, , value] = column;
          taken.forEach((row, i) => vector.setItem(i, value(row)));
          vector.flush();
        });
      } catch (error) {
        info.setError(String(error));
      }
    },
  });
}
