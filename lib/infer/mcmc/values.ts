import { emptyRecord } from "../../system/mod.ts";
import { compile, type Compiled, scan } from "../../compile/mod.ts";
import { dependsOnDraws } from "../../compile/internals.ts";
import { type AnyFunction, isolated, logDensity, type SampleMessage, seed } from "../../ppl/mod.ts";
import { substitute } from "../../ppl/mod.ts";
import { random, type Tensor } from "../../tensor/mod.ts";
import { cut, type Prototype, valueAndVolume } from "../latent/mod.ts";

const isSummedOut = ({ infer, value }: SampleMessage): boolean =>
  infer.enumerate === "parallel" && value === undefined;

/**
 * Returns the values of latent and computed sites behind a vector of unconstrained numbers, in a
 * trace. Computed sites that depend on sites that are summed out have none.
 */
export function valuesAt(
  model: AnyFunction,
  args: readonly unknown[],
  prototype: Prototype,
  vector: Tensor,
): Record<string, Tensor> {
  const parts = cut(vector, prototype), values = emptyRecord<Tensor>(), summedOut: Tensor[] = [];
  prototype.sites.forEach((site, i) => {
    values[site.name] = valueAndVolume(parts[i].reshape(site.unconstrainedShape), site).value;
  });
  const zero = vector.slice([0], [1]).reshape([]).mul(0);
  // Sites that are summed out have some value, which the graph knows again.
  const given = substitute(model, {
    fn(message) {
      if (message.type !== "sample" || !isSummedOut(message)) return undefined;
      const some = message.distribution.sample(new random.ZeroKey());
      const value = some.add(zero.cast(some.dtype));
      summedOut.push(value);
      return value;
    },
  });
  const { trace } = isolated(() => logDensity(seed(given, random.key(0)), [...args], values));
  for (const { name, value } of trace.deterministicSites) {
    if (summedOut.length === 0 || !dependsOnDraws(value, summedOut)) values[name] = value;
  }
  return values;
}

/**
 * Returns the values behind vectors `[draws, D]`, draws first, as a compiled function of these and
 * of the model's arguments.
 *
 * @param discover returns the sites of the model
 */
export function compiledValues(
  model: AnyFunction,
  discover: (args: readonly unknown[]) => Prototype,
): Compiled<AnyFunction> {
  return compile<AnyFunction>((vectors: Tensor, args: unknown[]) => {
    const prototype = discover(args);
    const one = (carry: unknown, vector: Tensor) =>
      [carry, valuesAt(model, args, prototype, vector)] as [unknown, Record<string, Tensor>];
    return scan(one, [], vectors)[1];
  }, { dtype: "float64", engine: "js", axes: [["draws", null], null] });
}
