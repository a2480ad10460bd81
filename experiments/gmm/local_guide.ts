import type { CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { Categorical, constraints, Delta } from "@pyrosaur/pyrosaur/distributions";
import { SVI, TraceEnumELBO } from "@pyrosaur/pyrosaur/infer";
import { configEnumerate, param, plate, sample } from "@pyrosaur/pyrosaur/ppl";
import { random, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
import { optimiser } from "./map.ts";
import { type GlobalValues, tensorsOf } from "./membership.ts";
import { COMPONENTS, mixture } from "./points.ts";

/**
 * Learns the probabilities of membership by a guide that enumerates too: a table for each point,
 * while the sites that all points share stay at their values.
 *
 * @returns the probabilities of the components, a row a point
 */
export async function learnedMembership(
  values: GlobalValues,
  points: readonly number[],
  steps: number,
  options?: CompileOptions,
): Promise<number[][]> {
  const { weights, scale, locs } = tensorsOf(values);
  const guide = configEnumerate((data: Tensor): void => {
    sample("weights", new Delta(weights, { eventDim: 1 }));
    sample("scale", new Delta(scale));
    {
      using _components = plate("components", COMPONENTS);
      sample("locs", new Delta(locs));
    }
    const uniform = tf.fill([data.shape[0], COMPONENTS], 1 / COMPONENTS);
    using _data = plate("data", data.shape[0]);
    const probs = param("assignment_probs", uniform, { constraint: constraints.simplex, eventDim: 1 });
    sample("assignment", new Categorical({ probs }));
  });
  const svi = new SVI(mixture, guide, optimiser(), new TraceEnumELBO(), options);
  const { params } = await svi.run(random.key(0), steps, [tf.tensor1d([...points])], { progress: false });
  await svi.release();
  return params.assignment_probs.arraySync() as number[][];
}
