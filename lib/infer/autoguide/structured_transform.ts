import { constraints, FormulaTransform } from "../../distributions/mod.ts";
import { constant, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { cutInto } from "../latent/mod.ts";
import { isImage, type StructuredNormal } from "./structured_normal.ts";

/** The way from standard normal numbers to a `StructuredNormal`, without numbers for its points. */
export class StructuredTransform extends FormulaTransform {
  /** Makes the transform of a distribution that draws all of its deviations. */
  constructor(posterior: StructuredNormal) {
    const { blocks } = posterior, moving = blocks.filter(({ own }) => isImage(own));
    const size = moving.reduce((sum, block) => sum + block.size, 0);
    const split = (x: Tensor, of: readonly { size: number }[]): Tensor[] =>
      cutInto(x, of.map(({ size }) => size), -1);
    const ended = (shape: Shape, last: number): Shape => [...shape.slice(0, -1), last];
    super({
      domain: constraints.realVector,
      codomain: constraints.realVector,
      forward(x) {
        const lead = x.shape.slice(0, -1), parts = split(x.rank === 1 ? x.expandDims(0) : x, moving);
        const rows = parts[0].shape.slice(0, -1);
        const noise = blocks.map((block) =>
          isImage(block.own) ? parts[moving.indexOf(block)] : tf.zeros([...rows, block.size]) as Tensor
        );
        return posterior.image(tf.concat(noise, -1)).reshape([...lead, ...posterior.eventShape]);
      },
      inverse(y) {
        const noise = split(posterior.noiseOf(y), blocks);
        return tf.concat(moving.map((block) => noise[blocks.indexOf(block)]), -1);
      },
      logSlope(x) {
        const logs = moving.map(({ own }) => isImage(own) ? own.scale.log().sum() : constant(0));
        return logs.reduce((a, b) => a.add(b)).add(tf.zeros(x.shape.slice(0, -1)));
      },
      forwardShape: (shape) => ended(shape, posterior.eventShape[0]),
      inverseShape: (shape) => ended(shape, size),
    });
    if (size === 0) {
      throw new Error(
        "Cannot transform standard normal numbers by AutoStructured: all of its sites are points",
      );
    }
  }
}
