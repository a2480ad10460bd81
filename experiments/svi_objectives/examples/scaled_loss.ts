import { valueAndGrad } from "@pyrosaur/pyrosaur/compile";
import { adam, Objective } from "@pyrosaur/pyrosaur/infer";
import { scale } from "@pyrosaur/pyrosaur/ppl";
import { constant, type Key, type Tensor } from "@pyrosaur/pyrosaur/tensor";
import type { Example, Form } from "../form.ts";
import { ownTraining, type Params } from "../own_training.ts";
import { sviTraining } from "../svi_training.ts";
import { makeGuide, model } from "../system.ts";

const objective = new Objective(model, makeGuide());

/** The loss divided by the number of countries before it is differentiated. */
const divided = ownTraining(objective, (lr) => {
  const optimiser = adam({ lr });
  const perCountry = (params: Params, key: Key, ...data: Tensor[]) =>
    objective.loss(params, key, ...data).div(constant(data[0].shape[0]));
  return {
    init: (params) => optimiser.init(params),
    step(params, before, key, data) {
      const { value: loss, grad } = valueAndGrad(perCountry)(params, key, ...data);
      const [next, state] = optimiser.update(grad, before, params);
      return { loss, params: next, state };
    },
  };
});

/** The handler `scale` around model and guide: every term of the loss is a log density. */
const byScale: Form = (setting, steps) => {
  const factor = 1 / setting.data[0].shape[0];
  const scaled = { model: scale(model, factor), guide: scale(makeGuide(), factor) };
  return sviTraining((lr) => adam({ lr }), scaled)(setting, steps);
};

/** A loss scaled by the size of the data, held against the handler `scale`. */
export const scaledLoss: Example = {
  name: "scaled_loss",
  title: "loss divided by 170",
  pairs: { "division and scale": [divided, byScale] },
};
