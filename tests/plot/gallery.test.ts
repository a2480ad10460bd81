/** Figures of every kind, held against the drawings in `snapshots/`, which are the gallery. `UPDATE_SNAPSHOTS=1` draws them anew. */
import assert from "node:assert/strict";
import {
  band,
  chart,
  density,
  ellipses,
  energyPlot,
  essPlot,
  facets,
  type Figure,
  forestPlot,
  histogram,
  imageGrid,
  intervals,
  line,
  pairPlot,
  pianoRoll,
  points,
  predictivePlot,
  reference,
  tracePlot,
  trainingCurve,
} from "../../lib/plot/mod.ts";

/** Keeps the formatter, which would break its lines, from the drawing. */
const UNFORMATTED = "<!-- deno-fmt-ignore-file -->";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Numbers that look drawn, the same everywhere: sums of sines with incommensurable steps. */
const wave = (n: number, step: number) =>
  range(n).map((i) => (Math.sin(step * i) + Math.sin(1.7 * step * i) + Math.sin(3.1 * i)) / 2);

const x = range(12).map((i) => i / 2), y = wave(12, 1.3).map((v, i) => v + x[i]);

/** Three chains of 60 draws of a number and a pair, with two divergences; the third chain stands apart. */
const chains = (() => {
  const array = (values: number[], ...shape: number[]) => ({
    data: Float64Array.from(values),
    shape: [3, 60, ...shape],
  });
  const shift = (values: number[], by: number) => values.map((v, i) => i < 120 ? v : v + by);
  return {
    chains: { mu: array(shift(wave(180, 2.1), 0.7)), theta: array(wave(360, 0.9), 2) },
    extraFields: {
      diverging: array(range(180).map((i) => Number(i === 20 || i === 90))),
      energy: array(wave(180, 1.9)),
    },
  };
})();

const gallery: Record<string, () => Figure> = {
  scatter: () =>
    chart([
      band({ x, low: x.map((v) => v - 1), high: x.map((v) => v + 1), color: "#d55e00" }),
      line({ x, y: x, color: "#d55e00" }),
      points({ x, y, by: x.map((v) => v < 3 ? "left" : "right") }),
    ], { title: "Dots, a line and its band", x: "x", y: "y" }),
  density: () =>
    chart([
      density({ values: wave(60, 2.2), by: range(60).map((i) => i % 2 ? "odd" : "even") }),
      reference({ x: 0 }),
    ], {
      title: "Densities",
      x: "value",
      y: "density",
    }),
  histogram: () =>
    chart([histogram({ values: wave(80, 0.7), bins: 12 })], { title: "A histogram", x: "value", y: "count" }),
  intervals: () =>
    chart([
      intervals({ x, low: y.map((v) => v - 0.8), high: y.map((v) => v + 0.8), color: "#0072b2" }),
      points({ x, y, size: 40 }),
      line({ x, y: x, dashed: true }),
    ], { title: "Intervals", x: "x", y: "y", width: 200, height: 140, yDomain: [0, 6] }),
  images: () => {
    const disc = (radius: number) =>
      range(64).map((i) =>
        Math.max(0, Math.min(1, radius - Math.hypot(i % 8 - 3.5, Math.floor(i / 8) - 3.5)))
      );
    return imageGrid({
      discs: [1, 2, 3, 4, 5].map(disc),
      rings: [2, 3].map((r) => disc(r).map((p) => p * (1 - p))),
    }, {
      title: "Images",
      across: 3,
      columns: 2,
      scale: 4,
    });
  },
  joint: () =>
    facets({
      correlated: [ellipses({ mean: [0, 1], covariance: [[1, 0.8], [0.8, 1]], by: "full rank" })],
      independent: [
        points({ x: wave(30, 1.1), y: wave(30, 2.3), by: "draws", size: 10 }),
        ellipses({ mean: [0, 1], covariance: [[0.4, 0], [0, 0.4]], by: "mean field" }),
      ],
    }, { title: "Two posteriors", width: 160, height: 160, axes: { correlated: { x: "bA", y: "bR" } } }),
  training: () =>
    trainingCurve({
      adam: range(900).map((i) => 300 / (1 + i) + 2),
      sgd: range(900).map((i) => 500 / (1 + i / 9) + 3),
    }, {
      title: "Losses",
      logY: true,
      height: 140,
    }),
  piano_roll: () =>
    pianoRoll({
      cadence: [["F3", "A3", "C4", "F4"], ["F3", "A3", "C4", "F4"], ["G3", "B3", "D4"], [
        "C3",
        "G3",
        "C4",
        "E4",
      ]],
      probabilities: {
        probabilities: range(12).map((t) => wave(14, 0.4 + t).map((v) => Math.min(1, v * v))),
        lowest: 60,
      },
    }, { title: "Notes and probabilities", width: 300 }),
  trace: () => tracePlot(chains, { title: "Chains, of which one stands apart", sites: ["mu", "theta[1]"] }),
  pair: () => pairPlot(chains, { title: "Draws by pairs" }),
  forest: () =>
    forestPlot({
      NUTS: chains,
      guide: { theta: { data: Float64Array.from(wave(120, 1.3)), shape: [60, 2] } },
    }, {
      title: "Two posteriors",
    }),
  energy: () => energyPlot(chains, { title: "Energies" }),
  ess: () => essPlot(chains, { title: "Effective sample sizes", height: 140 }),
  predictive: () => {
    const data = (values: number[], ...shape: number[]) => ({ data: Float64Array.from(values), shape });
    return predictivePlot(data(wave(40, 1.7).map((v) => v + 1), 40), data(wave(800, 0.77), 20, 40), {
      title: "A model that misses its data",
      bins: 12,
    });
  },
  simulated: () =>
    chart([points({ x, y })], { title: "A stamped figure", subtitle: "of twelve points", simulated: true }),
};

for (const [name, draw] of Object.entries(gallery)) {
  Deno.test(`the gallery's ${name} is drawn as before`, async () => {
    const url = new URL(`./snapshots/${name}.svg`, import.meta.url),
      svg = `${UNFORMATTED}\n${await draw().toSVG()}\n`;
    if (Deno.env.get("UPDATE_SNAPSHOTS")) await Deno.writeTextFile(url, svg);
    assert.ok(svg.includes("<svg") && !/NaN|undefined/.test(svg), `${name} is not drawn`);
    assert.ok(
      svg === await Deno.readTextFile(url),
      `${name} differs from snapshots/${name}.svg; UPDATE_SNAPSHOTS=1 draws it anew`,
    );
  });
}
