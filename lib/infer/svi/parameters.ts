import { activeTrace, currentGraph, withGraph } from "../../compile/internals.ts";
import { type Axes, trace, type Traced, vmap } from "../../compile/mod.ts";
import {
  type Constraint,
  isValidationEnabled,
  transformTo,
  withValidation,
} from "../../distributions/mod.ts";
import { type AnyFunction, around, type Handler, type Hooks, type ParamMessage } from "../../ppl/mod.ts";
import {
  formatShape,
  isTensor,
  type Key,
  random,
  type Shape,
  sizeOf,
  type Tensor,
} from "../../tensor/mod.ts";
import type { LossFunction } from "../elbo/loss.ts";
import type { Optimiser } from "../optim/optimiser.ts";

/** The functions that a training is made of. */
export interface TrainingSetup {
  readonly loss: LossFunction;
  readonly model: AnyFunction;
  readonly guide: AnyFunction;
  readonly optimiser: Optimiser;
}

/** A parameter that a model or a guide has. */
export interface FoundParam {
  readonly name: string;
  /** The function that it was met in first. */
  readonly origin: "model" | "guide";
  readonly constraint: Constraint;
  /** The shape and the number of the unconstrained numbers behind it. */
  readonly unconstrainedShape: Shape;
  readonly size: number;
}

/** A parameter with its first value, as traced tensors. */
interface FirstValue {
  readonly param: FoundParam;
  readonly value: Tensor;
  readonly unconstrained: Tensor;
}

/** Splits the key of a training: for the first values of its parameters, and for the noise of its steps. */
export const splitKey = <K extends Key>(key: K): [forInit: K, forSteps: K] => key.split(2) as [K, K];

/**
 * Finds the parameters of a model and its guide by tracing the loss once, without running it: what
 * the first values do not depend on is never computed. All checks of sites, shapes, arguments and
 * observations happen here.
 *
 * @param members the number of trainings side by side, each from a key of its own
 * @returns the parameters, and the traced computation of their unconstrained first values by name
 * from the key and the arguments
 */
export function findParameters(
  { loss, model, guide }: TrainingSetup,
  args: readonly unknown[],
  axes?: Axes,
  members?: number,
): { params: FoundParam[]; initial: Traced } {
  const found = new Map<string, FirstValue>();
  const isValidated = isValidationEnabled();

  const firstValues = (key: Key, given: unknown[]): Record<string, Tensor> => {
    const [forLoss, forGuide, forModel] = key.split(3), outside = currentGraph();
    /** Makes each first value from a key of its own and outside of all loops, also where it is met within one. */
    const collector = (origin: FoundParam["origin"], key: Key) => (): Handler => {
      let count = 0;
      const nextKey = () => key.foldIn(count++);
      const make = ({ name, constraint, init }: ParamMessage): FirstValue => {
        // A dry run may be the first to ask; the value counts all the same.
        const value = withValidation(isValidated, () => init(nextKey()));
        checkFirstValue(name, value);
        const unconstrained = transformTo(constraint).inverse(value),
          unconstrainedShape = unconstrained.shape;
        const param = { name, origin, constraint, unconstrainedShape, size: sizeOf(unconstrainedShape) };
        found.set(name, { param, value, unconstrained });
        return found.get(name)!;
      };
      const process: Hooks = {
        key: (message) => {
          message.value ??= nextKey();
        },
        param: (message) => {
          message.value ??= (found.get(message.name) ?? withGraph(outside, () => make(message))).value;
        },
      };
      return { label: "SVI", process };
    };
    const value: unknown = loss(
      forLoss,
      around(model, collector("model", forModel)),
      around(guide, collector("guide", forGuide)),
      given,
    );
    if (!isTensor(value) || value.size !== 1) {
      const what = isTensor(value) ? `a tensor of shape ${formatShape(value.shape)}` : typeof value;
      throw new Error(`Cannot train: the loss returned ${what}, expected a scalar tensor`);
    }
    return Object.fromEntries([...found].map(([name, { unconstrained }]) => [name, unconstrained]));
  };

  const ofMember = (key: Key, given: unknown[]) => firstValues(splitKey(key)[0], given);
  const ofAll = members === undefined ? firstValues : vmap(ofMember, { inAxes: [0, null], size: members });
  const initial = trace(ofAll, [random.key(0), [...args]], axes && [null, axes]);
  if (found.size === 0) {
    throw new Error(
      "Cannot train: neither the model nor the guide has a parameter; register one with param, or use an automatic guide",
    );
  }
  return { params: [...found.values()].map(({ param }) => param), initial };
}

function checkFirstValue(name: string, value: Tensor): void {
  if (value.dtype !== "float32") {
    throw new Error(`Cannot train parameter "${name}": it has dtype ${value.dtype}, expected float32`);
  }
  const symbolic = activeTrace().sizes(value.shape).filter((size) => typeof size !== "number");
  if (symbolic.length > 0) {
    throw new Error(
      `Cannot train parameter "${name}": its size depends on the named axis ${symbolic.join(", ")}; ` +
        "parameters have fixed shapes",
    );
  }
}
