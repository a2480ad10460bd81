import { compile, type Precision, valueAndGrad } from "../../lib/compile/mod.ts";
import { TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { bayesianClassifier } from "../../lib/models/mod.ts";
import { substitute } from "../../lib/ppl/mod.ts";
import { flatten, type HostArray, isHostArray, type Key, random, type Tensor } from "../../lib/tensor/mod.ts";
import {
  array,
  type Arrays,
  distance,
  filled,
  type GoldenFile,
  type Named,
  type Outcome,
  relativeError,
} from "./reader.ts";

/** Returns our name for one of `bnn_loss.json`, which are PyTorch's. */
const ours = (name: string): string => `net.${name.replace(/\.(\d+)\./g, "[$1].")}`;

/** Parameters and noise of a case, by the rule of the file. */
function caseOf(file: GoldenFile, { kind, scale }: { kind: string; scale: number }) {
  const sites: [string, number[]][] = file.sites, rows = file.y.length;
  const params: Arrays = Object.fromEntries(sites.flatMap(([name, shape], c) => [
    [`${ours(name)}.loc`, filled(shape, (i) => scale * Math.sin(i + 1 + c))],
    [`${ours(name)}.rho`, filled(shape, (i) => scale * Math.cos(2 * (i + 1) + c) - 1)],
  ]));
  const noise = (shape: number[], place: number) => filled(shape, (i) => Math.sin(1.7 * (i + 1) + place));
  const drawn = kind === "local"
    ? (file.sizes as number[]).slice(1).map((units, layer) => noise([rows, units], layer))
    : sites.map(([, shape], c) => noise(shape, c));
  return { params, drawn };
}

/** Returns the loss and its gradient at the parameters and the noise of a case. */
async function lossOf(
  file: GoldenFile,
  given: { kind: string; scale: number },
  dtype: Precision,
): Promise<{ value: HostArray; grad: Arrays }> {
  const { kind } = given, { params, drawn } = caseOf(file, given);
  const { model, guide } = bayesianClassifier({
    sizes: file.sizes,
    ...(kind !== "source" && { dataSize: file.data }),
    localReparameterisation: kind === "local",
  });
  const { loss } = kind === "source" || kind === "scaled" ? new TraceELBO() : new TraceMeanFieldELBO();
  const at = (p: Named, x: Tensor, y: Tensor, key: Key): Tensor =>
    loss(key, substitute(model, { data: p }), substitute(guide, { data: p }), [x, y]);
  const compiled = compile((p: Named, x: Tensor, y: Tensor, key: Key) => valueAndGrad(at)(p, x, y, key), {
    dtype,
  });
  const x = array(file.x), y = { data: Int32Array.from(file.y), shape: [file.y.length] };
  const program = await compiled.program(params, x, y, random.key(0));
  const arrays = flatten([params, x, y], isHostArray).leaves as HostArray[];
  const result = program.rebuild(await program.run(arrays, [], { noise: drawn }));
  await compiled.release();
  return result;
}

/**
 * `bnn_loss.json`: the loss of a Bayesian network and its gradient at parameters and noise by rule,
 * with noise on weights and on activations.
 */
export default async function* bnnCases(file: GoldenFile): AsyncIterable<Outcome> {
  for (const given of file.cases) {
    const [exact, rough] = [await lossOf(file, given, "float64"), await lossOf(file, given, "float32")];
    let float64 = relativeError(exact.value.data, [given.loss]);
    let float32 = relativeError(rough.value.data, [given.loss]);
    for (const [name, expected] of Object.entries<number[]>(given.grad)) {
      float64 = Math.max(float64, relativeError(exact.grad[ours(name)].data, expected));
      float32 = Math.max(float32, distance(rough.grad[ours(name)].data, expected));
    }
    yield { case: `${given.kind} scale ${given.scale}`, float32, float64 };
  }
}
