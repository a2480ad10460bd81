import { type Tensor, tf } from "../../../tensor/mod.ts";
import type { Value } from "../../ir/graph.ts";
import { binary, Mod } from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import { cast } from "../../ops/unary.ts";
import { activeTrace, BACKEND } from "../active.ts";
import { graphType, tensorAs, type TensorType, valueOf } from "../tensors.ts";

/** The inputs of a kernel by name. */
export type Inputs = Record<string, any>;
/** The attributes of a kernel. */
export type Attrs = Record<string, any>;
type Kernel = (inputs: Inputs, attrs: Attrs) => Value | Value[];

/**
 * The element type of a kernel's results, as tfjs's own kernel (of its backend "cpu") declares it:
 * one, or one for each result.
 */
type Result = (inputs: Inputs, attrs: Attrs) => TensorType | TensorType[];

/** The type of the first input. */
export const same: Result = (inputs) => Object.values(inputs)[0].dtype;
/** The type of the first input, with booleans counted. */
export const counted: Result = (inputs) =>
  tf.upcastType(Object.values(inputs)[0].dtype, "int32") as TensorType;
export const float32: Result = () => "float32";
export const int32: Result = () => "int32";
export const bool: Result = () => "bool";

const traced = new Set<string>();

/**
 * Says how calls of a tfjs kernel are recorded, and of which type their results are: a value of
 * another type is stored as tfjs stores it (`Cast` says how).
 */
export function registerTraced(kernelName: string, kernel: Kernel, result: Result = same): void {
  traced.add(kernelName);
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs = {} }) => {
      const given = inputs as Inputs, values = kernel(given, attrs), types = [result(given, attrs)].flat();
      const tensors = [values].flat().map((value, i) => {
        const type = types[i] ?? types[0];
        return tensorAs(stored(value, type), type);
      });
      return Array.isArray(values) ? tensors : tensors[0];
    },
  });
}

/** Returns the tfjs kernels that can be traced. */
export function tracedKernels(): string[] {
  return [...traced].sort();
}

/** Returns a value as a tensor of a type holds it; int32 can stand in tensors of booleans. */
export function stored(value: Value, type: TensorType): Value {
  if (type !== "bool") return cast(value, graphType(type));
  return value.dtype === "float" ? bytes(cast(value, "int32")) : value;
}

/** Returns what remains of whole numbers in the bytes that tfjs holds booleans in. */
export const bytes = (value: Value): Value => binary(Mod, value, scalar(256, "int32"));

/** Returns the value a tensor stands for. */
export const v = (tensor: Tensor): Value => valueOf(tensor);
/** Returns the value of a tensor as numbers: booleans as 0 and 1. */
export function numeric(tensor: Tensor): Value {
  const value = v(tensor);
  return value.dtype === "bool" ? cast(value, "int32") : value;
}
/** Returns the value of a tensor as floats. */
export const float = (tensor: Tensor): Value => cast(v(tensor), "float");
/** Returns the value of a tensor as true and false: what is not 0 is true. */
export const truth = (tensor: Tensor): Value => cast(v(tensor), "bool");
/** Returns the values of tensors that are combined: of one type, float where one of them is. */
export function alike(...tensors: Tensor[]): Value[] {
  const values = tensors.map(numeric), mixed = values.some((value) => value.dtype === "float");
  return mixed ? values.map((value) => cast(value, "float")) : values;
}
/** Returns numbers as tfjs keeps them in a tensor of another type. */
export const kept = (value: Value, type: TensorType): Value =>
  type === "bool" ? bytes(cast(value, "int32")) : stored(value, type);
/** Returns the values of tensors as one of their types holds them, the widest by default. */
export function joined(tensors: Tensor[], type: TensorType = widest(tensors)): Value[] {
  const values = tensors.map((t) => t.dtype === type ? v(t) : kept(numeric(t), type));
  return values.every((value) => value.dtype === values[0].dtype)
    ? values
    : values.map((value) => cast(value, "int32"));
}
/** Returns the type that holds all that the tensors hold. */
export const widest = (tensors: Tensor[]): TensorType =>
  tensors.map((t) => t.dtype).reduce((a, b) => tf.upcastType(a, b)) as TensorType;

/** Returns the lengths that tfjs's numbers stand for. */
export const sizes = (shape: readonly number[]) => activeTrace().sizes(shape);
/** Axes as tfjs takes them, counted from the left, each once. */
export const axesOf = (x: Tensor, axis: number | number[] | undefined): number[] => [
  ...new Set(tf.util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape)),
];
