import { type Constraint, transformTo, withoutValidation } from "../../distributions/mod.ts";
import { around, isolated, seed } from "../../ppl/mod.ts";
import type { AnyFunction, Handler, ParamMessage } from "../../ppl/mod.ts";
import { isHostArray, mapTree, random, type Tensor, tf, toTensor } from "../../tensor/mod.ts";

/**
 * Returns the values of parameters from their unconstrained ones; where bounds are tensors, made in
 * the functions, from their arguments or from other parameters, by one eager run of them.
 *
 * @param unconstrained by name; those of several members lie along a leading axis
 * @param params the constraints by name
 * @param functions a guide and its model
 * @param args their arguments
 * @param members the number of members; undefined: one, without an axis
 */
export function constrained(
  unconstrained: Readonly<Record<string, Tensor>>,
  params: ReadonlyMap<string, { readonly constraint: Constraint }>,
  functions: readonly AnyFunction[],
  args: readonly unknown[],
  members: number | undefined,
): Record<string, Tensor> {
  const all = Object.entries(unconstrained);
  if ([...params.values()].every(({ constraint }) => constraint.isFixed)) {
    return Object.fromEntries(
      all.map(([name, value]) => [name, transformTo(params.get(name)!.constraint).forward(value)]),
    );
  }
  const given = mapTree([...args], isHostArray, toTensor) as unknown[];
  if (members === undefined) return constrainedByRun(unconstrained, functions, given);
  const each = Array.from(
    { length: members },
    (_, m) =>
      constrainedByRun(
        Object.fromEntries(all.map(([name, value]) => [name, value.gather(m)])),
        functions,
        given,
      ),
  );
  return Object.fromEntries(all.map(([name]) => [name, tf.stack(each.map((one) => one[name]))]));
}

/** Returns the values of parameters from their unconstrained ones, by one run of some functions. */
export function constrainedByRun(
  unconstrained: Readonly<Record<string, Tensor>>,
  functions: readonly AnyFunction[],
  args: readonly unknown[],
): Record<string, Tensor> {
  const values = new Map<string, Tensor>();
  const param = (message: ParamMessage) => {
    const { name, constraint } = message;
    const value = values.get(name) ?? transformTo(constraint).forward(unconstrained[name]);
    values.set(name, message.value = value);
  };
  const handler: Handler = { label: "parameters", process: { param } };
  withoutValidation(() => {
    for (const f of functions) isolated(() => seed(around(f, () => handler), random.key(0))(...args));
  });
  return Object.fromEntries(values);
}
