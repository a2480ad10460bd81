import {
  chart,
  type ChartOptions,
  type Figure,
  line,
  pianoRoll,
  type PianoRollOptions,
  reference,
} from "@pyrosaur/pyrosaur/plot";
import type { Chord } from "@pyrosaur/pyrosaur/data";
import type { Rows } from "./rolls.ts";
import { chordsOf } from "./rolls.ts";
import { LOWEST } from "./sequences.ts";
import type { Curves } from "./train.ts";

/** The part of a training that is drawn. */
export interface Trace {
  /** The number of flows in the guide. */
  readonly numIafs: number;
  /** Its name in the figure (default: the number of flows). */
  readonly label?: string;
  /** The epochs that were looked at, and the NLL of the test part then. */
  readonly curves: Pick<Curves, "epochs" | "testNll">;
}

const flows = (n: number): string => `${n} ${n === 1 ? "flow" : "flows"}`;

/** The height of the plane above the lowest value, in nats: the first epochs lie far above. */
const SHOWN = 2.5;

/**
 * The tutorial's figure 3: the test NLL by epoch, a line for each number of flows.
 *
 * @param published dashed lines: the values in the table of the tutorial
 */
export function nllFigure(
  traces: readonly Trace[],
  published: readonly number[] = [],
  options: Pick<ChartOptions, "title" | "simulated"> = {},
): Figure {
  const marks = traces.map(({ numIafs, label = flows(numIafs), curves: { epochs, testNll } }) =>
    line({ x: epochs, y: testNll, by: label })
  );
  const lowest = Math.min(...traces.flatMap(({ curves }) => curves.testNll), ...published);
  const bottom = Math.floor((lowest - 0.05) * 10) / 10;
  return chart([...published.map((y) => reference({ y })), ...marks], {
    title: "Test NLL by epoch",
    x: "epoch",
    y: "negative ELBO, nats a time slice",
    xDomain: [0, Math.max(...traces.flatMap(({ curves }) => curves.epochs))],
    yDomain: [bottom, bottom + SHOWN],
    width: 420,
    height: 260,
    ...options,
  });
}

/** A piece and what a model makes of it: the probability of each note. */
export function reconstructionFigure(
  piece: readonly Chord[],
  probabilities: Rows,
  options: Pick<PianoRollOptions, "title" | "simulated"> = {},
): Figure {
  return pianoRoll({ "a test piece": piece, "its reconstruction": { probabilities, lowest: LOWEST } }, {
    title: "What the latent states keep of a piece",
    ...options,
  });
}

/** Pieces that a model composed. */
export function compositionFigure(
  pieces: readonly Rows[],
  options: Pick<PianoRollOptions, "title" | "simulated"> = {},
): Figure {
  const rolls = pieces.map((rows, i) => [`piece ${i + 1}`, chordsOf(rows, LOWEST)] as const);
  return pianoRoll(Object.fromEntries(rolls), {
    title: "Composed by the model",
    columns: 2,
    width: 280,
    ...options,
  });
}
