import { checkOptions, type OptionNames } from "../system/mod.ts";
import { type ChartOptions, facets } from "./chart.ts";
import type { Mark } from "./encode.ts";
import type { Figure } from "./figure.ts";
import { NAMES, noteNumber } from "./notes.ts";

/**
 * Music by steps: the notes that sound at each step, as MIDI numbers or names such as "C4"; or rows
 * of probabilities, one a note from `lowest` upwards (default 21, the lowest key of a piano).
 */
export type Roll =
  | readonly (readonly (number | string)[])[]
  | { readonly probabilities: readonly ArrayLike<number>[]; readonly lowest?: number };

/** Texts and size of a piano roll. */
export interface PianoRollOptions extends Omit<ChartOptions, "logY" | "xDomain" | "yDomain"> {
  /** Number of rolls side by side (default 1). */
  readonly columns?: number;
  /** The lowest and the highest note shown (default: of those that sound, and one more each). */
  readonly range?: readonly [number | string, number | string];
  /** Labels of the axis: names of notes, or MIDI numbers (default "name"). */
  readonly labels?: "name" | "number";
  /** The least probability that is drawn (default 0.05). */
  readonly threshold?: number;
}

const optionNames: OptionNames<PianoRollOptions> = {
  x: true,
  y: true,
  title: true,
  subtitle: true,
  width: true,
  height: true,
  simulated: true,
  columns: true,
  range: true,
  labels: true,
  threshold: true,
};

/** The number of shades for probabilities: neighbours of one shade are one rectangle. */
const SHADES = 10;

const COLOR = "#0072b2";

/** A rectangle: a note from one step to another. */
interface Bar {
  readonly note: number;
  readonly from: number;
  to: number;
  readonly shade: number;
}

/**
 * Draws music as piano rolls: time to the right, notes upwards; a note that sounds on is one bar,
 * and a probability its opacity. Several rolls, by name, share their notes and stand below each
 * other.
 *
 * @throws Error for a roll without steps, a note that is none, and a probability outside [0, 1].
 *
 * @example A cadence by names, and a step of probabilities
 * ```ts
 * import { pianoRoll } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * const cadence = [["F3", "A3", "C4"], ["G3", "B3", "D4"], ["C3", "G3", "E4"]];
 * const model = { probabilities: [[0.9, 0.1], [0.5, 0.6], [0, 1]], lowest: 60 };
 * const figure = pianoRoll({ cadence, model }, { title: "Subdominant, dominant, tonic" });
 * assert.match(await figure.toSVG(), /^<svg[^]*Subdominant/);
 * ```
 */
export function pianoRoll(rolls: Readonly<Record<string, Roll>>, options: PianoRollOptions = {}): Figure {
  checkOptions("draw a piano roll", options, optionNames);
  const { range, labels = "name", threshold = 0.05, columns = 1, ...chart } = options;
  const names = Object.keys(rolls);
  if (names.length === 0) throw new Error("Cannot draw a piano roll: there are no rolls");
  const bars = names.map((name) => barsOf(name, rolls[name], threshold));
  const [low, high] = range?.map(noteNumber) ?? extent(bars.flat());
  const steps = Math.max(...names.map((name) => rowsOf(rolls[name]).length));
  const planes = names.map((name, i) => [name, [markOf(bars[i], labels, low, high)]] as const);
  return facets(Object.fromEntries(planes), {
    x: "step",
    height: Math.max(60, 5 * (high - low + 1)),
    width: 420,
    ...chart,
    columns,
    xDomain: [0, steps],
    yDomain: [low - 0.5, high + 0.5],
  });
}

const rowsOf = (roll: Roll) => "probabilities" in roll ? roll.probabilities : roll;

/** Returns the range of the notes and one more each way; of silence, an octave around middle C. */
function extent(bars: readonly Bar[]): [number, number] {
  if (bars.length === 0) return [54, 66];
  const notes = bars.map(({ note }) => note);
  return [notes.reduce((a, b) => Math.min(a, b)) - 1, notes.reduce((a, b) => Math.max(a, b)) + 1];
}

/** Returns the shade of each note at each step. */
function* shadesOf(name: string, roll: Roll, threshold: number): Generator<Map<number, number>> {
  if (!("probabilities" in roll)) {
    for (const chord of roll) yield new Map(chord.map((note) => [noteNumber(note), SHADES]));
    return;
  }
  const { probabilities, lowest = 21 } = roll;
  for (const [t, row] of probabilities.entries()) {
    const shades = new Map<number, number>();
    for (let i = 0; i < row.length; i++) {
      const p = row[i];
      if (!(p >= 0 && p <= 1)) {
        throw new Error(
          `Cannot draw the piano roll "${name}": the probability of note ${lowest + i} at step ${t} ` +
            `is ${p}, expected a number from 0 to 1`,
        );
      }
      const shade = Math.round(p * SHADES);
      if (p >= threshold && shade > 0) shades.set(lowest + i, shade);
    }
    yield shades;
  }
}

function barsOf(name: string, roll: Roll, threshold: number): Bar[] {
  if (rowsOf(roll).length === 0) throw new Error(`Cannot draw the piano roll "${name}": it has no steps`);
  const done: Bar[] = [];
  let sounding = new Map<number, Bar>(), step = 0;
  for (const shades of shadesOf(name, roll, threshold)) {
    const now = new Map<number, Bar>();
    for (const [note, shade] of shades) {
      let bar = sounding.get(note);
      if (bar?.shade !== shade) done.push(bar = { note, from: step, to: step, shade });
      bar.to = step + 1;
      now.set(note, bar);
    }
    sounding = now;
    step++;
  }
  return done;
}

function markOf(bars: readonly Bar[], labels: "name" | "number", low: number, high: number): Mark {
  // Every C, or where there is hardly one every third note.
  const stride = high - low < 13 ? 3 : 12, first = Math.ceil(low / stride) * stride;
  const values = Array.from(
    { length: Math.floor((high - first) / stride) + 1 },
    (_, i) => first + i * stride,
  );
  const labelExpr = `${JSON.stringify(NAMES)}[datum.value % 12] + format(floor(datum.value / 12) - 1, 'd')`;
  const axis = { values, ...(labels === "name" && { labelExpr }) };
  return {
    data: {
      values: bars.map(({ note, from, to, shade }) => ({
        x: from,
        x2: to,
        y: note - 0.4,
        y2: note + 0.4,
        p: shade / SHADES,
      })),
    },
    mark: { type: "rect", color: COLOR },
    encoding: {
      x: { field: "x", type: "quantitative" },
      x2: { field: "x2" },
      y: { field: "y", type: "quantitative", axis },
      y2: { field: "y2" },
      opacity: { field: "p", type: "quantitative", scale: null, legend: null },
    },
  };
}
