import { eagerly } from "../../compile/internals.ts";
import { valueAndGrad } from "../../compile/mod.ts";
import { allFinite } from "../../statistics/mod.ts";
import {
  flatten,
  isHostArray,
  isTensor,
  mapTree,
  random,
  tidily,
  toHostArray,
  toTensor,
} from "../../tensor/mod.ts";
import { firstNonFinite, type NonFinite, SMALLER_STEPS } from "../diagnostics/first_non_finite.ts";
import { type Arguments, argumentsAt, type StepCall } from "../stepping/mod.ts";
import type { SVIState } from "./state.ts";
import { type Carry, type CompiledUpdates, lossOfBlocks, type Position } from "./updates.ts";

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
const isFinite = (tree: unknown): boolean =>
  flatten(tree, isHostArray).leaves.every(({ data }) => allFinite(data));

/**
 * Checks the steps of a call.
 *
 * @param losses the losses of its steps
 * @throws NonFiniteError for the first step that met NaN or an infinity.
 */
export async function checkFinite(
  updates: CompiledUpdates,
  call: StepCall<Carry>,
  losses: Float32Array | Float64Array,
  key: SVIState["key"],
  args: Arguments,
): Promise<void> {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad < 0 && (!call.isFinite || call.isFinite())) return;
  let index = bad, carry = bad < 0 ? undefined : await call.carryBefore(bad);
  const isLoss = carry !== undefined && isFinite(carry.packs);
  if (!isLoss) {
    // A parameter went bad before the loss. `index` steps leave all finite, `high` steps do not.
    let high = bad < 0 ? call.count : bad;
    index = 0;
    while (high - index > 1) {
      const middle = (index + high) >> 1;
      if (isFinite((await call.carryBefore(middle)).packs)) index = middle;
      else high = middle;
    }
    carry = await call.carryBefore(index);
  }
  const position = { step: call.first + index, key, carry: carry! }, { step } = position;
  const found = eagerly(
    "cpu",
    () => tidily(() => findCulprit(updates, position, argumentsAt(args, step), isLoss)),
  );
  const what = isLoss ? `the loss is ${losses[index]}` : "a parameter is no longer finite";
  const because = found ? `, because ${found.what}` : "", remedy = found?.remedy ?? SMALLER_STEPS;
  throw new NonFiniteError(
    `Cannot go on training: at step ${step} ${what}${because}. The state before that step is the error's state; ${remedy}`,
    step,
    found?.site,
    updates.stateAt(position),
  );
}

/** Runs a step again eagerly, then its derivative, until a number is not finite. */
function findCulprit(
  { setup, layout }: CompiledUpdates,
  { step, key, carry }: Position,
  args: readonly unknown[],
  isLoss: boolean,
): NonFinite | undefined {
  const blocks = layout.split(mapTree(carry.packs, isHostArray, toTensor));
  const given = [
    blocks,
    random.keyFromData(key).foldIn(step),
    mapTree([...args], isHostArray, toTensor),
  ] as const;
  const found = firstNonFinite(
    [setup.model, setup.guide],
    (model, guide) => void lossOfBlocks({ ...setup, model, guide }, layout)(...given),
    given[2] as unknown[],
  );
  if (found || isLoss) return found;
  const { grad } = valueAndGrad(lossOfBlocks(setup, layout))(...given);
  const gradients = layout.unpack(mapTree(layout.join(grad), isTensor, toHostArray));
  const site = Object.keys(gradients).find((name) => !isFinite(gradients[name]));
  return site === undefined ? site : { site, what: `the gradient of parameter "${site}" is not finite` };
}
