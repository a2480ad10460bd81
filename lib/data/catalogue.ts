import type { ColumnTable } from "arquero";
import type { Dataset } from "./dataset.ts";
import { ethusd } from "./sets/ethusd.ts";
import { iris } from "./sets/iris.ts";
import { jsb } from "./sets/jsb.ts";
import { type Mnist, mnist } from "./sets/mnist.ts";
import { museData, nottingham, pianoMidi } from "./sets/polyphonic/boulanger_lewandowski.ts";
import type { Polyphonic } from "./sets/polyphonic/types.ts";
import { rugged } from "./sets/rugged.ts";

/** The contents of each data set, by its name. */
export interface DatasetTypes {
  /** Terrain ruggedness and GDP of countries, a row each. */
  readonly rugged: ColumnTable;
  /** Chorales of Bach. */
  readonly jsb: Polyphonic;
  /** Folk tunes. */
  readonly nottingham: Polyphonic;
  /** Classical piano pieces. */
  readonly piano_midi: Polyphonic;
  /** Orchestral and piano pieces. */
  readonly muse_data: Polyphonic;
  /** The price of ether, a row a day. */
  readonly ethusd: ColumnTable;
  /** Images of handwritten digits. */
  readonly mnist: Mnist;
  /** Measures of iris flowers, a row each. */
  readonly iris: ColumnTable;
}

/** The names of the data sets. */
export type DatasetName = keyof DatasetTypes;

/** Every data set by its name. */
export const datasets: { readonly [Name in DatasetName]: Dataset<DatasetTypes[Name]> } = {
  rugged,
  jsb,
  nottingham,
  piano_midi: pianoMidi,
  muse_data: museData,
  ethusd,
  mnist,
  iris,
};
