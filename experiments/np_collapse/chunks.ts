import { cpus } from "node:os";
import { sha256, writeFileAtomic } from "../../lib/system/mod.ts";
import type { Context } from "../../lib/results/experiment.ts";
import { random } from "../../lib/tensor/mod.ts";
import { inWorkers } from "../../lib/workers/in_workers.ts";
import type { NpConfig, Setting } from "./config.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { Runs, Task } from "./runs.ts";

/** Of so many runs of each setting, functions are drawn. */
const SHOWN = 4;

/** The runs of a setting in parts, each with a key of its own. */
export function tasksOf(ctx: Context<NpConfig>, setting: Setting, place: number): Task[] {
  const { settings: _settings, runs, chunk, ...rest } = ctx.config, { engine, device, dtype } = ctx;
  const key = random.key(ctx.seeds[0]).foldIn(place);
  return Array.from({ length: Math.ceil(runs / chunk) }, (_, i) => ({
    ...rest,
    setting,
    key: key.foldIn(i).data,
    runs: Math.min(chunk, runs - i * chunk),
    shown: i === 0 ? SHOWN : 0,
    compile: { engine, device, dtype },
  }));
}

/** Where the result of a task is kept: its name says all that the result depends on. */
const keptAt = async (folder: string, task: Task): Promise<string> =>
  `${folder}/${task.setting.name}-${(await sha256(JSON.stringify(task))).slice(0, 16)}.json`;

/** A result that an earlier run has kept; undefined where there is none that can be read. */
async function kept(path: string): Promise<Runs | undefined> {
  try {
    // JSON has no NaN.
    return JSON.parse(await Deno.readTextFile(path), (_, value) => value === null ? NaN : value);
  } catch {
    return undefined;
  }
}

/**
 * Trains all runs of all settings in Workers. Each part is kept when it is done; with `--resume`
 * those that are there are not trained again.
 */
export async function outcomesOf(ctx: Context<NpConfig>): Promise<Outcome[]> {
  const { settings } = ctx.config, groups = settings.map((setting, i) => tasksOf(ctx, setting, i));
  const paths = new Map<Task, string>(), results = new Map<Task, Runs>();
  for (const task of groups.flat()) {
    const path = await keptAt(ctx.checkpointDir, task), found = ctx.resume ? await kept(path) : undefined;
    paths.set(task, path);
    if (found) results.set(task, found);
  }
  const todo = groups.flat().filter((task) => !results.has(task));
  const total = todo.reduce((sum, { setting, runs }) => sum + setting.steps * runs, 0);
  using bar = ctx.progress("steps of runs", total);
  const done = todo.map(() => 0);
  await inWorkers<Task, Runs>(new URL("./worker.ts", import.meta.url), todo, {
    atATime: cpus().length,
    describe: ({ setting, runs }) => `train ${runs} runs of ${setting.name}`,
    told(i, steps) {
      done[i] = steps;
      bar.update(done.reduce((a, b) => a + b), todo[i].setting.name);
    },
    async finished(i, runs) {
      results.set(todo[i], runs);
      await writeFileAtomic(paths.get(todo[i])!, JSON.stringify(runs));
    },
  });
  return settings.map((setting, i) =>
    outcomeOf(setting, groups[i].map((task) => results.get(task)!), ctx.config)
  );
}
