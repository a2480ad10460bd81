import { valueAndGrad } from "@pyrosaur/pyrosaur/compile";
import { adam, Objective, perParameter, sgd } from "@pyrosaur/pyrosaur/infer";
import type { Example } from "../form.ts";
import { ownTraining, type Params } from "../own_training.ts";
import { sviTraining } from "../svi_training.ts";
import { makeGuide, model } from "../system.ts";

const objective = new Objective(model, makeGuide());

const isLoc = (name: string): boolean => name.endsWith("_loc");

/** The learning rate of gradient descent: the gradient is not normalised there. */
const RATE = 1e-4;

const part = (params: Params, which: (name: string) => boolean): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => which(name)));

/** Adam on the locations and gradient descent on the scales, one after the other. */
const both = ownTraining(objective, (lr) => {
  const forLocs = adam({ lr }), forScales = sgd({ lr: RATE });
  const locs = (p: Params) => part(p, isLoc), scales = (p: Params) => part(p, (name) => !isLoc(name));
  return {
    init: (params) => ({ locs: forLocs.init(locs(params)), scales: forScales.init(scales(params)) }),
    step(params, before, key, data) {
      const { value: loss, grad } = valueAndGrad(objective.loss)(params, key, ...data);
      const [l, ofLocs] = forLocs.update(locs(grad), before.locs, locs(params));
      const [s, ofScales] = forScales.update(scales(grad), before.scales, scales(params));
      const next = Object.keys(params).map((name) => [name, isLoc(name) ? l[name] : s[name]]);
      return { loss, params: Object.fromEntries(next), state: { locs: ofLocs, scales: ofScales } };
    },
  };
});

/** Two optimisers by hand, held against an optimiser that chooses by the parameter's name. */
export const twoOptimisers: Example = {
  name: "two_optimisers",
  title: "Adam and SGD",
  pairs: {
    "by hand and perParameter": [
      both,
      sviTraining((lr) => {
        const forLocs = adam({ lr }), forScales = sgd({ lr: RATE });
        return perParameter((name) => isLoc(name) ? forLocs : forScales);
      }),
    ],
  },
};
