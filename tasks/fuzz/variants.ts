/** Questions to a program: its values, its derivatives, and two members at once. @module */
import { grad, vmap } from "../../lib/compile/mod.ts";
import { type HostArray, sizeOf, type Tensor, tf, tidily } from "../../lib/tensor/mod.ts";
import { evaluate, functionOf, type Program } from "./program.ts";
import { generator } from "./tolerance.ts";

/** A function to be compiled, with its arguments. */
export interface Variant {
  readonly name: "values" | "gradient" | "second derivative" | "batch";
  /** Of how many programs it is asked of one. */
  readonly every: number;
  readonly fn: (...args: any[]) => Tensor[];
  readonly args: readonly HostArray[][];
  /** The function that has the same results, stacked, for these arguments in turn. */
  readonly members?: { readonly fn: Variant["fn"]; readonly args: readonly (readonly HostArray[][])[] };
  /** The variant of whose results, weighted by an argument and added up, this is the derivative. */
  readonly of?: {
    readonly variant: Variant;
    readonly weights: readonly HostArray[];
    readonly outputs: readonly number[];
  };
}

/** Weights of outputs: short numbers, so that products with them are often exact. */
function weightsOf(shapes: readonly (readonly number[])[], seed: number): HostArray[] {
  const uniform = generator(seed);
  return shapes.map((shape) => {
    const data = Float32Array.from(
      { length: sizeOf([...shape]) },
      () => Math.round(uniform() * 16 - 8) / 4,
    );
    return { data, shape: [...shape] };
  });
}

const total = (outputs: readonly Tensor[], by: readonly Tensor[]): Tensor =>
  outputs.map((y, i) => tf.sum(tf.mul(y, by[i]))).reduce((a, b) => tf.add(a, b));

/** Two arrays as one, along a new first axis. */
export function stacked(a: HostArray, b: HostArray): HostArray {
  const data = a.data.slice(0, 0).constructor as new (length: number) => HostArray["data"];
  const both = new data(2 * a.data.length);
  both.set(a.data);
  both.set(b.data, a.data.length);
  return { data: both, shape: [2, ...a.shape] };
}

/** Returns what is asked of a program: derivatives where arguments and outputs are floats. */
export function variantsOf(program: Program): Variant[] {
  const f = functionOf(program), inputs = [...program.inputs.values()];
  const isFloat = inputs.map(({ data }) => data instanceof Float32Array);
  const floats = inputs.filter((_, i) => isFloat[i]), others = inputs.filter((_, i) => !isFloat[i]);
  const whole = (x: Tensor[], rest: Tensor[]): Tensor[] => {
    const [a, b] = [x.values(), rest.values()];
    return isFloat.map((is) => (is ? a : b).next().value!);
  };
  const fn = (x: Tensor[], rest: Tensor[]) => f(...whole(x, rest)), args = [floats, others];
  const values: Variant = { name: "values", every: 1, fn, args };
  const other = args.map((arg) =>
    arg.map(({ data, shape }) => ({ data: data.toReversed() as HostArray["data"], shape }))
  );
  const batch: Variant = {
    name: "batch",
    every: 2,
    fn: vmap(fn),
    args: args.map((arg, i) => arg.map((x, k) => stacked(x, other[i][k]))),
    members: { fn, args: [args, other] },
  };
  const outputs = tidily(() => {
    const all = evaluate(program);
    return program.outputs.map((name): { dtype: string; shape: number[] } => all.get(name)!);
  });
  const ends = outputs.flatMap(({ dtype }, i) => dtype === "float32" ? [i] : []);
  if (floats.length === 0 || ends.length === 0) return [values, batch];
  const by = weightsOf(ends.map((i) => outputs[i].shape), 1),
    along = weightsOf(floats.map(({ shape }) => shape), 2);
  const slope = (x: Tensor[], rest: Tensor[], by: Tensor[]): Tensor[] =>
    grad((y: Tensor[]) => {
      const all = fn(y, rest);
      return total(ends.map((i) => all[i]), by);
    })(x);
  const gradient: Variant = {
    name: "gradient",
    every: 1,
    fn: slope,
    args: [floats, others, by],
    of: { variant: values, weights: by, outputs: ends },
  };
  const second = (x: Tensor[], rest: Tensor[], by: Tensor[], directions: Tensor[]): Tensor[] =>
    grad((y: Tensor[]) => total(slope(y, rest, by), directions))(x);
  return [values, batch, gradient, {
    name: "second derivative",
    every: 2,
    fn: second,
    args: [floats, others, by, along],
    of: { variant: gradient, weights: along, outputs: floats.map((_, i) => i) },
  }];
}
