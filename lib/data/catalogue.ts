import type { Dataset } from "./dataset.ts";
import { ethusd } from "./sets/ethusd.ts";
import { iris } from "./sets/iris.ts";
import { jsb } from "./sets/jsb.ts";
import { mnist } from "./sets/mnist.ts";
import { museData, nottingham, pianoMidi } from "./sets/polyphonic/boulanger_lewandowski.ts";
import { rugged } from "./sets/rugged.ts";

/** Every data set by its name. */
export const datasets: {
  readonly rugged: typeof rugged;
  readonly jsb: typeof jsb;
  readonly nottingham: typeof nottingham;
  readonly piano_midi: typeof pianoMidi;
  readonly muse_data: typeof museData;
  readonly ethusd: typeof ethusd;
  readonly mnist: typeof mnist;
  readonly iris: typeof iris;
} = {
  rugged,
  jsb,
  nottingham,
  piano_midi: pianoMidi,
  muse_data: museData,
  ethusd,
  mnist,
  iris,
};

/** The names of the data sets. */
export type DatasetName = keyof typeof datasets;

/** The contents of each data set. */
export type DatasetTypes = {
  [Name in DatasetName]: typeof datasets[Name] extends Dataset<infer T> ? T : never;
};
