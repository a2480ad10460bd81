import { dmm, type DmmGuideOutput, dmmParts, loadDmm, type TrainedDmm } from "@pyrosaur/pyrosaur/models";
import { seed, substitute, trace } from "@pyrosaur/pyrosaur/ppl";
import {
  type HostArray,
  type Key,
  random,
  type Tensor,
  tf,
  toHostArray,
  toTensor,
} from "@pyrosaur/pyrosaur/tensor";
import { batchOf, notesOf } from "./sequences.ts";
import type { Exportable, Part, PartToExport } from "@pyrosaur/pyrosaur/serve";

const normal = (key: Key, shape: number[]): HostArray => toHostArray(random.normal(key, shape));

/** Notes at random, three in twenty, also behind the lengths, where nothing must depend on them. */
function example(
  key: Key,
  time: number,
  lengths: readonly number[],
  inputDim: number,
  zDim: number,
): HostArray[] {
  const [forNotes, forNoise] = key.split(2), lanes = lengths.length;
  const { data, shape } = toHostArray(random.uniform(forNotes, [time, lanes, inputDim]));
  return [
    { data: Float32Array.from(data, (x) => +(x < 0.15)), shape },
    { data: Int32Array.from(lengths), shape: [lanes] },
    normal(forNoise, [time, lanes, zDim]),
  ];
}

/** The states as the library's own guide draws them, one call of `sample` a step. */
function statesOfGuide({ params, options }: TrainedDmm): Part {
  const { guide } = dmm(options);
  return (notes, lengths, noise) => {
    const data = Object.fromEntries(Object.entries(params).map(([name, array]) => [name, toTensor(array)]));
    const lanes = tf.unstack(notes, 1).map((lane) => lane.arraySync() as number[][]);
    const sequences = lanes.map((lane, i) => lane.slice(0, lengths.dataSync()[i]));
    const batch = notesOf(batchOf(sequences, { pack: false }));
    const guided = seed(substitute(guide, { data }), new random.GivenKey(noise));
    const z = trace(guided).get(batch).value("z");
    return { z: tf.where(batch.mask.expandDims(2), z, tf.zerosLike(z)) };
  };
}

/**
 * Returns the served parts of a Deep Markov Model. Whole sequences go to `dmm_guide` as a client
 * has them: notes and noise with time first, one sequence a lane, and the lengths; the other three
 * take a step of a batch.
 */
export function dmmExports(trained: TrainedDmm): PartToExport[] {
  const { options, params } = trained, { inputDim, zDim, rnnDim } = options;
  const parts = dmmParts(dmm(options), params), key = random.key(0);
  const numbers = (x: Tensor) => JSON.stringify(Array.from(x.dataSync()));
  const rows = (fold: number, ...sizes: number[]) =>
    [1, 5].map((batch) => sizes.map((size, i) => normal(key.foldIn(fold + i).foldIn(batch), [batch, size])));
  const named = ({ z, loc, scale }: DmmGuideOutput) => ({ z, loc, scale });
  return [
    {
      name: "dmm_emitter",
      part: (z) => parts.emitter(z),
      inputs: { z: ["batch", null] },
      batches: true,
      examples: rows(10, zDim),
    },
    {
      name: "dmm_transition",
      part: (before) => {
        const { loc, scale } = parts.transition(before);
        return { loc, scale };
      },
      inputs: { z_prev: ["batch", null] },
      batches: true,
      examples: rows(20, zDim),
      parameters: { z_0: numbers(parts.z0) },
    },
    {
      name: "dmm_guide_step",
      part: (before, hidden, noise) => named(parts.guideStep(before, hidden, noise)),
      inputs: { z_prev: ["batch", null], h: ["batch", null], noise: ["batch", null] },
      batches: true,
      // Hidden states are never negative.
      examples: rows(30, zDim, rnnDim, zDim).map(([z, h, noise]) => [
        z,
        { data: Float32Array.from(h.data, (x) => Math.max(0, x)), shape: h.shape },
        noise,
      ]),
      parameters: { z_q_0: numbers(parts.zQ0) },
    },
    {
      name: "dmm_guide",
      part: (notes, lengths, noise) => named(parts.guide(notes, lengths, noise)),
      inputs: { notes: ["time", "batch", null], lengths: ["batch"], noise: ["time", "batch", null] },
      batches: false,
      examples: [[1], [7, 3, 1], [24, 33]].map((lengths, i) =>
        example(key.foldIn(40 + i), Math.max(...lengths), lengths, inputDim, zDim)
      ),
      reference: statesOfGuide(trained),
    },
  ];
}

/** Reads a file of parameters. @throws (rejects) Error where it is not of a Deep Markov Model. */
export async function exportableOf(path: string): Promise<Exportable> {
  const trained = await loadDmm(path);
  return { parts: dmmExports(trained), metadata: trained.metadata };
}
