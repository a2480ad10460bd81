import type { Sequence } from "@pyrosaur/pyrosaur/nn";
import type { Settings } from "@pyrosaur/pyrosaur/results";
import { random, tidily, toTensor } from "@pyrosaur/pyrosaur/tensor";
import type { Tell } from "@pyrosaur/pyrosaur/workers";
import { baumWelch, firstTables, logLikelihood, type PlainTables } from "./baum_welch.ts";
import { decoder } from "./decode.ts";
import { type Fit, fitTables, type HostTables, nllOf } from "./fit.ts";
import type { FormName } from "./model.ts";
import { batchOf, NOTES, slicesOf } from "./notes.ts";
import type { HmmConfig } from "./settings.ts";

/** A model to be learned: a form by its gradient, or the plain one by Baum-Welch. */
export interface HmmTask extends Pick<Settings<HmmConfig>, "compile"> {
  /** The form, or "baum_welch". */
  readonly kind: FormName | "baum_welch";
  /** The sequences that are learned from. */
  readonly train: readonly Sequence[];
  /** Those that results are of. */
  readonly test: readonly Sequence[];
  /** The seed. */
  readonly seed: number;
  /** The settings. */
  readonly config: Omit<HmmConfig, "forms" | "pieces" | "tested">;
}

/** The result of a model, in nats a slice. */
export interface HmmResult extends Fit {
  /** The form, or "baum_welch". */
  readonly kind: HmmTask["kind"];
  /** The negative log likelihood of test sequences. */
  readonly testNll: number;
  /** That of the training sequences by the gradient's model, and of Baum-Welch by its own. */
  readonly trainNll: number;
  /** The most probable states of the first test sequence, of plain forms. */
  readonly states?: readonly number[];
}

const hostTables = ({ transition, emission, states }: PlainTables): HostTables => ({
  probs_x: { data: Float32Array.from(transition), shape: [states, states] },
  probs_y: { data: Float32Array.from(emission), shape: [states, NOTES] },
});

function statesOf(tables: HostTables, sequence: Sequence): number[] {
  const { values } = batchOf([sequence], sequence.length);
  return tidily(() => {
    const lengths = toTensor({ data: Int32Array.of(sequence.length), shape: [1] });
    return Array.from(decoder(tables)(toTensor(values), lengths).dataSync());
  });
}

/** Added to the last counts of Baum-Welch: half a note, as Jeffreys' prior for shares has it. */
const EXTRA = 0.5;

function byCounts({ kind, train, test, seed, config }: HmmTask, tell: Tell): HmmResult {
  const start = firstTables(config.hidden, random.key(seed));
  const { tables, logLikelihoods } = baumWelch(start, train, config.rounds, { extra: EXTRA, tell });
  const own = hostTables(tables), slices = slicesOf(train);
  return {
    kind,
    tables: own,
    losses: logLikelihoods.map((log) => -log / slices),
    testNll: -logLikelihood(tables, test) / slicesOf(test),
    trainNll: -logLikelihood(tables, train) / slices,
    states: statesOf(own, test[0]),
  };
}

/** Learns a model and scores it. */
export async function perform(task: HmmTask, tell: Tell): Promise<HmmResult> {
  const { kind, train, test, seed, config, compile } = task, { hidden, steps } = config;
  if (kind === "baum_welch") return byCounts(task, tell);
  const fit = await fitTables(kind, train, config, random.key(seed), compile);
  tell(steps);
  const score = (sequences: readonly Sequence[]) => nllOf(kind, fit.tables, sequences, hidden, compile);
  return {
    kind,
    ...fit,
    testNll: await score(test),
    trainNll: await score(train),
    ...(kind === "plain" && { states: statesOf(fit.tables, test[0]) }),
  };
}
