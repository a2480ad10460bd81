import { compile, type CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { epochOrder } from "@pyrosaur/pyrosaur/data";
import { adam, AutoLaplace, cosineDecay, enumLogDensity, SVI, TraceEnumELBO } from "@pyrosaur/pyrosaur/infer";
import type { Sequence } from "@pyrosaur/pyrosaur/nn";
import { scale } from "@pyrosaur/pyrosaur/ppl";
import { type HostArray, isTensor, type Key, mapTree, toHostArray } from "@pyrosaur/pyrosaur/tensor";
import { form, type FormName, type Notes, type Tables } from "./model.ts";
import { batchOf, longest, NOTES, slicesOf } from "./notes.ts";
import type { TrainingConfig } from "./settings.ts";

/** Tables as arrays, by name. */
export type HostTables = Readonly<Record<string, HostArray>>;

/** A form with the tables of highest posterior density that were found. */
export interface Fit {
  /** The tables. */
  readonly tables: HostTables;
  /** The loss of each step, in nats a slice of the training part. */
  readonly losses: readonly number[];
}

/**
 * Learns the tables of a form: maximum a posteriori, states summed out. The priors have no highest
 * density on probabilities, where it grows without bound towards 0, but they have one on log odds,
 * which is what is found. Each step sees a batch of sequences, which stands for all.
 *
 * @throws (rejects) NonFiniteError where it diverges.
 */
export async function fitTables(
  name: FormName,
  sequences: readonly Sequence[],
  { hidden, steps, batch: most, learningRate: init }: TrainingConfig,
  key: Key,
  compileOptions?: CompileOptions,
): Promise<Fit> {
  const { prior, sequences: chains } = form(name, hidden, NOTES), batch = Math.min(most, sequences.length);
  const weighed = scale(chains, sequences.length / batch), model = (notes: Notes) => weighed(prior(), notes);
  const length = longest(sequences), rule = adam({ lr: cosineDecay({ init, steps }) });
  const guide = new AutoLaplace(model),
    svi = new SVI(model, guide, rule, new TraceEnumELBO(), compileOptions);
  const epochs = new Map<number, ArrayLike<number>>();
  /** The numbers of all sequences in an order of their own for each pass, end to end. */
  const at = (place: number) => {
    const epoch = Math.floor(place / sequences.length);
    if (!epochs.has(epoch)) epochs.set(epoch, epochOrder(key, epoch, sequences.length));
    return sequences[epochs.get(epoch)![place % sequences.length]];
  };
  const args = (step: number): [ReturnType<typeof batchOf>] => [
    batchOf(Array.from({ length: batch }, (_, i) => at(step * batch + i)), length),
  ];
  const { params, losses } = await svi.run(key, steps, args, { progress: false });
  await svi.release();
  const slices = slicesOf(sequences);
  return {
    tables: mapTree(guide.median(params), isTensor, toHostArray) as HostTables,
    losses: Array.from(losses, (loss) => loss / slices),
  };
}

/** Sequences in a call. */
const LANES = 20;

/** Returns the negative log likelihood of sequences given tables, in nats a slice. */
export async function nllOf(
  name: FormName,
  tables: HostTables,
  sequences: readonly Sequence[],
  hidden: number,
  compileOptions?: CompileOptions,
): Promise<number> {
  const chains = form(name, hidden, NOTES).sequences, length = longest(sequences);
  const density = compile(
    (given: Tables, notes: Notes) => enumLogDensity(chains, [given, notes], {}).logDensity,
    compileOptions,
  );
  let sum = 0;
  for (let first = 0; first < sequences.length; first += LANES) {
    // The last call is filled up with silence of one step, which is taken off again by its mask.
    const own = sequences.slice(first, first + LANES), lanes = Math.min(LANES, sequences.length);
    const filled = [...own, ...Array<Sequence>(lanes - own.length).fill([new Float32Array(NOTES)])];
    const batch = batchOf(filled, length), { data } = batch.mask;
    for (let i = own.length; i < lanes; i++) data[i] = 0;
    sum += (await density.arrays(tables, batch)).data[0];
  }
  await density.release();
  return -sum / slicesOf(sequences);
}
