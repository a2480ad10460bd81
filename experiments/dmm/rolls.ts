import { compile, type CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { TransformedDistribution } from "@pyrosaur/pyrosaur/distributions";
import type { SVIState } from "@pyrosaur/pyrosaur/infer";
import type { Dmm } from "@pyrosaur/pyrosaur/models";
import type { Sequence } from "@pyrosaur/pyrosaur/nn";
import {
  enter,
  type Handler,
  type Hooks,
  type SampleMessage,
  seed,
  substitute,
  trace,
  uncondition,
} from "@pyrosaur/pyrosaur/ppl";
import { type HostArray, type Key, random, type Tensor } from "@pyrosaur/pyrosaur/tensor";
import { type Batch, batchAxes, batchOf } from "./sequences.ts";

type Params = SVIState["params"];

/** Rows of notes, sounding or not, or as probabilities: a row a step. */
export type Rows = Float32Array[];

/** Returns the middle of a distribution: the mean of its base, transformed as its draws are. */
function middle(distribution: SampleMessage["distribution"]): Tensor {
  if (!(distribution instanceof TransformedDistribution)) return distribution.mean;
  return distribution.transforms.reduce((x, transform) => transform.forward(x), middle(distribution.base));
}

/** A handler that sets the sites of a scan's steps to the middles of their distributions. */
class Middles implements Handler {
  readonly label = "middles";
  readonly stacks: Record<string, Tensor> = {};
  constructor(private readonly given: readonly string[]) {}

  readonly withinScan: Hooks = {
    sample: (message) => {
      if (!this.given.includes(message.name)) message.value = middle(message.distribution);
    },
  };

  readonly postprocess: Hooks = {
    sample: ({ name, value }) => {
      this.stacks[name] = value!;
    },
  };
}

/**
 * Returns the middles of all sites, each step's given those before it.
 * @param given sites that have values already
 */
function middlesOf(
  model: (notes: never) => unknown,
  notes: unknown,
  key: Key,
  given: readonly string[] = [],
): Record<string, Tensor> {
  const handler = new Middles(given);
  using _middles = enter(handler);
  seed(model, key)(notes as never);
  return handler.stacks;
}

/** The lanes of values of shape [T, lanes, features]. */
function lanesOf({ data, shape: [steps, lanes, features] }: HostArray): Rows[] {
  return Array.from({ length: lanes }, (_, lane) =>
    Array.from({ length: steps }, (_, t) => {
      const at = (t * lanes + lane) * features;
      return Float32Array.from(data.subarray(at, at + features));
    }));
}

/**
 * The probability of each note at each step of sequences, under the guide's means: their
 * reconstruction.
 *
 * @returns rows of probabilities, as long as the sequence, for each of them
 */
export async function reconstruct(
  { model, guide }: Dmm,
  params: Params,
  sequences: readonly Sequence[],
  options: CompileOptions = {},
): Promise<Rows[]> {
  const compiled = compile((params: Record<string, Tensor>, notes: Batch, key: Key) => {
    const { z } = middlesOf(substitute(guide, { data: params }), notes, key);
    return middlesOf(substitute(model, { data: { ...params, z } }), notes, key, ["z"]).obs_x;
  }, { ...options, axes: [null, batchAxes, null] as CompileOptions["axes"] });
  const probabilities = await compiled.arrays(params, batchOf(sequences, { pack: false }), random.key(0));
  await compiled.release();
  return lanesOf(probabilities).map((rows, i) => rows.slice(0, sequences[i].length));
}

/**
 * Composes: draws sequences from the model's prior, note by note.
 *
 * @param steps how long each is
 * @param lanes how many
 * @returns rows of zeros and ones
 */
export async function compose(
  { model, options: { inputDim } }: Dmm,
  params: Params,
  key: Key,
  steps: number,
  lanes: number,
  options: CompileOptions = {},
): Promise<Rows[]> {
  const compiled = compile(
    (params: Record<string, Tensor>, notes: Batch, key: Key) =>
      trace(seed(uncondition(substitute(model, { data: params })), key)).get(notes as never).value("obs_x"),
    { ...options, axes: [null, batchAxes, null] as CompileOptions["axes"] },
  );
  const silence = Array.from({ length: steps }, () => new Float32Array(inputDim));
  const notes = batchOf(Array.from({ length: lanes }, () => silence), { pack: false });
  const drawn = await compiled.arrays(params, notes, key);
  await compiled.release();
  return lanesOf(drawn);
}

/** Rows of zeros and ones as lists of MIDI numbers. */
export function chordsOf(rows: Sequence, lowest: number): number[][] {
  return Array.from(rows, (row) => Array.from(row).flatMap((on, i) => on > 0.5 ? [lowest + i] : []));
}
