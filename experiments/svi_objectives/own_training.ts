import { compile, scan } from "@pyrosaur/pyrosaur/compile";
import type { Objective } from "@pyrosaur/pyrosaur/infer";
import type { Key, Tensor } from "@pyrosaur/pyrosaur/tensor";
import type { Form } from "./form.ts";

/** Unconstrained parameters by name. */
export type Params = Record<string, Tensor>;

/** An update of one's own: the first state of its optimisers, and a step. */
export interface OwnUpdate<S> {
  /** Returns the state before the first step. */
  init(params: Params): S;
  /** Takes a step. Returns the loss before it. */
  step(params: Params, state: S, key: Key, data: Tensor[]): { loss: Tensor; params: Params; state: S };
}

/**
 * Makes a training of an update of one's own, the lower-level pattern of the source: all steps are
 * one loop of one compiled program. Its first values and its noise are those of `SVI.run`.
 */
export function ownTraining<S>(objective: Objective, make: (lr: number) => OwnUpdate<S>): Form {
  return async ({ data, key, learningRate, options }, steps) => {
    const update = make(learningRate), [, forSteps] = key.split(2);
    const train = compile((first: Params, key: Key, ...data: Tensor[]) => {
      const step = (carry: { params: Params; state: S }, _: null, k?: Key): [typeof carry, Tensor] => {
        const { loss, ...next } = update.step(carry.params, carry.state, k!, data);
        return [next, loss];
      };
      const carry = { params: first, state: update.init(first) };
      const [{ params }, losses] = scan(step, carry, null, { length: steps, key });
      return { params, losses };
    }, options);
    const { params, losses } = await train.arrays(await objective.init(key, ...data), forSteps, ...data);
    await train.release();
    return { params, losses: losses.data };
  };
}
