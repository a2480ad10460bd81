import { adam, SVI, TraceELBO } from "@pyrosaur/pyrosaur/infer";
import type { Example, Form } from "../form.ts";
import { sviTraining } from "../svi_training.ts";
import { makeGuide, model } from "../system.ts";

/** The basic usage: an `SVI`, and a call of `step` for each gradient step. */
const byStep: Form = async ({ data, key, learningRate, options }, steps) => {
  const svi = new SVI(model, makeGuide(), adam({ lr: learningRate }), new TraceELBO(), options);
  const losses: number[] = [];
  let state = await svi.init(key, ...data), loss: number;
  for (let step = 0; step < steps; step++) {
    [state, loss] = await svi.step(state, ...data);
    losses.push(loss);
  }
  await svi.release();
  return { losses, params: state.params };
};

/** Basic usage, step by step, held against all steps in one compiled loop. */
export const basic: Example = {
  name: "basic",
  title: "basic SVI",
  pairs: { "step and run": [byStep, sviTraining((lr) => adam({ lr }))] },
};
