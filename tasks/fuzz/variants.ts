/** Questions to a program: its values, and derivatives of them. @module */
import { grad } from "../../lib/compile/mod.ts";
import { type HostArray, sizeOf, type Tensor, tf, tidily } from "../../lib/tensor/mod.ts";
import { evaluate, functionOf, type Program } from "./program.ts";
import { generator } from "./tolerance.ts";

/** A function to be compiled, with its arguments. */
export interface Variant {
  readonly name: "values" | "gradient" | "second derivative";
  readonly fn: (...args: any[]) => Tensor[];
  readonly args: readonly HostArray[][];
}

/** Weights of outputs: short numbers, so that products with them are often exact. */
function weights(shapes: readonly (readonly number[])[], seed: number): HostArray[] {
  const uniform = generator(seed);
  return shapes.map((shape) => {
    const data = Float32Array.from({ length: sizeOf([...shape]) }, () => Math.round(uniform() * 16 - 8) / 4);
    return { data, shape: [...shape] };
  });
}

const total = (outputs: readonly Tensor[], by: readonly Tensor[]): Tensor =>
  outputs.map((y, i) => tf.sum(tf.mul(y, by[i]))).reduce((a, b) => tf.add(a, b));

/** Returns what is asked of a program: derivatives where arguments and outputs are floats. */
export function variantsOf(program: Program): Variant[] {
  const f = functionOf(program), inputs = [...program.inputs.values()];
  const variants: Variant[] = [{ name: "values", fn: (x: Tensor[]) => f(...x), args: [inputs] }];
  const isFloat = inputs.map(({ data }) => data instanceof Float32Array);
  const outputs = tidily(() => {
    const values = evaluate(program);
    return program.outputs.map((name): { dtype: string; shape: number[] } => values.get(name)!);
  });
  const differentiable = outputs.flatMap(({ dtype }, i) => dtype === "float32" ? [i] : []);
  if (isFloat.includes(true) && differentiable.length > 0) {
    const floats = inputs.filter((_, i) => isFloat[i]), others = inputs.filter((_, i) => !isFloat[i]);
    const whole = (x: Tensor[], rest: Tensor[]): Tensor[] => {
      const [a, b] = [x.values(), rest.values()];
      return isFloat.map((is) => (is ? a : b).next().value!);
    };
    const cotangents = weights(differentiable.map((i) => outputs[i].shape), 1),
      along = weights(floats.map(({ shape }) => shape), 2);
    const gradient = (x: Tensor[], rest: Tensor[], by: Tensor[]): Tensor[] =>
      grad((y: Tensor[]) => {
        const all = f(...whole(y, rest));
        return total(differentiable.map((i) => all[i]), by);
      })(x);
    variants.push({ name: "gradient", fn: gradient, args: [floats, others, cotangents] });
    const second = (x: Tensor[], rest: Tensor[], by: Tensor[], directions: Tensor[]): Tensor[] =>
      grad((y: Tensor[]) => total(gradient(y, rest, by), directions))(x);
    variants.push({ name: "second derivative", fn: second, args: [floats, others, cotangents, along] });
  }
  return variants;
}
