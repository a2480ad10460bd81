import { checkOptions, listNames } from "../../../system/mod.ts";
import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { fail, type ParticleParts, type SteinField, type SteinKernel } from "./kernel.ts";
import { rbfKernel } from "./radial.ts";

const sum = (parts: readonly Tensor[]): Tensor => parts.reduce((a, b) => a.add(b));

/**
 * Adds kernels with weights, as NumPyro's `MixtureKernel`.
 *
 * @param kernels at least one
 * @param weights their weights, at least 0 (default: equal ones that sum to 1)
 * @throws Error for weights that are not as many, or below 0.
 */
export function mixtureKernel(kernels: readonly SteinKernel[], weights?: readonly number[]): SteinKernel {
  const own = weights ?? kernels.map(() => 1 / kernels.length);
  if (kernels.length === 0) fail("mixtureKernel", "the list of kernels", "empty", "at least one");
  if (own.length !== kernels.length || own.some((w) => !(w >= 0 && w < Infinity))) {
    fail("mixtureKernel", "weights", `[${own}]`, `${kernels.length} numbers of at least 0`);
  }
  return (x, parts) => {
    const all = kernels.map((kernel) => kernel(x, parts)),
      weigh = (of: (field: SteinField) => Tensor) =>
        sum(all.map((field, i) => of(field).mul(constant(own[i]))));
    return {
      smooth: (rows) => weigh(({ smooth }) => smooth(rows)),
      repulsion: weigh((one) => one.repulsion),
    };
  };
}

/**
 * Makes a kernel of each parameter by itself, as NumPyro's `GraphicalKernel` (Wang, Zeng and Liu
 * 2018): the numbers of one parameter keep those of the other particles apart, however far these
 * are in other parameters.
 *
 * @param options `kernels`: kernels by the names of the guide's parameters; `rest`: that of the
 * others (default `rbfKernel()`)
 * @throws Error, when it runs, for a name that the guide has not.
 *
 * @example Particles of two parameters
 * ```ts
 * import { adam, graphicalKernel, imqKernel, key, Normal, sample, SVGD } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("y", new Normal(sample("x", new Normal(0, 1)), 2));
 * const kernel = graphicalKernel({ kernels: { x_auto_loc: imqKernel() } });
 * const svgd = new SVGD(model, adam({ lr: 0.1 }), { numParticles: 5, kernel });
 * const { samples } = await svgd.run(key(0), 50, [], { progress: false });
 * assert.deepEqual(samples.y.shape, [5]);
 * ```
 */
export function graphicalKernel(
  options?: { kernels?: Readonly<Record<string, SteinKernel>>; rest?: SteinKernel },
): SteinKernel {
  checkOptions("make graphicalKernel", options, { kernels: true, rest: true });
  const { kernels = {}, rest = rbfKernel() } = options ?? {};
  return (x, parts) => {
    const unknown = Object.keys(kernels).find((name) => !parts.has(name));
    if (unknown !== undefined) {
      const names = listNames(parts.keys());
      fail("graphicalKernel", "a kernel's name", `"${unknown}"`, `one of the guide's parameters, ${names}`);
    }
    const all = [...parts].sort(([, a], [, b]) => a.begin - b.begin);
    const each = (rows: Tensor) => {
      const sizes = all.map(([, { begin, end }]) => end - begin);
      return sizes.length === 1 ? [rows] : tf.split(rows, sizes, 1);
    };
    const columns = each(x),
      fields = all.map(([name, part], i) => {
        const alone: ParticleParts = new Map([[name, { ...part, begin: 0, end: part.end - part.begin }]]);
        return (Object.hasOwn(kernels, name) ? kernels[name] : rest)(columns[i], alone);
      });
    return {
      smooth: (rows) => tf.concat(each(rows).map((part, i) => fields[i].smooth(part)), 1),
      repulsion: tf.concat(fields.map(({ repulsion }) => repulsion), 1),
    };
  };
}
