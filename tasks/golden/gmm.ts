import { compile, type Precision, valueAndGrad } from "../../lib/compile/mod.ts";
import { bijectTo, constraints } from "../../lib/distributions/mod.ts";
import { adam, enumLogDensity } from "../../lib/infer/mod.ts";
import { type HostArray, isTensor, mapTree, type Tensor, toHostArray } from "../../lib/tensor/mod.ts";
import { firstValues, GLOBALS, mixture, POINTS } from "../../experiments/gmm/notebook.ts";
import { array, bothPrecisions, type GoldenFile, type Named, type Outcome, relativeError } from "./reader.ts";

/** A float32 reference is itself off by its rounding, and by that of the sums behind it. */
const ROUNDING = 1e-6;
/** Near its end, Adam divides gradients that are mere rounding by their own size. */
const ROUNDING_OF_ADAM = 3e-4;

/** Returns the error against a float32 reference, in both precisions, beyond its own rounding. */
function againstFloat32(
  double: ArrayLike<number>,
  single: ArrayLike<number>,
  expected: ArrayLike<number>,
  rounding = ROUNDING,
) {
  const beyond = (error: number) => error <= rounding ? 0 : error;
  return {
    float64: beyond(relativeError(double, expected)),
    float32: beyond(relativeError(single, expected)),
  };
}

const minusLogDensity = (points: Tensor, values: Named): Tensor =>
  enumLogDensity(mixture, [points], values).logDensity.neg();

/** The initial losses by seed, the indices drawn exactly. */
async function* starts({ initial, best }: GoldenFile): AsyncIterable<Outcome> {
  const points = array(POINTS), double = compile(minusLogDensity, { dtype: "float64" });
  const single = compile(minusLogDensity, { dtype: "float32" });
  for (const { seed, indices, loss } of [...initial, best]) {
    const values = mapTree(firstValues(seed), isTensor, toHostArray);
    const locs = Array.from((values as Record<string, HostArray>).locs.data);
    const same = locs.every((loc, i) => loc === POINTS[indices[i]]) ? 0 : Infinity;
    yield { case: `seed ${seed}, points`, float32: same, float64: same };
    const losses = [await double.arrays(points, values), await single.arrays(points, values)];
    const [a, b] = losses.map(({ data }) => data);
    yield { case: `seed ${seed}, loss`, ...againstFloat32(a, b, [loss]) };
  }
  await double.release();
  await single.release();
}

/** The 200 steps of Adam on unconstrained numbers as NumPyro has them: broken sticks. */
async function fit({ best, losses_first5, loss_last, map }: GoldenFile, dtype: Precision) {
  const to = {
    weights: bijectTo(constraints.simplex),
    scale: bijectTo(constraints.positive),
    locs: bijectTo(constraints.real),
  };
  const constrained = (params: Named): Named =>
    Object.fromEntries(GLOBALS.map((name) => [name, to[name].forward(params[name])]));
  const rule = adam({ lr: 0.1, betas: [0.8, 0.99] });
  const step = compile((points: Tensor, params: Named, state: unknown) => {
    const { value, grad } = valueAndGrad((p: Named) => minusLogDensity(points, constrained(p)))(params);
    const [next, after] = rule.update(grad, state ?? rule.init(params), params);
    return { loss: value, params: next, state: after, values: constrained(next) };
  }, { dtype });
  const first = firstValues(best.seed), losses: number[] = [];
  let params: unknown = Object.fromEntries(
    GLOBALS.map((name) => [name, toHostArray(to[name].inverse(first[name]))]),
  );
  let state: unknown, values: Record<string, HostArray> = {};
  for (let i = 0; i < 200; i++) {
    const after = await step.arrays(array(POINTS), params, state);
    losses.push(after.loss.data[0]);
    ({ params, state, values } = after);
  }
  await step.release();
  return {
    "losses of the first 5 steps": [losses.slice(0, losses_first5.length), losses_first5],
    "loss of the last step": [[losses[199]], [loss_last]],
    "maximum a posteriori": [
      GLOBALS.flatMap((name) => Array.from(values[name].data)),
      GLOBALS.flatMap((name) => map[name]),
    ],
  };
}

/**
 * `gmm.json`: the mixture tutorial's initial losses by seed, the best of 100, 200 steps from there,
 * and log densities with assignments summed out.
 */
export default async function* mixtures(file: GoldenFile): AsyncIterable<Outcome> {
  yield* starts(file);
  const double = await fit(file, "float64"), single = await fit(file, "float32");
  for (const name of Object.keys(double) as (keyof typeof double)[]) {
    const [[a, expected], [b]] = [double[name], single[name]];
    const rounding = name === "maximum a posteriori" ? ROUNDING_OF_ADAM : ROUNDING;
    yield { case: name, ...againstFloat32(a, b, expected, rounding) };
  }
  for (const { value, ...at } of file.log_density_assignment_summed_out) {
    const fn = (points: Tensor, ...values: Tensor[]) => ({
      logDensity: minusLogDensity(points, Object.fromEntries(GLOBALS.map((name, i) => [name, values[i]])))
        .neg(),
    });
    const args = [array(POINTS), ...GLOBALS.map((name) => array(at[name]))];
    yield {
      case: `log density at ${JSON.stringify(at)}`,
      ...await bothPrecisions(fn, args, { logDensity: value }),
    };
  }
}
