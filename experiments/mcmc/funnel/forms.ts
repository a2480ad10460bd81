import {
  adam,
  AutoNormal,
  cosineDecay,
  initToSample,
  locScaleReparam,
  NeuTraReparam,
  type NUTSOptions,
  reparam,
  SVI,
  TraceELBO,
} from "@pyrosaur/pyrosaur/infer";
import { AutoIAFNormal } from "@pyrosaur/pyrosaur/nn";
import { substitute } from "@pyrosaur/pyrosaur/ppl";
import { random } from "@pyrosaur/pyrosaur/tensor";
import { funnel } from "./model.ts";

/** The parametrisations. */
export const FORMS = ["centred", "non_centred", "learned", "neutra"] as const;

/** The name of a parametrisation. */
export type FormName = typeof FORMS[number];

/** A parametrisation that can be sampled. */
export interface Form {
  /** The model. */
  readonly model: () => void;
  /** The share of location and scale that stays, the mean of all numbers, where there is one. */
  readonly centredness?: number;
  /** Options of NUTS. */
  readonly options?: NUTSOptions;
}

const STEPS = 5000;

const loss = new TraceELBO({ numParticles: 20, vectorizeParticles: true });

const rule = (init: number) => adam({ lr: cosineDecay({ init, steps: STEPS }) });

/** Learns how far each number is to be centred, with a mean field (Gorinova and others 2020). */
async function learned(seed: number): Promise<Form> {
  const model = reparam(funnel, { x: locScaleReparam() });
  const svi = new SVI(model, new AutoNormal(model), rule(0.05), loss);
  const { params: { x_centered } } = await svi.run(random.key(seed), STEPS, [], { progress: false });
  await svi.release();
  const [centredness] = x_centered.mean().dataSync();
  return { model: substitute(model, { data: { x_centered } }), centredness };
}

/** Fits flows to the funnel, and draws through them (Hoffman and others 2019). */
async function neutra(seed: number): Promise<Form> {
  const guide = new AutoIAFNormal(funnel), svi = new SVI(funnel, guide, rule(0.01), loss);
  const { params } = await svi.run(random.key(seed), STEPS, [], { progress: false });
  await svi.release();
  return {
    model: new NeuTraReparam(guide, params).reparam(funnel),
    // The first values are those of the flows, and the ends of the neck are where they fit worst.
    options: { initStrategy: initToSample(), targetAcceptProb: 0.9 },
  };
}

/** Makes a parametrisation. */
export async function formOf(name: FormName, seed: number): Promise<Form> {
  switch (name) {
    case "centred":
      return { model: funnel, centredness: 1 };
    case "non_centred":
      return { model: reparam(funnel, { x: locScaleReparam({ centered: 0 }) }), centredness: 0 };
    case "learned":
      return await learned(seed);
    case "neutra":
      return await neutra(seed);
  }
}
