import { emptyRecord } from "../../system/mod.ts";
import { currentGraph, onceEngine, withGraph } from "../../compile/internals.ts";
import { type Axes, Program, trace, vmap } from "../../compile/mod.ts";
import { isValidationEnabled, transformTo, withValidation } from "../../distributions/mod.ts";
import type { Constraint } from "../../distributions/mod.ts";
import { around, type Handler, type Hooks, type ParamMessage } from "../../ppl/mod.ts";
import { type HostArray, type Key, random, type Shape, sizeOf, type Tensor } from "../../tensor/mod.ts";
import { SharedNames } from "../checks/names.ts";
import { ObservationCheck } from "../checks/observations.ts";
import { checkFirstValue } from "../checks/first_value.ts";
import type { Coupling } from "../stein/coupling.ts";
import type { LossSetup } from "./loss_at.ts";
import type { Optimiser } from "../optim/optimiser.ts";

/** The functions that a training is made of. */
export interface TrainingSetup extends LossSetup {
  readonly optimiser: Optimiser;
  /** Of trainings side by side that move together: their directions in place of gradients. */
  readonly couple?: Coupling;
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

/** Computes the unconstrained first values of parameters by name, from a key and the arguments. */
export type FirstValues = (key: Key, args: readonly unknown[]) => Promise<Record<string, HostArray>>;

/** Splits the key of a training: for first values, and for the noise of the steps. */
export const splitKey = <K extends Key>(key: K): [forInit: K, forSteps: K] => key.split(2) as [K, K];

/**
 * Finds the parameters of a model and its guide by tracing the loss once, without running it: what
 * the first values do not depend on is never computed. All checks of sites, shapes, arguments and
 * observations happen here.
 *
 * @param members the number of trainings side by side, each from a key of its own
 * @returns the parameters, and the computation of their unconstrained first values by name
 */
export function findParameters(
  { loss, model, guide }: LossSetup,
  args: readonly unknown[],
  axes?: Axes,
  members?: number,
): { params: FoundParam[]; firstValues: FirstValues } {
  const params: FoundParam[] = [], isValidated = isValidationEnabled(), observations = new ObservationCheck();
  const ofOne = (key: Key, given: unknown[]) => {
    const [forLoss, forGuide, forModel] = key.split(3), outside = currentGraph();
    const values = new Map<string, Tensor>(),
      names = new SharedNames(),
      unconstrained = emptyRecord<Tensor>();
    /** Makes each first value from a key of its own, outside of all loops. */
    const collector = (origin: FoundParam["origin"], key: Key) => (): Handler => {
      let count = 0;
      const nextKey = () => key.foldIn(count++);
      const make = ({ name, constraint, init }: ParamMessage): Tensor => {
        // A dry run may be the first to ask; the value counts all the same.
        const value = withValidation(isValidated, () => init(nextKey()));
        checkFirstValue(name, value);
        const { shape } = unconstrained[name] = transformTo(constraint).inverse(value);
        params.push({ name, origin, constraint, unconstrainedShape: shape, size: sizeOf(shape) });
        values.set(name, value);
        return value;
      };
      const process: Hooks = {
        key: (message) => {
          message.value ??= nextKey();
        },
        param: (message) => {
          message.value ??= values.get(message.name) ?? withGraph(outside, () => make(message));
        },
      };
      return { label: "SVI", isTraining: true, process };
    };
    const watched = around(names.note("model", observations.watch(model)), collector("model", forModel));
    loss(forLoss, watched, around(names.note("guide", guide), collector("guide", forGuide)), given);
    return { unconstrained, looks: observations.looks };
  };
  const ofMember = (key: Key, given: unknown[]) => ofOne(splitKey(key)[0], given);
  const ofAll = members === undefined ? ofOne : vmap(ofMember, { inAxes: [0, null], size: members });
  const traced = trace(ofAll, [random.key(0), [...args]], axes && [null, axes]);
  if (params.length === 0) {
    throw new Error(
      "Cannot train: neither the model nor the guide has a parameter; register one with param, or use an automatic guide",
    );
  }
  const options = { precision: "float32", device: "cpu", threads: 0 } as const;
  let program: Promise<Program> | undefined;
  const firstValues = async (key: Key, given: readonly unknown[]) => {
    const loaded = await (program ??= Program.load(traced, onceEngine, options));
    const { unconstrained, looks } = await loaded.call(key, given);
    observations.check(looks);
    return unconstrained;
  };
  return { params, firstValues };
}
