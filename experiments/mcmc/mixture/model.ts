import { Categorical, Dirichlet, HalfNormal, LogNormal, Normal } from "@pyrosaur/pyrosaur/distributions";
import { deterministic, plate, sample } from "@pyrosaur/pyrosaur/ppl";
import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";

/** The points of NumPyro's tutorial. */
export const POINTS: readonly number[] = [0, 1, 10, 11, 12];

const LOC_SD = 10;

/** Draws weights and scale, asks for the locations, and draws the points, each by its component. */
function mixture(points: Tensor, locations: () => Tensor): void {
  const weights = sample("weights", new Dirichlet([0.5, 0.5]));
  const scale = sample("scale", new LogNormal(0, 2)), locs = locations();
  using _data = plate("data", points.shape[0]);
  const assignment = sample("assignment", new Categorical({ probs: weights })).cast("int32");
  sample("obs", new Normal(tf.gather(locs, assignment), scale), { obs: points });
}

/** The tutorial's mixture: its two components may change places. */
export function unordered(points: Tensor): void {
  mixture(points, () => {
    using _components = plate("components", 2);
    return sample("locs", new Normal(0, LOC_SD));
  });
}

/**
 * The same with the lower location first: the middle and the gap of two normals in order, so that
 * its posterior is the tutorial's, folded.
 */
export function ordered(points: Tensor): void {
  mixture(points, () => {
    const middle = sample("middle", new Normal(0, LOC_SD * Math.SQRT1_2));
    const half = sample("gap", new HalfNormal(LOC_SD * Math.SQRT2)).div(2);
    return deterministic("locs", tf.stack([middle.sub(half), middle.add(half)]));
  });
}
