import { Categorical, Dirichlet, LogNormal, Normal } from "@pyrosaur/pyrosaur/distributions";
import { configEnumerate, plate, sample } from "@pyrosaur/pyrosaur/ppl";
import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";

/** The points of the tutorial. */
export const POINTS: readonly number[] = [0, 1, 10, 11, 12];

/** The number of components. */
export const COMPONENTS = 2;

/** The sites that all points share. */
export const GLOBALS = ["weights", "scale", "locs"] as const;

/** Values of these sites by name. */
export type Globals = Record<typeof GLOBALS[number], Tensor>;

/**
 * The tutorial's mixture: two normals of one scale, and for each point the component that it
 * belongs to, which is summed out.
 *
 * @param points of shape [n]
 * @returns their components, of shape [n]
 */
export const mixture: (points: Tensor) => Tensor = configEnumerate((points: Tensor) => {
  const weights = sample("weights", new Dirichlet(tf.fill([COMPONENTS], 0.5)));
  const scale = sample("scale", new LogNormal(0, 2));
  const locs = componentLocs();
  using _data = plate("data", points.shape[0]);
  const assignment = sample("assignment", new Categorical({ probs: weights }));
  sample("obs", new Normal(tf.gather(locs, assignment.cast("int32")), scale), { obs: points });
  return assignment;
});

function componentLocs(): Tensor {
  using _components = plate("components", COMPONENTS);
  return sample("locs", new Normal(0, 10));
}
