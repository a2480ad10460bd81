import type { ColumnTable } from "arquero";
import {
  Categorical,
  Dirichlet,
  LogNormal,
  MultivariateNormal,
  Normal,
} from "@pyrosaur/pyrosaur/distributions";
import { configEnumerate, plate, sample } from "@pyrosaur/pyrosaur/ppl";
import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";

/** The lengths that are measured of a flower, as columns of the table. */
export const LENGTHS = ["sepal_length", "sepal_width", "petal_length", "petal_width"] as const;

/** The lengths of all flowers, a row a flower, in centimetres. */
export function rowsOf(table: ColumnTable): number[][] {
  const columns = LENGTHS.map((name) => Array.from(table.array(name) as ArrayLike<number>));
  return columns[0].map((_, i) => columns.map((column) => column[i]));
}

/** The components of a mixture of normals. */
export interface Components {
  /** Their shares, [components]. */
  readonly weights: Tensor;
  /** Their means, [components, dimensions]. */
  readonly locs: Tensor;
  /** The deviation of each length given those before it, [components, dimensions]. */
  readonly scale: Tensor;
  /** Its slopes over those before it, [components, dimensions (dimensions - 1) / 2]. */
  readonly slopes: Tensor;
}

/** Rows of a mixture; the component of each is summed out, or inferred and returned. */
export const flowersGiven: (components: Components, rows: Tensor) => Tensor = configEnumerate(
  ({ weights, locs, scale, slopes }: Components, rows: Tensor) => {
    using _data = plate("data", rows.shape[0]);
    const assignment = sample("assignment", new Categorical({ probs: weights }));
    const index = assignment.cast("int32"), scaleTril = tf.gather(scaleTrilOf(scale, slopes), index);
    sample("obs", new MultivariateNormal(tf.gather(locs, index), { scaleTril }), { obs: rows });
    return assignment;
  },
);

/**
 * Returns a mixture of normals, each with a covariance of its own, for rows of mean 0 and variance
 * 1. A covariance is that of regressing each length on those before it; the priors keep a component
 * from closing in on one flower.
 */
export const flowers = (components: number) => (rows: Tensor): Tensor => {
  const weights = sample("weights", new Dirichlet(tf.fill([components], 1.5)));
  return flowersGiven({ weights, ...componentsOf(components, rows.shape[1]) }, rows);
};

function componentsOf(components: number, dimensions: number): Omit<Components, "weights"> {
  using _components = plate("components", components);
  const vector = (size: number, value: number) => tf.fill([size], value);
  return {
    locs: sample("locs", new Normal(vector(dimensions, 0), 2).toEvent(1)),
    scale: sample("scale", new LogNormal(vector(dimensions, -1), 0.7).toEvent(1)),
    slopes: sample("slopes", new Normal(vector(dimensions * (dimensions - 1) / 2, 0), 1).toEvent(1)),
  };
}

/** Returns the Cholesky factors of covariances, [components, dimensions, dimensions]. */
export function scaleTrilOf(scale: Tensor, slopes: Tensor): Tensor {
  const [components, dimensions] = scale.shape, places: number[] = [];
  for (let row = 0; row < dimensions; row++) {
    for (let column = 0; column < row; column++) places.push(row * dimensions + column);
  }
  const spread = tf.oneHot(tf.tensor1d(places, "int32"), dimensions * dimensions).cast("float32");
  const below = tf.matMul(slopes, spread).reshape([components, dimensions, dimensions]);
  return below.add(tf.eye(dimensions)).mul(scale.expandDims(1));
}
