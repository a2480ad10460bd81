import { valueAndGrad } from "../../compile/mod.ts";
import { eagerly } from "../../compile/internals.ts";
import { isHostArray, mapTree, random, sizeOf, type Tensor, toTensor } from "../../tensor/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import type { LossFunction } from "../elbo/loss.ts";
import { findCulprit, NonFiniteError } from "./diagnose.ts";
import { blocksOf, type Layout } from "./layout.ts";
import { objective } from "./objective.ts";
import { packValues } from "./pack.ts";
import type { SVIState } from "./state.ts";
import type { Call } from "./training.ts";

/** What was being trained. */
export interface Trained {
  readonly loss: LossFunction;
  readonly model: AnyFunction;
  readonly guide: AnyFunction;
  readonly layout: Layout;
}

const isBad = ({ params }: SVIState): boolean =>
  Object.values(params).some(({ data }) => !data.every(Number.isFinite));

/**
 * Finds the step, and the site or parameter, at which training failed within a call.
 *
 * @param bad the first loss that is not finite; undefined where only the state behind the call is
 * not
 * @returns the error that says so, with the state before that step
 */
export async function failure(
  trained: Trained,
  args: readonly unknown[],
  call: Call,
  bad: { readonly index: number; readonly loss: number } | undefined,
): Promise<NonFiniteError> {
  let state = bad && await call.stateBefore(bad.index), loss = bad?.loss;
  if (!state || isBad(state)) {
    // A parameter went bad before the loss did. `low` steps leave all finite, `high` steps do not.
    let low = 0, high = bad?.index ?? call.count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (isBad(await call.stateBefore(middle))) high = middle;
      else low = middle;
    }
    [state, loss] = [await call.stateBefore(low), undefined];
  }
  const culprit = findCulprit(trained.model, trained.guide, (model, guide) => {
    const { run, blocks } = at({ ...trained, model, guide }, state, args);
    run(blocks);
  });
  const why = culprit?.what ?? (loss === undefined ? badGradient(trained, state, args) : undefined);
  const what = loss === undefined ? "a parameter is no longer finite" : `the loss is ${loss}`;
  return new NonFiniteError(
    `Cannot go on training: at step ${state.step} ${what}${
      why ? `, because ${why}` : ""
    }. The state before that step is the ` +
      "error's state; a smaller learning rate, clipped gradients or other first values may help",
    state.step,
    culprit?.site,
    state,
  );
}

/** The loss of a state's next step as an eager function of the blocks of parameters. */
function at({ loss, model, guide, layout }: Trained, state: SVIState, args: readonly unknown[]) {
  const packs = mapTree(packValues(layout, state.params, Float32Array), isHostArray, toTensor);
  const key = random.keyFromData(state.key).foldIn(state.step), given = mapTree(args, isHostArray, toTensor);
  const evaluate = objective(loss, model, guide, layout);
  return { blocks: blocksOf(layout, packs), run: (blocks: Tensor[][]) => evaluate(blocks, key, given) };
}

function badGradient(trained: Trained, state: SVIState, args: readonly unknown[]): string | undefined {
  return eagerly("cpu", () => {
    const { run, blocks } = at(trained, state, args), { grad } = valueAndGrad(run)(blocks);
    for (const [i, pack] of trained.layout.packs.entries()) {
      for (const [j, block] of pack.blocks.entries()) {
        const values = (grad[i][j] as Tensor).dataSync();
        let end = 0;
        for (const { name, unconstrainedShape } of block.params) {
          if (!values.subarray(end, end += sizeOf(unconstrainedShape)).every(Number.isFinite)) {
            return `the gradient of parameter "${name}" is not finite`;
          }
        }
      }
    }
    return undefined;
  });
}
