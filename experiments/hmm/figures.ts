import {
  chart,
  type ChartOptions,
  facets,
  type Figure,
  line,
  type Mark,
  pianoRoll,
} from "@pyrosaur/pyrosaur/plot";
import type { Sequence } from "@pyrosaur/pyrosaur/nn";
import { LOWEST } from "./notes.ts";

type FigureOptions = Pick<ChartOptions, "title" | "simulated">;

/** Losses by step, a line for each model. */
export function lossesFigure(
  losses: Readonly<Record<string, readonly number[]>>,
  options: FigureOptions = {},
): Figure {
  const marks = Object.entries(losses).map(([by, y]) => line({ x: y.map((_, i) => i), y, by }));
  return chart(marks, { title: "Loss by step", x: "step", y: "nats a slice", width: 420, ...options });
}

/** The notes of a sequence by step, as MIDI numbers. */
export const chordsOf = (sequence: Sequence): number[][] =>
  Array.from(sequence, (row) => Array.from(row, (on, n) => on ? n + LOWEST : -1).filter((note) => note >= 0));

/** A piano roll, each note in the colour of the most probable state of its step. */
export function statesFigure(
  sequence: Sequence,
  states: readonly number[],
  options: FigureOptions = {},
): Figure {
  const bars = chordsOf(sequence).flatMap((chord, t) =>
    chord.map((note) => ({ x: t, x2: t + 1, y: note - 0.4, y2: note + 0.4, by: `state ${states[t]}` }))
  );
  const sounding: Mark = {
    data: { values: bars },
    mark: { type: "rect" },
    encoding: {
      x: { field: "x", type: "quantitative" },
      x2: { field: "x2" },
      y: { field: "y", type: "quantitative", scale: { zero: false } },
      y2: { field: "y2" },
      color: { field: "by", type: "nominal", title: null, scale: { scheme: "category20" } },
    },
  };
  const course = line({ x: states.map((_, t) => t + 0.5), y: states, color: "#000000" });
  return facets({ "notes, coloured by state": [sounding], "most probable state": [course] }, {
    title: "A chorale and its hidden states",
    columns: 1,
    width: 560,
    axes: {
      "notes, coloured by state": { x: "step", y: "MIDI note" },
      "most probable state": { x: "step", y: "state" },
    },
    ...options,
  });
}

/** The notes that states expect, a column a state, in the order of their lowest likely note. */
export function emissionFigure(
  { data, shape: [states, notes] }: { readonly data: ArrayLike<number>; readonly shape: readonly number[] },
  options: FigureOptions = {},
): Figure {
  const rows = Array.from(
    { length: states },
    (_, k) => Array.from({ length: notes }, (_, n) => data[k * notes + n]),
  );
  const middle = (row: readonly number[]) =>
    row.reduce((sum, p, n) => sum + p * n, 0) / row.reduce((sum, p) => sum + p, 0);
  return pianoRoll(
    { states: { probabilities: rows.sort((a, b) => middle(a) - middle(b)), lowest: LOWEST } },
    {
      title: "The notes that each state expects",
      x: "state",
      ...options,
    },
  );
}
