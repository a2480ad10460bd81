import { type Loss, type Optimiser, SVI } from "@pyrosaur/pyrosaur/infer";
import type { Form } from "./form.ts";
import { makeGuide, model } from "./system.ts";

type Model = (...args: any[]) => unknown;

/** The parts of a training by `SVI`; those that are left out are the usual ones. */
export interface SviParts {
  /** The model. */
  readonly model?: Model;
  /** The guide. */
  readonly guide?: Model;
  /** The loss (default `TraceELBO`). */
  readonly loss?: Loss;
  /** The arguments of a step, from the data and the number of the step. */
  args?(data: readonly unknown[], step: number): unknown[];
}

/** Makes a training by `SVI.run`. */
export function sviTraining(optimiser: (lr: number) => Optimiser, parts: SviParts = {}): Form {
  return async ({ data, key, learningRate, options }, steps) => {
    const { args } = parts, given = args ? (step: number) => args(data, step) : [...data];
    const svi = new SVI(
      parts.model ?? model,
      parts.guide ?? makeGuide(),
      optimiser(learningRate),
      parts.loss,
      options,
    );
    const { losses, state } = await svi.run(key, steps, given, { progress: false });
    await svi.release();
    return { losses, params: state.params };
  };
}
