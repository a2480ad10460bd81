import { resolveDataset, type ResolvedDataset } from "../../lib/data/mod.ts";
import {
  type Artifacts,
  claimRun,
  type Context,
  type Experiment,
  meetsTarget,
  type ProfileName,
  RECORD_SCHEMA,
  type RunRecord,
  type Target,
  targetsFor,
  targetText,
  writeRun,
} from "../../lib/results/mod.ts";
import { chooseBackend } from "../../lib/backend/mod.ts";
import { resolve } from "node:path";
import { forgetChoices, reasonOf, sha256, transientCode } from "../../lib/system/mod.ts";
import type { ColumnTable } from "arquero";
import type { RegistryEntry } from "../../experiments/registry.ts";
import { describeCode } from "./code.ts";
import { contextOf, settingsOf } from "./context.ts";
import { describeEnvironment } from "./environment.ts";
import { untilAborted } from "./in_this_process.ts";
import { performTasks, type TaskOptions } from "./perform_tasks.ts";
import { Reporter } from "./reporter.ts";
import { RESULTS, type RunSettings, SET_RESULTS, SIMULATED_RESULTS } from "./run_settings.ts";
import { RunClock } from "./run_clock.ts";
import { withSettings } from "./set_config.ts";
import type { Terminal } from "./terminal.ts";

/** The result of a run. */
export interface RunOutcome {
  /** The record, as written. */
  readonly record: RunRecord;
  /** The folder of results it was written to. */
  readonly out: string;
  /** The tables that were reported. */
  readonly tables: ReadonlyMap<string, ColumnTable>;
}

/** Says that an experiment has no such profile. */
export function lacksProfile({ name, profiles }: Experiment, profile: ProfileName): string {
  return `The experiment "${name}" has no profile "${profile}": it has ${Object.keys(profiles).join(", ")}`;
}

/** Returns the targets of this profile on these data. */
function targetsOn(
  experiment: Experiment,
  data: readonly ResolvedDataset[],
  profile: ProfileName,
): Record<string, Target> {
  const simulated = data.some((d) => d.simulated);
  const all = simulated
    ? experiment.recovery(Object.assign({}, ...data.map((d) => d.parameters ?? {})))
    : experiment.targets;
  return targetsFor(all, profile);
}

/** Says which known parameters were not recovered; undefined where all were. */
function notRecovered({ metrics }: Reporter): string | undefined {
  const missed = metrics.filter((m) => meetsTarget(m) === false).map((metric) =>
    `${metric.name} is ${metric.value?.toPrecision(4) ?? "not finite"}, known ${targetText(metric)}`
  );
  return missed.length > 0
    ? `The known parameters of the simulated data were not recovered: ${missed.join("; ")}`
    : undefined;
}

/** Resolves the data sets of an experiment, with a notice for each that is a twin. */
async function dataOf(
  { data }: Experiment,
  { data: choice, dataDir: dir, seed }: RunSettings,
  terminal: Terminal,
): Promise<ResolvedDataset[]> {
  const found: ResolvedDataset[] = [];
  for (const name of data) {
    const resolved = await resolveDataset(name, { data: choice, dir, seed });
    if (resolved.notice) terminal.warn(resolved.notice);
    found.push(resolved);
  }
  return found;
}

/**
 * Makes the folder for what a run leaves to the next one, emptied unless that is to go on from it.
 * Runs with results in folders of their own leave nothing to each other.
 */
async function checkpointFolder(
  name: string,
  { cwd, profile, resume, set }: RunSettings,
  simulated: boolean,
  out: string,
): Promise<string> {
  const usual = simulated ? SIMULATED_RESULTS : set.length > 0 ? SET_RESULTS : RESULTS;
  const isUsual = set.length === 0 && out === resolve(cwd, usual);
  const parts = [profile, simulated ? "simulated" : "", isUsual ? "" : (await sha256(out)).slice(0, 8)];
  const path = `${cwd}/.pyrosaur/checkpoints/${name}/${parts.filter(Boolean).join("-")}`;
  if (!resume) await Deno.remove(path, { recursive: true }).catch(() => {});
  await Deno.mkdir(path, { recursive: true });
  return path;
}

