import { eagerly } from "../../compile/internals.ts";
import { valueAndGrad } from "../../compile/mod.ts";
import { flatten, isHostArray, isTensor, mapTree, random, toHostArray, toTensor } from "../../tensor/mod.ts";
import { firstNonFinite, type NonFinite } from "../diagnostics/first_non_finite.ts";
import type { StepCall } from "../stepping/mod.ts";
import type { ParameterLayout } from "./layout.ts";
import type { TrainingSetup } from "./parameters.ts";
import type { SVIState } from "./state.ts";
import { type Carry, lossOfBlocks } from "./updates.ts";

/** An error of a training that met NaN or an infinity. */
export class NonFiniteError extends Error {
  /**
   * Makes the error of a step.
   *
   * @param step the number of the step, from 0 at the start of training
   * @param site the site or parameter it was met at first, where that was found
   * @param state the state before that step
   */
  constructor(
    message: string,
    readonly step: number,
    readonly site: string | undefined,
    readonly state: SVIState,
  ) {
    super(message);
    this.name = "NonFiniteError";
  }
}

/** Returns whether all numbers of a tree of arrays are finite. */
export const isFiniteTree = (tree: unknown): boolean =>
  flatten(tree, isHostArray).leaves.every(({ data }) => data.every(Number.isFinite));

/** The place where a training failed: the carry before the step, and the loss where that is not finite. */
export interface FailedStep {
  readonly step: number;
  readonly carry: Carry;
  readonly loss: number | undefined;
}

/**
 * Finds the step of a call that failed.
 *
 * @param losses those of the call's steps
 * @returns undefined where all is finite
 */
export async function failedStep(
  call: StepCall<Carry>,
  losses: Float32Array | Float64Array,
): Promise<FailedStep | undefined> {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad < 0 && (!call.carry || isFiniteTree(call.carry))) return undefined;
  const at = async (index: number, loss?: number) => {
    return { step: call.first + index, carry: await call.carryBefore(index), loss };
  };
  if (bad >= 0) {
    const found = await at(bad, losses[bad]);
    if (isFiniteTree(found.carry.packs)) return found;
  }
  // A parameter went bad before the loss did. `low` steps leave all finite, `high` steps do not.
  let low = 0, high = bad < 0 ? call.count : bad;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isFiniteTree((await call.carryBefore(middle)).packs)) low = middle;
    else high = middle;
  }
  return await at(low);
}

/**
 * Makes the error of a failed step: runs it again eagerly, with its noise, and then its derivative,
 * and names the site that NaN or an infinity comes up at first.
 *
 * @param state the state before the step
 * @param args the arguments at the step
 */
export function failure(
  setup: TrainingSetup,
  layout: ParameterLayout,
  { carry, loss }: FailedStep,
  state: SVIState,
  args: readonly unknown[],
): NonFiniteError {
  const key = random.keyFromData(state.key).foldIn(state.step), { step } = state;
  const at = (own: TrainingSetup) => {
    const blocks = layout.split(mapTree(carry.packs, isHostArray, toTensor));
    return [lossOfBlocks(own, layout), blocks, key, mapTree([...args], isHostArray, toTensor)] as const;
  };
  const badGradient = (): NonFinite | undefined => {
    const [lossAt, ...given] = at(setup), { grad } = valueAndGrad(lossAt)(...given);
    const gradients = layout.unpack(mapTree(layout.join(grad), isTensor, toHostArray));
    const site = Object.keys(gradients).find((name) => !isFiniteTree(gradients[name]));
    return site === undefined ? site : { site, what: `the gradient of parameter "${site}" is not finite` };
  };
  const found = firstNonFinite([setup.model, setup.guide], (model, guide) => {
    const [lossAt, ...given] = at({ ...setup, model, guide });
    lossAt(...given);
  }) ?? (loss === undefined ? eagerly("cpu", badGradient) : undefined);
  const what = loss === undefined ? "a parameter is no longer finite" : `the loss is ${loss}`;
  return new NonFiniteError(
    `Cannot go on training: at step ${step} ${what}${
      found ? `, because ${found.what}` : ""
    }. The state before ` +
      "that step is the error's state; a smaller learning rate, clipped gradients or other first values may help",
    step,
    found?.site,
    state,
  );
}
