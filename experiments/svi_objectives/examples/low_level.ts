import { valueAndGrad } from "@pyrosaur/pyrosaur/compile";
import { adam, Objective, TraceELBO } from "@pyrosaur/pyrosaur/infer";
import type { Example } from "../form.ts";
import { ownTraining } from "../own_training.ts";
import { sviTraining } from "../svi_training.ts";
import { makeGuide, model } from "../system.ts";

const objective = new Objective(model, makeGuide(), new TraceELBO());

/** The loss as a function, its gradient in hand, and an update of one's own. */
const byHand = ownTraining(objective, (lr) => {
  const optimiser = adam({ lr });
  return {
    init: (params) => optimiser.init(params),
    step(params, before, key, data) {
      const { value: loss, grad } = valueAndGrad(objective.loss)(params, key, ...data);
      const [next, state] = optimiser.update(grad, before, params);
      return { loss, params: next, state };
    },
  };
});

/** The lower-level pattern, held against `SVI`. */
export const lowLevel: Example = {
  name: "low_level",
  title: "gradient in hand",
  pairs: { "own loop and SVI": [byHand, sviTraining((lr) => adam({ lr }))] },
};
