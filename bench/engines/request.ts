import { compile, exportOnnx } from "../../lib/compile/mod.ts";
import { clippedAdam, SVI } from "../../lib/infer/mod.ts";
import { dmm, dmmParts } from "../../lib/models/mod.ts";
import { loadModel } from "../../lib/serve/mod.ts";
import { type HostArray, random, type Tensor, toHostArray } from "../../lib/tensor/mod.ts";
import { NOTES, tutorial } from "../../experiments/dmm/notebook.ts";
import { fullBatch } from "../dmm/batch.ts";
import type { Column } from "./columns.ts";

/** A client's request, by name: notes, lengths and noise, time first. */
type Request = Readonly<Record<"notes" | "lengths" | "noise", HostArray>>;

const AXES = [["time", "batch", null], ["batch"], ["time", "batch", null]] as const;

/** Sequences of full length, with what the states are drawn by. */
function requestOf(batch: number, steps: number, zDim: number): Request {
  const { values } = fullBatch(batch, steps);
  return {
    notes: { data: values.data, shape: [steps, batch, NOTES] },
    lengths: { data: new Int32Array(batch).fill(steps), shape: [batch] },
    noise: toHostArray(random.normal(random.key(2), [steps, batch, zDim])),
  };
}

/**
 * A server's work for one request: the whole guide of a Deep Markov Model with new parameters, from
 * arrays in main memory to arrays in main memory. Engine `onnx` runs the exported file, as a server
 * has it, the others the function it was made from.
 */
export async function requests(
  { engine, device }: Column,
  batch: number,
  steps: number,
): Promise<() => Promise<unknown>> {
  const model = dmm(), svi = new SVI(model.model, model.guide, clippedAdam(tutorial.optimiser));
  const state = await svi.init(random.key(0), fullBatch(1, 2), { data: Float32Array.of(1), shape: [] });
  const params = Object.fromEntries(
    Object.entries(svi.getParams(state)).map(([name, tensor]) => [name, toHostArray(tensor)]),
  );
  const { guide } = dmmParts(model, params), request = requestOf(batch, steps, model.options.zDim);
  const part = (notes: Tensor, lengths: Tensor, noise: Tensor) => ({ ...guide(notes, lengths, noise) });
  const args = Object.values(request);
  if (engine === "onnx") {
    const { bytes } = exportOnnx(part, args, { inputs: Object.keys(request), axes: AXES });
    const served = await loadModel(bytes, { device });
    return () => served.run(request);
  }
  const compiled = compile(part, { engine, device, axes: AXES });
  return () => compiled.arrays(...args);
}
