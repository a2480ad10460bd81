import type { Device, EngineName, Precision } from "../../lib/compile/mod.ts";
import { type DataChoice, resolveDataset, type ResolvedDataset } from "../../lib/data/mod.ts";
import {
  type Context,
  type Experiment,
  meetsTarget,
  type ProfileName,
  RECORD_SCHEMA,
  type RunRecord,
  type Target,
  writeRun,
} from "../../lib/results/mod.ts";
import { chooseBackend } from "../../lib/backend/mod.ts";
import { key } from "../../lib/tensor/random/mod.ts";
import type { ColumnTable } from "arquero";
import type { RegistryEntry } from "../../experiments/registry.ts";
import { describeCode } from "./code.ts";
import { describeEnvironment } from "./environment.ts";
import { Reporter } from "./reporter.ts";
import type { Terminal } from "./terminal.ts";

/** How experiments are run. */
export interface RunSettings {
  /** The profile. */
  readonly profile: ProfileName;
  /** The first seed. */
  readonly seed: number;
  /** The engine. */
  readonly engine: EngineName;
  /** What eager operations run on, where another than what they run on already. */
  readonly backend?: string;
  /** The device. */
  readonly device: Device;
  /** Element type of floats. */
  readonly dtype: Precision;
  /** Which data to take. */
  readonly data: DataChoice;
  /** A folder of data to look in first. */
  readonly dataDir?: string;
  /** The folder that others are relative to. */
  readonly cwd: string;
  /** Where records of real data go. */
  readonly out: string;
  /** Where records of simulated data go. */
  readonly simulatedOut: string;
  /** Whether to go on from checkpoints. */
  readonly resume: boolean;
}

/** What came of a run. */
export interface RunOutcome {
  /** The record, as written. */
  readonly record: RunRecord;
  /** The folder of results it was written to. */
  readonly out: string;
  /** The tables that were reported. */
  readonly tables: ReadonlyMap<string, ColumnTable>;
}

/** What to say where an experiment has no such profile. */
export function lacksProfile({ name, profiles }: Experiment, profile: ProfileName): string {
  return `The experiment "${name}" has no profile "${profile}": it has ${Object.keys(profiles).join(", ")}`;
}

/** The targets of this profile on these data. */
function targetsFor(
  experiment: Experiment,
  data: readonly ResolvedDataset[],
  profile: ProfileName,
): Record<string, Target> {
  const simulated = data.some((d) => d.simulated);
  const all = simulated
    ? experiment.recovery(Object.assign({}, ...data.map((d) => d.parameters ?? {})))
    : experiment.targets;
  return Object.fromEntries(
    Object.entries(all).filter(([, target]) => target.profiles?.includes(profile) ?? true),
  );
}

/** Says which known parameters were not recovered; undefined where all were. */
function notRecovered({ metrics }: Reporter): string | undefined {
  const missed = metrics.filter((m) => meetsTarget(m) === false).map(({ name, value, target }) =>
    `${name} is ${value?.toPrecision(4) ?? "not finite"}, known ${target!.value} within ${target!.tolerance}`
  );
  return missed.length > 0
    ? `The known parameters of the simulated data were not recovered: ${missed.join("; ")}`
    : undefined;
}

async function emptyFolder(path: string, keep: boolean): Promise<void> {
  if (!keep) await Deno.remove(path, { recursive: true }).catch(() => {});
  await Deno.mkdir(path, { recursive: true });
}

/**
 * Runs one experiment and writes its record, also where it fails: then with status "failed" and the
 * error. Rejects only where the experiment cannot be loaded, its data cannot be had, or results
 * cannot be written.
 */
export async function runExperiment(
  entry: RegistryEntry,
  settings: RunSettings,
  terminal: Terminal,
): Promise<RunOutcome> {
  const { profile, engine, device, dtype, resume, cwd } = settings;
  const experiment = await entry.load(), config = experiment.profiles[profile];
  if (!config) throw new Error(lacksProfile(experiment, profile));
  const seeds = Array.from({ length: config.seeds }, (_, i) => settings.seed + i);
  const code = await describeCode(entry.folder, cwd), started = new Date(), clock = performance.now();

  const ran = settings.backend === undefined
    ? engine
    : `${engine} on ${(await chooseBackend(settings.backend)).taken.name}`;

  // What cannot be had stops the run before it is one: no record takes the place of an earlier
  // run's.
  const data: ResolvedDataset[] = [];
  for (const name of experiment.data) {
    const resolved = await resolveDataset(name, {
      data: settings.data,
      dir: settings.dataDir,
      seed: settings.seed,
    });
    if (resolved.notice) terminal.warn(resolved.notice);
    data.push(resolved);
  }
  const simulated = data.some((d) => d.simulated);

  const report = new Reporter(targetsFor(experiment, data, profile));
  const checkpoints = `${cwd}/.pyrosaur/checkpoints`;
  const checkpointDir = `${checkpoints}/${experiment.name}/${profile}${simulated ? "-simulated" : ""}`;
  await emptyFolder(checkpointDir, resume);
  let error: string | null = null, artifacts = new Map<string, string | Uint8Array>();
  try {
    const context: Context = {
      profile,
      config,
      seeds,
      key: key(settings.seed),
      engine,
      device,
      dtype,
      simulated,
      dataset: ((name: string) => {
        const found = data.find((d) => d.name === name);
        if (!found) {
          throw new Error(
            `Cannot give "${experiment.name}" the data set "${name}": it declares ${
              experiment.data.join(", ") || "none"
            }`,
          );
        }
        return found;
      }) as Context["dataset"],
      metric: (name, value, options) => report.metric(name, value, options),
      curve: (name, columns) => report.curve(name, columns),
      table: (name, value) => report.table(name, value),
      figure: (name, figure) => report.figure(name, figure),
      svg: (name, svg) => report.figure(name, svg),
      file: (name, contents) => report.file(name, contents),
      progress: (label, total) => terminal.progress(label, total),
      log: (line) => terminal.print(line),
      checkpointDir,
      resume,
    };
    await experiment.run(context);
    const missing = report.missing();
    if (missing.length > 0) {
      throw new Error(`No metric was reported for these targets: ${missing.join(", ")}`);
    }
    if (simulated) error = notRecovered(report) ?? null;
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  try {
    artifacts = await report.artifacts();
  } catch (thrown) {
    error ??= `Cannot draw a figure: ${(thrown as Error).message}`;
  }

  const { seeds: _count, ...rest } = config;
  const out = simulated ? settings.simulatedOut : settings.out;
  const record = await writeRun(out, {
    schema: RECORD_SCHEMA,
    experiment: experiment.name,
    title: experiment.title,
    profile,
    status: error === null ? "ok" : "failed",
    error,
    simulated,
    config: rest,
    seeds,
    data: data.map(({ name, sha256, source, simulated }) => ({ name, sha256, source, simulated })),
    code,
    environment: describeEnvironment({ engine: ran, device, dtype }),
    started: started.toISOString(),
    seconds: Math.round(performance.now() - clock) / 1000,
    metrics: report.metrics,
    artifacts: [],
  }, artifacts);
  return { record, out, tables: report.tables };
}
