import type { NpConfig, Setting } from "./settings.ts";
import { byMeasure, type Measure } from "./measures.ts";
import type { Runs } from "./task.ts";

/** All runs of one setting. */
export interface Outcome {
  readonly setting: Setting;
  readonly steps: readonly number[];
  /** For each measure a list for each look, of a number for each run. */
  readonly measures: Readonly<Record<Measure, readonly (readonly number[])[]>>;
  /** The measures before training and after it. */
  readonly first: Readonly<Record<Measure, readonly number[]>>;
  readonly last: Readonly<Record<Measure, readonly number[]>>;
  /** The mean divergence of each run over the window at the end. */
  readonly kl: readonly number[];
  /** The mean loss of each run over that window. */
  readonly loss: readonly number[];
  /** The runs that have collapsed. */
  readonly collapsed: readonly boolean[];
  /** The runs that had collapsed before they were trained. */
  readonly collapsedAtFirst: readonly boolean[];
  readonly diverged: number;
  readonly functions: Runs["functions"];
  /** The run with the lowest loss. */
  readonly best: Runs["best"];
}

/** Puts the parts of a setting together. */
function outcomeOf(
  setting: Setting,
  chunks: readonly Runs[],
  { window, collapsedBelow }: { readonly window: number; readonly collapsedBelow: number },
): Outcome {
  const { steps, functions } = chunks[0];
  const measures = byMeasure((name) =>
    steps.map((_, i) => chunks.flatMap((chunk) => chunk.measures[name][i]))
  );
  const at = (i: number) => byMeasure((name) => measures[name].at(i)!);
  const looks = [...steps.keys()].filter((i) => steps[i] > setting.steps - window);
  const kl = measures.kl[0].map((_, run) =>
    looks.reduce((sum, i) => sum + measures.kl[i][run], 0) / looks.length
  );
  const below = (sds: readonly number[]) => sds.map((sd) => sd < collapsedBelow);
  const [first, last] = [at(0), at(-1)];
  let begin = 0, best = chunks[0].best;
  for (const chunk of chunks) {
    if (chunk.best.loss < best.loss) best = { ...chunk.best, run: begin + chunk.best.run };
    begin += chunk.loss.length;
  }
  return {
    setting,
    steps,
    measures,
    first,
    last,
    kl,
    loss: chunks.flatMap((chunk) => chunk.loss),
    collapsed: below(last["sd_at_-4"]),
    collapsedAtFirst: below(first["sd_at_-4"]),
    diverged: chunks.reduce((sum, chunk) => sum + chunk.diverged.length, 0),
    functions,
    best,
  };
}

/** Returns the outcome of each setting, from the results of its tasks. */
export function outcomesOf(config: NpConfig, results: readonly Runs[]): Outcome[] {
  const parts = Math.ceil(config.runs / config.chunk);
  return config.settings.map((setting, i) =>
    outcomeOf(setting, results.slice(i * parts, (i + 1) * parts), config)
  );
}
