import { compile, type Precision, valueAndGrad } from "../../lib/compile/mod.ts";
import { type LossFunction, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { neuralProcess } from "../../lib/models/mod.ts";
import { substitute } from "../../lib/ppl/mod.ts";
import { flatten, type HostArray, isHostArray, type Key, random, type Tensor } from "../../lib/tensor/mod.ts";
import {
  type Arrays,
  distance,
  filled,
  type GoldenFile,
  type Named,
  type Outcome,
  relativeError,
} from "./reader.ts";

/** Number of draws of z that each loss is the mean of. */
const SAMPLES = 10;

/** Returns our name for one of `np_loss.json`, which are PyTorch's. */
export const npName = (name: string): string => `np.${name.replace(/\.(\d+)\./g, "[$1].")}`;

/** Parameters, points and noise of a case, by the rule of the file. */
export function npCase(file: GoldenFile, given: { context: number[]; scale: number }) {
  const params: Arrays = Object.fromEntries(
    file.tensors.map(([name, shape]: [string, number[]], c: number) => [
      npName(name),
      filled(shape, (i) => given.scale * Math.sin(i + 1 + c)),
    ]),
  );
  const has = (known: boolean): HostArray => ({
    data: Uint8Array.from(file.x, (_: number, i: number) => +(given.context.includes(i) === known)),
    shape: [file.x.length],
  });
  const column = (values: number[]): HostArray => ({
    data: Float64Array.from(values),
    shape: [values.length, 1],
  });
  const points = { x: column(file.x), y: column(file.y), context: has(true), target: has(false) };
  return { params, points, noise: filled([SAMPLES, 2], (i) => Math.sin(1.7 * (i + 1))) };
}

/** Returns the loss and its gradient at parameters, points and noise that are given. */
export async function npLoss(
  loss: LossFunction,
  { params, points, noise }: ReturnType<typeof npCase>,
  dtype: Precision,
): Promise<{ value: HostArray; grad: Arrays }> {
  const { model, guide } = neuralProcess();
  const at = (p: Named, given: unknown, key: Key): Tensor =>
    loss(key, substitute(model, { data: p }), substitute(guide, { data: p }), [given]);
  const compiled = compile((p: Named, given: unknown, key: Key) => valueAndGrad(at)(p, given, key), {
    dtype,
  });
  const program = await compiled.program(params, points, random.key(0));
  const arrays = flatten([params, points], isHostArray).leaves as HostArray[];
  const result = program.rebuild(await program.run(arrays, [], { noise: [noise] }));
  await compiled.release();
  return result;
}

/**
 * `np_loss.json`: the loss of a Neural Process and its gradient at parameters and noise by rule.
 */
export default async function* npCases(file: GoldenFile): AsyncIterable<Outcome> {
  const { loss } = new TraceMeanFieldELBO({ numParticles: SAMPLES, vectorizeParticles: true });
  for (const given of file.cases) {
    const own = npCase(file, given);
    const [exact, rough] = [await npLoss(loss, own, "float64"), await npLoss(loss, own, "float32")];
    let float64 = relativeError(exact.value.data, [given.loss]);
    let float32 = relativeError(rough.value.data, exact.value.data);
    for (const [name, expected] of Object.entries<number[]>(given.grad)) {
      float64 = Math.max(float64, relativeError(exact.grad[npName(name)].data, expected));
      float32 = Math.max(float32, distance(rough.grad[npName(name)].data, expected));
    }
    yield { case: `context [${given.context}] scale ${given.scale}`, float32, float64 };
  }
}
