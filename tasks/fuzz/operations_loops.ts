/** Operations with a function within: loops, members of a batch, and derivatives. @module */
import type { Tensor } from "../../lib/tensor/mod.ts";
import type { Available } from "./growth.ts";
import type { Operation } from "./operations.ts";

const isFloat = ({ dtype }: Tensor) => dtype === "float32";
const hasSteps = ({ shape }: Tensor) => shape.length > 0 && shape[0] > 0;
const like = (a: Tensor) => ({ tensor }: Available) =>
  tensor.dtype === a.dtype && tensor.shape.join() === a.shape.join();
const stepOf = (x: Tensor): Tensor => x.slice([0], [1]).reshape(x.shape.slice(1)) as Tensor;

/** Loops, batches and derivatives. */
export const loops: readonly Operation[] = [
  {
    name: "scan",
    weight: 4,
    make: (g) => {
      const init = g.value(({ rank }) => rank < 3), xs = init && g.value(hasSteps);
      if (!xs || !g.grow) return undefined;
      const carry = g.fresh(), x = g.fresh(), given = { name: carry, tensor: init!.tensor };
      const { steps, values } = g.grow([...g.values, { name: x, tensor: stepOf(xs.tensor) }, given], 5);
      const next = values.findLast(like(init!.tensor)) ?? given, y = g.pick(values.length ? values : [given]);
      return {
        text: `scan(BODY, ${init!.name}, ${xs.name}${g.chance(30) ? ", { reverse: true }" : ""})`,
        count: 2,
        body: { parameters: `${carry}, ${x}`, steps, result: `[${next.name}, ${y.name}]` },
      };
    },
  },
  {
    name: "vmap",
    weight: 2,
    make: (g) => {
      const a = g.value(hasSteps), b = g.value();
      if (!a || !b || !g.grow) return undefined;
      const x = g.fresh(), shared = g.fresh();
      const { steps, values } = g.grow([
        ...g.values,
        { name: shared, tensor: b.tensor },
        { name: x, tensor: stepOf(a.tensor) },
      ], 4);
      if (values.length === 0) return undefined;
      return {
        text: `vmap(BODY, { inAxes: [0, null] })(${a.name}, ${b.name})`,
        body: { parameters: `${x}, ${shared}`, steps, result: values.at(-1)!.name },
      };
    },
  },
  {
    name: "grad",
    make: (g) => {
      const a = g.float();
      if (!a || !g.grow) return undefined;
      const x = g.fresh(), { steps, values } = g.grow([...g.values, { name: x, tensor: a.tensor }], 3);
      const last = values.findLast(({ tensor }) => isFloat(tensor));
      return last && {
        text: `grad(BODY)(${a.name})`,
        body: { parameters: x, steps, result: `tf.sum(${last.name})` },
      };
    },
  },
  {
    name: "jvp",
    weight: 0.5,
    make: (g) => {
      const a = g.float(), along = a && g.float((x) => x.shape.join() === a.tensor.shape.join());
      if (!along || !g.grow) return undefined;
      const x = g.fresh(), { steps, values } = g.grow([...g.values, { name: x, tensor: a!.tensor }], 3);
      const last = values.findLast(({ tensor }) => isFloat(tensor));
      return last && {
        text: `jvp(BODY, [${a!.name}], [${along.name}]).tangent`,
        body: { parameters: x, steps, result: last.name },
      };
    },
  },
];
