import { valueAndGrad } from "@pyrosaur/pyrosaur/compile";
import { adam, clipByGlobalNorm, clipByValue, Objective } from "@pyrosaur/pyrosaur/infer";
import { constant, isTensor, mapTree, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
import type { Example, Form } from "../form.ts";
import { ownTraining, type Params } from "../own_training.ts";
import { sviTraining } from "../svi_training.ts";
import { makeGuide, model } from "../system.ts";

const objective = new Objective(model, makeGuide());

/** The largest norm of the gradient, as in the source, and the largest magnitude of its numbers. */
const NORM = 10, VALUE = 5;

/** Gradients are clipped between the derivative and the update. */
const clipped = (clip: (grads: Params) => Params): Form =>
  ownTraining(objective, (lr) => {
    const optimiser = adam({ lr });
    return {
      init: (params) => optimiser.init(params),
      step(params, before, key, data) {
        const { value: loss, grad } = valueAndGrad(objective.loss)(params, key, ...data);
        const [next, state] = optimiser.update(clip(grad), before, params);
        return { loss, params: next, state };
      },
    };
  });

/** As torch's `clip_grad_norm_`, on the norm of all gradients together. */
const byNorm = clipped((grads) => {
  const norm = tf.concat(Object.values(grads).map((g) => g.flatten())).norm();
  const factor = tf.minimum(constant(1), constant(NORM).div(norm.add(constant(1e-6))));
  return mapTree(grads, isTensor, (g: Tensor) => g.mul(factor));
});

/** As torch's `clip_grad_value_`. */
const byValue = clipped((grads) =>
  mapTree(grads, isTensor, (g: Tensor) => tf.maximum(constant(-VALUE), tf.minimum(constant(VALUE), g)))
);

/** Clipping of one's own, held against the optimisers that clip. */
export const clipping: Example = {
  name: "clipping",
  title: "clipped gradients",
  pairs: {
    "by norm": [byNorm, sviTraining((lr) => clipByGlobalNorm(NORM, adam({ lr })))],
    "by value": [byValue, sviTraining((lr) => clipByValue(VALUE, adam({ lr })))],
  },
};
