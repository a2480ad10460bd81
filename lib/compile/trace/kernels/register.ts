import { type Tensor, tf } from "../../../tensor/mod.ts";
import type { Value } from "../../ir/graph.ts";
import { activeTrace, BACKEND } from "../active.ts";
import { tensorOf, valueOf } from "../tensors.ts";

/** The inputs of a kernel by name. */
export type Inputs = Record<string, any>;
/** The attributes of a kernel. */
export type Attrs = Record<string, any>;
type Kernel = (inputs: Inputs, attrs: Attrs) => Value | Value[];

const traced = new Set<string>();

/** Says how calls of a tfjs kernel are recorded. */
export function registerTraced(kernelName: string, kernel: Kernel): void {
  traced.add(kernelName);
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const result = kernel(inputs as Inputs, (attrs ?? {}) as Attrs);
      return Array.isArray(result) ? result.map(tensorOf) : tensorOf(result);
    },
  });
}

/** Returns the tfjs kernels that can be traced. */
export function tracedKernels(): string[] {
  return [...traced].sort();
}

/** Returns the value a tensor stands for. */
export const v = (tensor: Tensor): Value => valueOf(tensor);
/** Returns the lengths that tfjs's numbers stand for. */
export const sizes = (shape: readonly number[]) => activeTrace().sizes(shape);
/** Axes as tfjs takes them, counted from the left. */
export const axesOf = (x: Tensor, axis: number | number[] | undefined): number[] =>
  tf.util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape);
