import { valueAndGrad } from "@pyrosaur/pyrosaur/compile";
import { adam, Objective, SVI } from "@pyrosaur/pyrosaur/infer";
import { constant, type Key, type Tensor } from "@pyrosaur/pyrosaur/tensor";
import type { Example, Form } from "../form.ts";
import { ownTraining, type Params } from "../own_training.ts";
import { makeGuide, model } from "../system.ts";

const objective = new Objective(model, makeGuide());

/** The weight of the regulariser; the source's is 1. */
const WEIGHT = 1;

const regulariser = (params: Params): Tensor =>
  Object.values(params).map((p) => p.square().sum()).reduce((a, b) => a.add(b)).mul(constant(WEIGHT));

/** The sum of squares of all unconstrained parameters, added to the loss. */
const added = ownTraining(objective, (lr) => {
  const optimiser = adam({ lr });
  const regularised = (params: Params, key: Key, ...data: Tensor[]) =>
    objective.loss(params, key, ...data).add(regulariser(params));
  return {
    init: (params) => optimiser.init(params),
    step(params, before, key, data) {
      const { value: loss, grad } = valueAndGrad(regularised)(params, key, ...data);
      const [next, state] = optimiser.update(grad, before, params);
      return { loss, params: next, state };
    },
  };
});

/** Its derivative is 2 `WEIGHT` times the parameter: Adam's weight decay adds that to gradients. */
const asDecay: Form = async ({ data, key, learningRate, options }, steps) => {
  const optimiser = adam({ lr: learningRate, weightDecay: 2 * WEIGHT });
  const svi = new SVI(model, makeGuide(), optimiser, undefined, options), losses: number[] = [];
  let state = await svi.init(key, ...data);
  for (let step = 0; step < steps; step++) {
    const squares = Object.values(state.params).flatMap(({ data }) => Array.from(data, (x) => x * x));
    const [next, loss] = await svi.step(state, ...data);
    losses.push(loss + WEIGHT * squares.reduce((a, b) => a + b));
    state = next;
  }
  await svi.release();
  return { losses, params: state.params };
};

/** A regulariser of one's own, held against weight decay. */
export const regularised: Example = {
  name: "regulariser",
  title: "L2 regulariser",
  pairs: { "sum of squares and weight decay": [added, asDecay] },
};
