import type { Tensor } from "../../tensor/mod.ts";
import type { Distribution } from "../distribution.ts";
import { Independent } from "./independent.ts";
import { Masked } from "./masked.ts";
import { ParametricDistribution } from "../parametric.ts";

/** A replacement of tensors with `eventDim` event axes and at most `batchRank` batch axes. */
type Replace = (tensor: Tensor, eventDim: number, batchRank: number) => Tensor;

function rebuild(d: Distribution, replace: Replace, lead: readonly number[]): Distribution | undefined {
  if (d instanceof Independent) {
    const base = rebuild(d.base, replace, lead);
    return base && new Independent(base, d.reinterpretedBatchNdims);
  }
  if (d instanceof Masked) {
    const base = rebuild(d.base, replace, lead), { maskValue } = d;
    const mask = typeof maskValue === "boolean" ? maskValue : replace(maskValue, 0, d.batchShape.length);
    return base && new Masked(base, mask);
  }
  if (!(d instanceof ParametricDistribution)) return undefined;
  const { batchShape } = d, shape = [...lead, ...batchShape];
  return d.withParameters((tensor, eventDim) => replace(tensor, eventDim, batchShape.length), shape);
}

/**
 * Returns the tensors that a distribution is made of, or undefined for kinds of distributions whose
 * parameters are not known. From their stacks over the steps of a loop, `overSteps` makes the
 * distribution of all steps.
 */
export function partsOf(distribution: Distribution): Tensor[] | undefined {
  const parts: Tensor[] = [];
  const same = rebuild(distribution, (tensor) => {
    parts.push(tensor);
    return tensor;
  }, []);
  return same && parts;
}

/**
 * Makes the distribution of all steps of a loop, from that of one step and its parts stacked along
 * a leading axis: its batch shape has the steps on its left.
 *
 * @param distribution that of one step
 * @param stacks the results of `partsOf`, each with a leading axis of `length`
 */
export function overSteps(
  distribution: Distribution,
  stacks: readonly Tensor[],
  length: number,
): Distribution {
  const rest = [...stacks];
  const next: Replace = (_tensor, eventDim, batchRank) => alignSteps(rest.shift()!, batchRank + eventDim);
  return rebuild(distribution, next, [length])!;
}

/** Returns a stack with axes of length 1 behind that of the steps, so that the rest has a rank. */
export function alignSteps(stack: Tensor, rank: number): Tensor {
  const [length, ...rest] = stack.shape;
  return rest.length >= rank ? stack : stack.reshape([length, ...Array(rank - rest.length).fill(1), ...rest]);
}
