import { adam, type LossFunction, TraceELBO } from "@pyrosaur/pyrosaur/infer";
import { replay, seed, trace } from "@pyrosaur/pyrosaur/ppl";
import type { Example } from "../form.ts";
import { sviTraining } from "../svi_training.ts";

/** The source's `simple_elbo`: the guide is traced, the model replayed at its values. */
const simpleElbo: LossFunction = (key, model, guide, args) => {
  const [forGuide, forModel] = key.split(2);
  const guideTrace = trace(seed(guide, forGuide)).get(...args);
  const modelTrace = trace(seed(replay(model, { trace: guideTrace }), forModel)).get(...args);
  return guideTrace.logProbSum().sub(modelTrace.logProbSum());
};

/** An ELBO written by hand, held against `TraceELBO`. */
export const customElbo: Example = {
  name: "custom_elbo",
  title: "ELBO by hand",
  pairs: {
    "simple ELBO and TraceELBO": [
      sviTraining((lr) => adam({ lr }), { loss: simpleElbo }),
      sviTraining((lr) => adam({ lr }), { loss: new TraceELBO() }),
    ],
  },
};
