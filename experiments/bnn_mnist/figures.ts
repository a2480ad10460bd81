import { chart, facets, type Figure, line, type Mark } from "@pyrosaur/pyrosaur/plot";
import { mean } from "@pyrosaur/pyrosaur/statistics";
import { type Measured, QUANTILES } from "./measures.ts";
import { ANGLES, type System, SYSTEMS } from "./settings.ts";

/** The measurements of every system, one a seed. */
export type Outcomes = Readonly<Record<System, readonly Measured[]>>;

/** Options of the experiment's figures. */
interface FigureOptions {
  /** True where the data are drawn. */
  readonly simulated: boolean;
}

/** The mean over seeds of a list, entry by entry. */
function meanOf(measured: readonly Measured[], of: (one: Measured) => readonly number[]): number[] {
  const lists = measured.map(of);
  return lists[0].map((_, i) => mean(lists.map((list) => list[i])));
}

/** A mark for each system. */
const bySystem = (outcomes: Outcomes, mark: (measured: readonly Measured[], by: System) => Mark): Mark[] =>
  SYSTEMS.map((name) => mark(outcomes[name], name));

/** Accuracy by the share of images that are kept, the surest ones. */
export function rejectionFigure(outcomes: Outcomes, options: FigureOptions): Figure {
  const marks = bySystem(
    outcomes,
    (measured, by) =>
      line({ x: measured[0].rejection.kept, y: meanOf(measured, (m) => m.rejection.accuracy), by }),
  );
  return chart(marks, {
    title: "Accuracy where one may refuse",
    subtitle: "the least sure images are refused first",
    x: "share of test images kept",
    y: "accuracy on these",
    width: 420,
    height: 280,
    ...options,
  });
}

/** The share that is right by confidence: on the diagonal a network is as right as it says. */
export function calibrationFigure(outcomes: Outcomes, options: FigureOptions): Figure {
  const marks = bySystem(outcomes, (measured, by) => {
    const bins = measured.flatMap((m) => m.bins).filter(({ count }) => count > 0);
    const lows = [...new Set(bins.map(({ low }) => low))].sort((a, b) => a - b);
    const pooled = lows.map((low) => {
      const own = bins.filter((bin) => bin.low === low), n = own.reduce((s, { count }) => s + count, 0);
      const of = (value: "confidence" | "accuracy") =>
        own.reduce((s, bin) => s + bin.count * bin[value], 0) / n;
      return { x: of("confidence"), y: of("accuracy") };
    });
    return line({ x: pooled.map(({ x }) => x), y: pooled.map(({ y }) => y), by });
  });
  return chart([line({ x: [0, 1], y: [0, 1], dashed: true, color: "#555" }), ...marks], {
    title: "Calibration on test digits",
    subtitle: "fifteen bins of confidence; dashed: as right as they say",
    x: "confidence",
    y: "share that is right",
    width: 320,
    height: 320,
    ...options,
  });
}

/** The distribution of entropies on each kind of images, a plane for each system. */
export function entropyFigure(outcomes: Outcomes, options: FigureOptions): Figure {
  const planes = SYSTEMS.map((name): [string, Mark[]] => [
    name,
    Object.keys(outcomes[name][0].entropies).map((kind) =>
      line({ x: meanOf(outcomes[name], (m) => m.entropies[kind]), y: QUANTILES, by: kind })
    ),
  ]);
  return facets(Object.fromEntries(planes), {
    title: "Entropy of what the networks say",
    subtitle: "share of images below, by kind; 2.3 nats is to know nothing",
    x: "nats",
    y: "share of images below",
    columns: 3,
    width: 240,
    height: 180,
    xDomain: [0, 2.4],
    ...options,
  });
}

/** Entropy and accuracy by the angle that digits are turned by. */
export function rotationFigure(outcomes: Outcomes, options: FigureOptions): Figure {
  const of = (what: keyof Measured["byAngle"]) =>
    bySystem(
      outcomes,
      (measured, by) => line({ x: ANGLES, y: meanOf(measured, (m) => m.byAngle[what]), by }),
    );
  return facets({ entropy: of("entropy"), accuracy: of("accuracy") }, {
    title: "Digits turned against the clock",
    axes: { entropy: { x: "degrees", y: "mean entropy, nats" }, accuracy: { x: "degrees", y: "accuracy" } },
    ...options,
  });
}
