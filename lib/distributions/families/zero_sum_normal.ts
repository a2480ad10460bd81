import { shown } from "../../system/mod.ts";
import { constant, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";
import { positive, zeroSum } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The number of values that the others do not make. */
const freedom = ({ eventShape }: ZeroSumNormal): Tensor =>
  constant(eventShape.reduce((product, n) => product * (n - 1), 1));

const formulas: Omit<Formulas<ZeroSumNormal>, "eventShape" | "support"> = {
  rsample(key, shape, { scale, eventShape }) {
    const axes = eventShape.map((_, i) => shape.length - eventShape.length + i);
    const noise = axes.reduce((x, axis) => x.sub(x.mean(axis, true)), key.draw("normal", shape));
    return noise.mul(eventShape.reduce((x) => x.expandDims(-1), scale));
  },
  logDensity(value, d) {
    const axes = d.eventShape.map((_, i) => i - d.eventShape.length);
    const scale = d.eventShape.reduce((x) => x.expandDims(-1), d.scale);
    const squares = value.div(scale).square().sum(axes).mul(constant(-0.5));
    return squares.sub(d.scale.log().add(constant(halfLogTwoPi)).mul(freedom(d)));
  },
  mean: () => constant(0),
  mode: () => constant(0),
  variance({ scale, eventShape }) {
    const share = eventShape.reduce((product, n) => product * (1 - 1 / n), 1);
    return eventShape.reduce((x) => x.expandDims(-1), scale.square().mul(constant(share)));
  },
  entropy: (d) => d.scale.log().add(constant(0.5 + halfLogTwoPi)).mul(freedom(d)),
};

/**
 * Independent normals, given that they sum to 0 along each axis of an event. Parameter: `scale`,
 * the standard deviation before that. Densities are those of the plane where the sums are 0.
 * NumPyro: `ZeroSumNormal`.
 */
export class ZeroSumNormal extends ParametricDistribution {
  /** The standard deviation of the normals. */
  declare readonly scale: Tensor;

  /**
   * `scale` has the batch shape.
   * @throws Error unless `eventShape` has one or more axes, each of length 2 or more.
   */
  constructor(scale: TensorLike, eventShape: Shape, options?: DistributionOptions) {
    const isLong = (n: unknown) => Number.isInteger(n) && n as number >= 2;
    if (!Array.isArray(eventShape) || eventShape.length === 0 || !eventShape.every(isLong)) {
      throw new Error(
        `Cannot make ZeroSumNormal: found the event shape ${
          shown(eventShape)
        }, expected axes of 2 or more, as [3]`,
      );
    }
    const family = { ...formulas, eventShape: () => eventShape, support: zeroSum(eventShape.length) };
    super(family, { scale: [scale, positive] }, options);
  }
}
