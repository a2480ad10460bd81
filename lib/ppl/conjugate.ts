import {
  Bernoulli,
  Beta,
  Binomial,
  Categorical,
  coreOf,
  Dirichlet,
  type Distribution,
  Exponential,
  Gamma,
  Geometric,
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
  /** The numbers of a density that is the same everywhere. */
  readonly flat: readonly number[];
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
    flat: [1, 1],
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
    flat: [1, 0],
    numbers: ({ concentration, rate }: Gamma) => [concentration, rate],
    posterior: ([a, rate]) => new Gamma(a, rate),
    likelihoods: [
      likelihood(Poisson, "rate", (x) => [x, 1]),
      likelihood(Exponential, "rate", (x) => [1, x]),
    ],
  },
  {
    family: Dirichlet,
    flat: [1],
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
    flat: [0, 0],
    numbers: ({ loc, scale }: Normal) => [loc.div(scale.square()), scale.square().reciprocal()],
    posterior: ([shift, precision]) => new Normal(shift.div(precision), precision.rsqrt()),
    likelihoods: [
      likelihood(Normal, "loc", (x, { scale }) => [x.div(scale.square()), scale.square().reciprocal()]),
    ],
  },
];

/**
 * Returns the distribution whose density is that of a prior times that of another of its family,
 * but for a factor.
 * @throws Error for families that are not conjugate, or not the same.
 */
export function fused(prior: Distribution, other: Distribution): Distribution {
  const [core, own] = [prior, other].map(coreOf),
    pair = conjugates.find(({ family }) => core instanceof family);
  if (!pair || !(own instanceof pair.family)) {
    const families = conjugates.map(({ family }) => family.name).join(", ");
    throw new Error(`Cannot fuse ${core.name} with ${own.name}: expected two of one family, of ${families}`);
  }
  const { numbers, posterior, flat } = pair, added = numbers(own), { batchShape, eventShape } = prior;
  const outer = eventShape.length - core.eventShape.length;
  const made = posterior(numbers(core).map((number, i) => number.add(added[i]).sub(constant(flat[i]))));
  return made.expand([...batchShape, ...eventShape.slice(0, outer)]).toEvent(outer);
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