/**
 * Performs the tasks and reports their results; then judges these.
 *
 * @throws (rejects) Error where the run fails, and the signal's reason.
 */
async function work(
  experiment: Experiment,
  context: Context,
  reporter: Reporter,
  options: TaskOptions,
): Promise<void> {
  const results = await performTasks(experiment, experiment.tasks(context), options);
  // Results are kept: a run that is to end leaves the report to the one that goes on.
  const report = Promise.try(() => experiment.report(context, results));
  await (options.signal ? untilAborted(report, options.signal) : report);
  const missing = reporter.missing();
  if (missing.length > 0) throw new Error(`No metric was reported for these targets: ${missing.join(", ")}`);
  const missed = context.simulated ? notRecovered(reporter) : undefined;
  if (missed) throw new Error(missed);
}

/** Writes a run; the error where it cannot be written says how to keep what was computed. */
async function store(out: string, record: RunRecord, artifacts: Artifacts): Promise<RunRecord> {
  return await writeRun(out, record, artifacts).catch((cause) => {
    throw new Error(`${reasonOf(cause)}; what was computed is kept: --resume writes it`, { cause });
  });
}

/**
 * Runs one experiment and writes its record, also where it fails: then with status "failed" and the
 * error. Rejects, and writes none, where the experiment cannot be loaded, its data cannot be had,
 * another process runs it into the same folder, results cannot be written, the system fails in a
 * way that passes, as by a full disk, or the signal ends it.
 */
export async function runExperiment(
  entry: RegistryEntry,
  settings: RunSettings,
  terminal: Terminal,
): Promise<RunOutcome> {
  const { profile, engine, device, dtype, resume, signal } = settings, loaded = await entry.load();
  if (!loaded.profiles[profile]) throw new Error(lacksProfile(loaded, profile));
  const { experiment, set } = withSettings(loaded, profile, settings.set);
  signal?.throwIfAborted();
  forgetChoices("engine");
  const code = await describeCode(entry.folder, settings.repository),
    started = new Date(),
    began = performance.now();
  const backend = settings.backend === undefined
    ? undefined
    : (await chooseBackend(settings.backend)).taken.name;

  // Data that cannot be had stop the run before it is one: no record takes an earlier one's place.
  const data = await dataOf(experiment, settings, terminal);
  const given = settingsOf(experiment, settings, data), { simulated, seeds } = given;
  const reporter = new Reporter(targetsOn(experiment, data, profile), seeds.length);
  const out = simulated ? settings.simulatedOut : settings.out;
  using _claim = await claimRun(out, experiment.name, profile);
  const folder = await checkpointFolder(experiment.name, settings, simulated, out);
  await using clock = await RunClock.start(folder, { began });

  const context = contextOf(given, reporter, terminal);
  let error = await work(experiment, context, reporter, {
    folder,
    resume,
    terminal,
    signal,
    cores: settings.cores,
  }).then(
    () => null,
    (thrown) => {
      signal?.throwIfAborted();
      if (transientCode(thrown) !== undefined) throw thrown;
      return reasonOf(thrown);
    },
  );
  const artifacts = await reporter.artifacts().catch((thrown) => {
    error ??= `Cannot draw a figure: ${reasonOf(thrown)}`;
    return new Map<string, string | Uint8Array>();
  });

  const { seeds: _count, ...config } = given.config;
  const record = await store(out, {
    schema: RECORD_SCHEMA,
    experiment: experiment.name,
    title: experiment.title,
    profile,
    status: error === null ? "ok" : "failed",
    error,
    simulated,
    config,
    set,
    seeds: [...seeds],
    data: data.map(({ name, sha256, source, simulated }) => ({ name, sha256, source, simulated })),
    code,
    environment: describeEnvironment({ engine, device, dtype, backend }),
    started: started.toISOString(),
    seconds: Number(clock.seconds.toFixed(3)),
    metrics: reporter.metrics,
    artifacts: [],
  }, artifacts);
  return { record, out, tables: reporter.tables };
}
