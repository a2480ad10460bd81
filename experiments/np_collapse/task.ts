import type { CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { adam, SVIEnsemble, type SVIState, TraceMeanFieldELBO } from "@pyrosaur/pyrosaur/infer";
import { withRandomContext } from "@pyrosaur/pyrosaur/models";
import type { Settings } from "@pyrosaur/pyrosaur/results";
import { type HostArray, type Key, random } from "@pyrosaur/pyrosaur/tensor";
import type { Tell } from "@pyrosaur/pyrosaur/workers";
import type { NpConfig, Setting } from "./settings.ts";
import { withManyFunctions } from "./many_functions.ts";
import { type Measure, Measures } from "./measures.ts";
import { column, processWith, X, Y } from "./system.ts";

/** Some runs of one setting. */
export interface RunsTask extends Omit<NpConfig, "settings" | "runs" | "chunk"> {
  /** The setting. */
  readonly setting: Setting;
  /** The words of the key that these runs draw from; run `i` of them from its `foldIn(i)`. */
  readonly key: readonly [number, number];
  /** The number of runs. */
  readonly runs: number;
  /** The number of runs whose functions are drawn for figures. */
  readonly shown: number;
  /** Engine, device and element type of floats. */
  readonly compile: Settings["compile"];
}

/** The results of runs. */
export interface Runs {
  /** The steps at which they were looked at. */
  readonly steps: readonly number[];
  /** The measures: for each a list for each look, of a number for each run. */
  readonly measures: Readonly<Record<Measure, readonly (readonly number[])[]>>;
  /** The mean loss of each run over its last steps. */
  readonly loss: readonly number[];
  /** The runs that diverged. */
  readonly diverged: readonly number[];
  /**
   * Functions of the first runs before training, at half of it and after it: for each run lists of
   * values on the grid.
   */
  readonly functions: readonly {
    readonly step: number;
    readonly values: readonly (readonly (readonly number[])[])[];
  }[];
  /** The run with the lowest loss, and its parameters. */
  readonly best: {
    readonly run: number;
    readonly loss: number;
    readonly params: Readonly<Record<string, { data: number[]; shape: number[] }>>;
  };
}

/** The number of functions that are drawn of a run. */
const FUNCTIONS = 10;
/** Draws at looks: apart from those of training. */
const LOOK = 1_000_000;

/**
 * The steps at which runs are looked at: regularly, at half of the training, and often within the
 * window at its end.
 */
export function lookSteps(
  { setting: { steps }, lookEvery, window, windowLooks }: Pick<
    RunsTask,
    "setting" | "lookEvery" | "window" | "windowLooks"
  >,
): number[] {
  const at = new Set([0, Math.floor(steps / 2), steps]);
  for (let step = lookEvery; step < steps; step += lookEvery) at.add(step);
  for (let i = 0; i < windowLooks; i++) at.add(Math.max(0, steps - Math.floor(window * i / windowLooks)));
  return [...at].sort((a, b) => a - b);
}

/** The parts of a table [rows, columns], one list a row. */
const rowsOf = ({ data, shape }: HostArray): number[][] => {
  const size = data.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) => Array.from(data.subarray(i * size, (i + 1) * size)));
};

/** Trains and looks. */
export async function perform(task: RunsTask, tell: Tell): Promise<Runs> {
  const { setting, runs, shown, samples, predictions, window, learningRate, compile } = task;
  const np = processWith(setting.weights),
    key = random.keyFromData(task.key),
    { remedy = false, steps: total } = setting;
  const { loss } = new TraceMeanFieldELBO({ numParticles: samples, vectorizeParticles: true });
  const ofStep = remedy ? withManyFunctions(loss) : withRandomContext(loss, 1, 3);
  const options: CompileOptions = { ...compile, threads: 1 };
  const ensemble = new SVIEnsemble(np.model, np.guide, adam({ lr: learningRate }), ofStep, {
    ...options,
    members: runs,
  });
  const measures = new Measures(np, remedy, predictions, FUNCTIONS, options), args = [column(X), column(Y)];
  const steps = lookSteps(task), halfway = Math.floor(total / 2);
  const seen: Record<string, number[][]> = {}, functions: Runs["functions"][number][] = [];
  const last = new Float64Array(runs), diverged = new Set<number>();
  const look = async (step: number, { params }: SVIState, own: Key) => {
    for (const [name, values] of Object.entries(await measures.look(params, own))) {
      (seen[name] ??= []).push(values);
    }
    if (shown === 0 || ![0, halfway, total].includes(step)) return;
    const drawn = await measures.functions(params, own), size = FUNCTIONS * drawn.shape[2];
    const values = Array.from(
      { length: Math.min(shown, runs) },
      (_, r) =>
        rowsOf({ data: drawn.data.subarray(r * size, (r + 1) * size), shape: [FUNCTIONS, drawn.shape[2]] }),
    );
    functions.push({ step, values });
  };
  try {
    let state = await ensemble.init(key, ...args);
    for (const step of steps) {
      const count = step - state.step;
      if (count > 0) {
        const result = await ensemble.run(key, count, args, { state, progress: false });
        const { data } = result.losses, from = state.step;
        data.forEach((value, i) => {
          if (from + Math.floor(i / runs) >= total - window) {
            last[i % runs] += value / Math.min(window, total);
          }
        });
        result.diverged.forEach(({ member }) => diverged.add(member));
        state = result.state;
      }
      await look(step, state, key.foldIn(LOOK).foldIn(step));
      tell(step * runs);
    }
    const known = [...last.keys()].filter((r) => Number.isFinite(last[r]));
    if (known.length === 0) throw new Error(`all ${runs} runs of ${setting.name} diverged`);
    const run = known.reduce((best, r) => last[r] < last[best] ? r : best);
    const params = Object.fromEntries(
      Object.entries(ensemble.member(state, run).params).map((
        [name, { data, shape }],
      ) => [name, { data: Array.from(data), shape: shape.slice() }]),
    );
    return {
      steps,
      measures: seen as unknown as Runs["measures"],
      loss: Array.from(last),
      diverged: [...diverged],
      functions,
      best: { run, loss: last[run], params },
    };
  } finally {
    await ensemble.release();
    await measures.release();
  }
}
