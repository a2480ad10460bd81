import { chart, type Figure, line, reference } from "../../lib/plot/mod.ts";
import type { Curves } from "../../experiments/dmm/notebook.ts";

/**
 * Returns the loss by epoch, of what is trained on and of what is not.
 *
 * @param baseline a dashed line: what a model without latent states reaches
 */
export function lossFigure({ trainNll, epochs, validNll }: Curves, baseline: number): Figure {
  const marks = [
    line({ x: trainNll.map((_, i) => i + 1), y: trainNll, by: "training, annealed" }),
    line({ x: epochs, y: validNll, by: "validation" }),
    reference({ y: baseline }),
  ];
  return chart(marks, {
    title: "Loss by epoch (dashed: 88 independent Markov chains)",
    x: "epoch",
    y: "negative ELBO, nats a step",
    width: 420,
    height: 260,
    simulated: true,
  });
}
