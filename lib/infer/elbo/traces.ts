import { stopGradient } from "../../compile/mod.ts";
import { isValidationEnabled } from "../../distributions/mod.ts";
import { checkShapes, enter, replay, seed, trace } from "../../ppl/mod.ts";
import type { AnyFunction, Handler, Hooks, Trace } from "../../ppl/mod.ts";
import type { Key } from "../../tensor/mod.ts";
import { apartFrom } from "../checks/names.ts";
import { checkMatch } from "./match.ts";

/** The traces of a guide, and of a model at the guide's values. */
export interface TracePair {
  /** The trace of the model. */
  readonly model: Trace;
  /** The trace of the guide. */
  readonly guide: Trace;
}

/** The handler that takes the derivative from draws that are not reparameterised. */
export class Detach implements Handler {
  readonly label = "detach";
  readonly postprocess: Hooks = {
    sample(message) {
      if (message.isObserved || message.distribution.hasRsample) return;
      message.value = stopGradient(message.value!);
    },
  };
}

/**
 * Runs the guide, and the model at the guide's values, and checks them against each other.
 *
 * @throws Error where the sites of guide and model do not match, and where a batch axis belongs to
 * no plate.
 */
export function tracePair(
  key: Key,
  model: AnyFunction,
  guide: AnyFunction,
  args: readonly unknown[],
): TracePair {
  const [forGuide, forModel] = key.split(2);
  const guideTrace = run(() => trace(seed(guide, forGuide)).get(...args));
  return withModel(guideTrace, forModel, model, args);
}

/** Runs the model at the values of a guide's trace, and checks the two against each other. */
export function withModel(
  guideTrace: Trace,
  forModel: Key,
  model: AnyFunction,
  args: readonly unknown[],
): TracePair {
  const modelTrace = trace(seed(replay(apartFrom(guideTrace, model), { trace: guideTrace }), forModel)).get(
    ...args,
  );
  if (isValidationEnabled()) {
    checkMatch(modelTrace, guideTrace);
    // The sums first: what the check of shapes computes beyond them nobody uses.
    for (const t of [guideTrace, modelTrace]) {
      t.logProbSum();
      checkShapes(t);
    }
  }
  return { model: modelTrace, guide: guideTrace };
}

function run<T>(body: () => T): T {
  using _detached = enter(new Detach());
  return body();
}
