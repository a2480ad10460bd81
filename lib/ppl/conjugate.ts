import {
  Bernoulli,
  Beta,
  Binomial,
  Categorical,
  Dirichlet,
  type Distribution,
  Expanded,
  Exponential,
  Gamma,
  Geometric,
  Independent,
  Multinomial,
  Normal,
  OneHotCategorical,
  Poisson,
} from "../distributions/mod.ts";
import { constant, type Tensor, tf } from "../tensor/mod.ts";

type Family<D extends Distribution = Distribution> = abstract new (...args: any[]) => D;

/** A prior whose posterior is of its own family. */
export interface Conjugate {
  readonly family: Family;
  /** The numbers that data add to, from the prior. */
  readonly numbers: (prior: any) => Tensor[];
  /** The distribution that such numbers stand for. */
  readonly posterior: (numbers: readonly Tensor[]) => Distribution;
  /** The likelihoods: the parameter that has the prior, and what a datum adds to each number. */
  readonly likelihoods: readonly Likelihood[];
}

interface Likelihood {
  readonly family: Family;
  readonly parameter: string;
  readonly adds: (x: Tensor, of: any) => (Tensor | number)[];
}

const likelihood = <D extends Distribution>(
  family: Family<D>,
  parameter: string,
  adds: (x: Tensor, of: D) => (Tensor | number)[],
): Likelihood => ({ family, parameter, adds });

const hot = (x: Tensor, { probs }: Categorical): Tensor =>
  tf.oneHot(x.cast("int32") as never, probs.shape.at(-1)!);

/** The conjugate pairs. */
export const conjugates: readonly Conjugate[] = [
  {
    family: Beta,
    numbers: ({ concentration1, concentration0 }: Beta) => [concentration1, concentration0],
    posterior: ([a, b]) => new Beta(a, b),
    likelihoods: [
      likelihood(Bernoulli, "probs", (x) => [x, tf.sub(1, x)]),
      likelihood(Binomial, "probs", (x, { totalCount }) => [x, totalCount.sub(x)]),
      likelihood(Geometric, "probs", (x) => [1, x]),
    ],
  },
  {
    family: Gamma,
    numbers: ({ concentration, rate }: Gamma) => [concentration, rate],
    posterior: ([a, rate]) => new Gamma(a, rate),
    likelihoods: [
      likelihood(Poisson, "rate", (x) => [x, 1]),
      likelihood(Exponential, "rate", (x) => [1, x]),
    ],
  },
  {
    family: Dirichlet,
    numbers: ({ concentration }: Dirichlet) => [concentration],
    posterior: ([concentration]) => new Dirichlet(concentration),
    likelihoods: [
      likelihood(Categorical, "probs", (x, of) => [hot(x, of).cast("float32")]),
      likelihood(OneHotCategorical, "probs", (x) => [x]),
      likelihood(Multinomial, "probs", (x) => [x]),
    ],
  },
  {
    // Mean times precision, and precision.
    family: Normal,
    numbers: ({ loc, scale }: Normal) => [loc.div(scale.square()), scale.square().reciprocal()],
    posterior: ([shift, precision]) => new Normal(shift.div(precision), precision.rsqrt()),
    likelihoods: [
      likelihood(Normal, "loc", (x, { scale }) => [x.div(scale.square()), scale.square().reciprocal()]),
    ],
  },
];

/** Returns a distribution without the wrappers that only shape it. */
export function coreOf(distribution: Distribution): Distribution {
  const isShape = distribution instanceof Independent || distribution instanceof Expanded;
  return isShape ? coreOf(distribution.base) : distribution;
}

/** Sums a tensor over the axes that another shape, which broadcasts to its own, has not. */
export function summedTo(tensor: Tensor, shape: readonly number[]): Tensor {
  const extra = tensor.rank - shape.length;
  const axes = tensor.shape.flatMap((size, axis) =>
    axis < extra || (shape[axis - extra] === 1 && size !== 1) ? [axis] : []
  );
  return axes.length === 0 ? tensor : tensor.sum(axes).reshape([...shape]);
}

/** Returns a number or tensor at its full shape. */
export const filled = (value: Tensor | number, shape: readonly number[]): Tensor =>
  (typeof value === "number" ? constant(value) : value).add(tf.zeros([...shape]));
