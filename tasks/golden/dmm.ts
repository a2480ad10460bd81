import { compile, type Precision, valueAndGrad } from "../../lib/compile/mod.ts";
import { resolveDataset } from "../../lib/data/mod.ts";
import { TraceELBO, tracePair } from "../../lib/infer/mod.ts";
import { dmm } from "../../lib/models/mod.ts";
import { ragged } from "../../lib/nn/mod.ts";
import { substitute } from "../../lib/ppl/mod.ts";
import { flatten, type HostArray, isHostArray, type Key, random } from "../../lib/tensor/mod.ts";
import { type Batch, sequencesOf } from "../../experiments/dmm/notebook.ts";
import { type Arrays, filled, type GoldenFile, type Named, type Outcome, relativeError } from "./reader.ts";

/** A tensor of a case: its name in PyTorch and its shape. */
type Entry = readonly [name: string, shape: readonly number[]];

const ours = (name: string): string => `dmm.${name.replace(/\.(\d+)\./g, "[$1].")}`;

/**
 * Parameters by the rule of the files; h_0 is [1, 1, hidden] here and in Pyro, [hidden] in one of
 * them.
 */
function parameters(tensors: readonly Entry[], scale: number): Arrays {
  return Object.fromEntries(tensors.map(([name, shape], c) => [
    ours(name),
    filled(name === "h_0" ? [1, 1, shape.at(-1)!] : shape, (i) => scale * Math.sin(i + 1 + c)),
  ]));
}

/** Returns noise with time first: the files count it [sequence, step, dimension]. */
function noise([steps, lanes]: readonly number[], zDim: number): HostArray {
  return filled([steps, lanes, zDim], (i) => {
    const z = i % zDim, lane = Math.floor(i / zDim) % lanes, t = Math.floor(i / (zDim * lanes));
    return Math.sin(1.7 * ((lane * steps + t) * zDim + z + 1));
  });
}

const rounded = (arrays: Arrays): Arrays =>
  Object.fromEntries(
    Object.entries(arrays).map((
      [name, { data, shape }],
    ) => [name, { data: Float64Array.from(Float32Array.from(data)), shape }]),
  );

/** Runs a function of parameters, notes and a key on noise that is given. */
async function run(
  fn: (params: Named, notes: any, key: Key) => unknown,
  params: Arrays,
  notes: Batch,
  eps: HostArray,
  dtype: Precision,
): Promise<any> {
  const compiled = compile(fn, { dtype }), program = await compiled.program(params, notes, random.key(0));
  const arrays = flatten([params, notes], isHostArray).leaves as HostArray[];
  const result = program.rebuild(await program.run(arrays, [], { noise: [eps] }));
  await compiled.release();
  return result;
}

const norm = (data: ArrayLike<number>): number => Math.sqrt(Array.from(data).reduce((s, x) => s + x * x, 0));

/**
 * `dmm_loss.json` and `dmm_iaf_loss.json`: the loss of the Deep Markov Model, where given its three
 * parts, and the gradient's norms and first entries, on named chorales. Needs the real data.
 */
export async function* dmmCases(file: GoldenFile): AsyncIterable<Outcome> {
  let data;
  try {
    data = (await resolveDataset("jsb", { data: "real" })).value;
  } catch {
    yield { case: "all", unsupported: "dmm (its data set is not on this machine)" };
    return;
  }
  for (const given of file.cases) {
    const { split, indices, scale, annealing_factor: annealing, num_iafs: numIafs = 0, permutations } = given;
    const { model, guide, options } = dmm({ numIafs, permutations });
    const pieces = data[split as "train"], { rows } = sequencesOf(indices.map((i: number) => pieces[i]));
    const { places: _places, ...notes } = ragged(rows);
    const params = parameters(given.tensors ?? file.tensors, scale);
    const eps = noise(notes.values.shape, options.zDim);
    const at = (p: Named) => [substitute(model, { data: p }), substitute(guide, { data: p })] as const;
    const loss = (p: Named, x: unknown, key: Key) => new TraceELBO().loss(key, ...at(p), [x, annealing]);
    const both = (p: Named, x: unknown, key: Key) => valueAndGrad(loss)(p, x, key);
    const parts = (p: Named, x: unknown, key: Key) => {
      const traces = tracePair(key, ...at(p), [x, 1]);
      return {
        log_p_x_given_z: traces.model.sampleSite("obs_x").logProbSum,
        log_p_z: traces.model.sampleSite("z").logProbSum,
        log_q_z: traces.guide.sampleSite("z").logProbSum,
      };
    };
    const [exact, reference, rough] = [
      await run(both, params, notes, eps, "float64"),
      await run(both, rounded(params), notes, rounded({ eps }).eps, "float64"),
      await run(both, rounded(params), notes, rounded({ eps }).eps, "float32"),
    ];
    let float64 = relativeError(exact.value.data, [given.loss]);
    let float32 = relativeError(rough.value.data, reference.value.data);
    for (const [name, l2] of Object.entries<number>(given.grad_l2)) {
      const { data } = exact.grad[ours(name)], first = given.grad_first3[name] as number[];
      float64 = Math.max(
        float64,
        relativeError([norm(data)], [l2]),
        // The first entries of a gradient may be small beside the others, which set what rounding
        // leaves.
        largest(first.map((x, i) => data[i] - x)) / largest(data),
      );
      const a = rough.grad[ours(name)].data, b = reference.grad[ours(name)].data;
      float32 = Math.max(float32, norm(Array.from(a as Float32Array, (x, i) => x - b[i])) / norm(b));
    }
    if ("log_p_z" in given) {
      const split = await run(parts, params, notes, eps, "float64");
      for (const [name, { data }] of Object.entries<HostArray>(split)) {
        float64 = Math.max(float64, relativeError(data, [given[name]]));
      }
    }
    yield { case: `${split} [${indices}] flows ${numIafs} annealing ${annealing}`, float32, float64 };
  }
}

const largest = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
};
