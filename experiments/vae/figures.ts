import {
  chart,
  type ChartOptions,
  type Figure,
  imageGrid,
  type Images as Pictures,
  line,
  points,
} from "@pyrosaur/pyrosaur/plot";
import type { Plane } from "./latent_map.ts";
import type { Curves } from "./train.ts";

type FigureOptions = Pick<ChartOptions, "title" | "simulated">;

/** Epochs that a curve needs to settle: the plane shows what lies above its value there. */
const SETTLED = 4;

/**
 * The ELBO by epoch, of training and of test images.
 *
 * @param pyro the test ELBO of Pyro's own program by epoch
 */
export function elboFigure(
  { trainElbo, epochs, testElbo }: Pick<Curves, "trainElbo" | "epochs" | "testElbo">,
  pyro: readonly number[] = [],
  options: FigureOptions = {},
): Figure {
  const count = (values: readonly number[]) => values.map((_, i) => i + 1);
  const marks = [
    line({ x: count(trainElbo), y: trainElbo, by: "training, as trained on" }),
    line({ x: epochs, y: testElbo, by: "test" }),
    ...(pyro.length > 0 ? [line({ x: count(pyro), y: pyro, by: "test, Pyro", dashed: true })] : []),
  ];
  const all = [...trainElbo, ...testElbo, ...pyro], from = trainElbo[Math.min(SETTLED, trainElbo.length) - 1];
  return chart(marks, {
    title: "ELBO by epoch",
    x: "epoch",
    y: "nats an image",
    xDomain: [0, Math.max(trainElbo.length, pyro.length)],
    yDomain: [Math.floor(from - 2), Math.ceil(Math.max(...all))],
    width: 420,
    height: 260,
    ...options,
  });
}

/** Images, and the probabilities of their pixels given what the latent variables keep. */
export const reconstructionFigure = (
  images: Pictures,
  probabilities: Pictures,
  options: FigureOptions = {},
): Figure =>
  imageGrid({ "test images": images, "reconstructions": probabilities }, {
    title: "What z keeps of an image",
    ...options,
  });

/** Images of latent variables drawn from the prior. */
export const samplesFigure = (images: Pictures, options: FigureOptions = {}): Figure =>
  imageGrid({ "z from N(0, 1)": images }, { title: "Digits by the model", ...options });

/** Ways from one digit to another, one below the other, each of as many steps. */
export const walkFigure = (ways: readonly Pictures[], options: FigureOptions = {}): Figure =>
  imageGrid({ "the straight way between two means": ways.flat() }, {
    title: "From digit to digit",
    across: ways[0].length,
    ...options,
  });

/** The latent means in a plane, coloured by digit. */
export const mapFigure = (
  { x, y }: Plane,
  labels: ArrayLike<number>,
  options: FigureOptions = {},
): Figure =>
  chart([points({ x, y, by: x.map((_, i) => String(labels[i])), size: 12 })], {
    title: "Means of z in a plane, by digit",
    width: 420,
    height: 360,
    ...options,
  });
