import {
  chart,
  type ChartOptions,
  ellipses,
  facets,
  type Figure,
  line,
  points,
  reference,
} from "@pyrosaur/pyrosaur/plot";
import { type HostArray, tf } from "@pyrosaur/pyrosaur/tensor";
import { LENGTHS, scaleTrilOf } from "./flowers.ts";
import type { FlowerFit } from "./held_out.ts";
import type { Fit } from "./map.ts";
import { densities } from "./membership.ts";
import { POINTS } from "./points.ts";
import type { Tutorial } from "./tutorial.ts";

type FigureOptions = Pick<ChartOptions, "title" | "simulated">;

const count = (values: ArrayLike<number>): number[] => Array.from(values, (_, i) => i);

/** The loss by step. */
export const lossFigure = ({ losses }: Pick<Fit, "losses">): Figure =>
  chart([line({ x: count(losses), y: losses })], { title: "Loss by step", x: "step", y: "nats" });

/** The norms of gradients by step, a line for each site. */
export const gradientFigure = ({ norms }: Pick<Fit, "norms">): Figure =>
  chart(Object.entries(norms).map(([by, y]) => line({ x: count(y), y, by })), {
    title: "Norms of gradients by step",
    x: "step",
    y: "norm",
    logY: "gaps",
  });

/** The points below the density of the mixture and of its components. */
export function densityFigure({ params }: Pick<Fit, "params">): Figure {
  const x = Array.from({ length: 181 }, (_, i) => -3 + i / 10);
  const rows = tf.tidy(() => densities(params, tf.tensor1d(x)).arraySync() as number[][]);
  const of = (by: string, value: (row: number[]) => number, dashed = false) =>
    line({ x, y: rows.map(value), by, dashed });
  return chart([
    of("mixture", ([a, b]) => a + b),
    of("component 0", ([a]) => a, true),
    of("component 1", ([, b]) => b, true),
    points({ x: POINTS, y: POINTS.map(() => 0), color: "#000000", size: 40 }),
  ], { title: "Density of the mixture", x: "x", y: "density", width: 420 });
}

/** Membership near the boundary: the most probable one, shares of draws, and probabilities. */
export const membershipFigure = ({ near }: Pick<Tutorial, "near">): Figure =>
  chart([
    line({ x: near.places, y: near.likeliest, by: "most probable" }),
    line({ x: near.places, y: near.probability, by: "posterior probability" }),
    line({ x: near.places, y: near.learned, by: "learned by a guide", dashed: true }),
    points({ x: near.places, y: near.drawn, by: "share of draws" }),
  ], { title: "Membership near the boundary", x: "x", y: "component 1", width: 420 });

/** The log density of flowers by number of components, of those fitted and those held out. */
export function heldOutFigure(
  components: readonly number[],
  { heldOut, fitted }: { readonly heldOut: readonly number[]; readonly fitted: readonly number[] },
  options: FigureOptions = {},
): Figure {
  const course = (
    by: string,
    y: readonly number[],
  ) => [line({ x: components, y, by }), points({ x: components, y, by })];
  return chart([...course("held out", heldOut), ...course("fitted", fitted)], {
    title: "Irises by number of components",
    x: "components",
    y: "nats a flower",
    ...options,
  });
}

const arrayOf = ({ data, shape }: HostArray) => tf.tensor(data as Float32Array, [...shape]);

/** Means and covariances of components in centimetres. */
function spreads({ standard: { mean, sd }, components }: FlowerFit) {
  return tf.tidy(() => {
    const tril = scaleTrilOf(arrayOf(components.scale), arrayOf(components.slopes));
    const covariances = tf.matMul(tril, tril, false, true).arraySync() as number[][][];
    return (arrayOf(components.locs).arraySync() as number[][]).map((loc, c) => ({
      mean: loc.map((m, k) => mean[k] + sd[k] * m),
      covariance: covariances[c].map((row, i) => row.map((v, k) => v * sd[i] * sd[k])),
    }));
  });
}

/** The flowers by component, with ellipses that hold 50% and 90%, beside those by species. */
export function flowersFigure(
  rows: readonly (readonly number[])[],
  species: readonly string[],
  { fit, assignments }: { readonly fit: FlowerFit; readonly assignments: readonly number[] },
  options: FigureOptions = {},
): Figure {
  const [across, up] = [2, 1], x = rows.map((row) => row[across]), y = rows.map((row) => row[up]);
  const shapes = spreads(fit).map(({ mean, covariance: c }, i) =>
    ellipses({
      mean: [mean[across], mean[up]],
      covariance: [[c[across][across], c[across][up]], [c[up][across], c[up][up]]],
      by: `component ${i}`,
    })
  );
  const dots = points({ x, y, by: assignments.map((c) => `component ${c}`) });
  return facets({ components: [dots, ...shapes], species: [points({ x, y, by: species })] }, {
    title: "Irises by component and by species",
    x: `${LENGTHS[across].replace("_", " ")} (cm)`,
    y: `${LENGTHS[up].replace("_", " ")} (cm)`,
    ...options,
  });
}

/** First losses in order, with the best one. */
export function startsFigure({ firstLosses, start }: Pick<Tutorial, "firstLosses" | "start">): Figure {
  const sorted = [...firstLosses].sort((a, b) => a - b);
  return chart([reference({ y: start.loss }), points({ x: count(sorted), y: sorted })], {
    title: "Losses of first values, in order",
    x: "rank",
    y: "nats",
  });
}
