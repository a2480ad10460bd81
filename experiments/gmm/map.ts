import { compile, type CompileOptions, valueAndGrad } from "@pyrosaur/pyrosaur/compile";
import {
  adam,
  AutoDelta,
  initToValue,
  Objective,
  type Optimiser,
  TraceEnumELBO,
} from "@pyrosaur/pyrosaur/infer";
import {
  type HostArray,
  isTensor,
  mapTree,
  random,
  type Tensor,
  tf,
  toHostArray,
} from "@pyrosaur/pyrosaur/tensor";
import { GLOBALS, type Globals, mixture, POINTS } from "./points.ts";
import { firstValues } from "./starts.ts";

/** A maximum a posteriori, and the way there. */
export interface Fit {
  /** The values of the shared sites. */
  readonly params: Readonly<Record<keyof Globals, HostArray>>;
  /** The loss before each step. */
  readonly losses: readonly number[];
  /** The norms of the gradients by unconstrained parameters, before each step, by site. */
  readonly norms: Readonly<Record<keyof Globals, readonly number[]>>;
}

/** The optimiser of the tutorial. */
export const optimiser = (): Optimiser => adam({ lr: 0.1, betas: [0.8, 0.99] });

/**
 * Maximises the posterior density of weights, scale and locations, components summed out: the
 * numbers of `SVI.run`, by an update of our own, which shows the gradients.
 *
 * @param seed of the first values
 */
export async function fitMap(seed: number, steps: number, options?: CompileOptions): Promise<Fit> {
  const points = tf.tensor1d([...POINTS]), rule = optimiser();
  const guide = new AutoDelta(mixture, { initStrategy: initToValue({ values: firstValues(seed) }) });
  const objective = new Objective(mixture, guide, new TraceEnumELBO()), key = random.key(0);
  const step = compile((params: Record<string, Tensor>, state: unknown) => {
    const { value, grad } = valueAndGrad(objective.loss)(params, key, points);
    const norms = mapTree(grad, isTensor, (g) => g.square().sum().sqrt());
    const [next, after] = rule.update(grad, state ?? rule.init(params), params);
    return { loss: value, norms, params: next, state: after };
  }, options);
  const losses: number[] = [], norms: Record<keyof Globals, number[]> = { weights: [], scale: [], locs: [] };
  let params: Record<string, HostArray> = await objective.init(key, points), state: unknown;
  for (let i = 0; i < steps; i++) {
    const after = await step.arrays(params, state);
    losses.push(after.loss.data[0]);
    for (const name of GLOBALS) norms[name].push(after.norms[`${name}_auto_loc`].data[0]);
    ({ params, state } = after);
  }
  await step.release();
  const found = guide.median(objective.constrain(params, points));
  return { params: mapTree(found, isTensor, toHostArray) as Fit["params"], losses, norms };
}
