/**
 * Runs experiments and writes their records, curves and figures: `deno task reproduce [name ...]`.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Device, EngineName, Precision } from "../lib/compile/mod.ts";
import type { DataChoice } from "../lib/data/mod.ts";
import { closest, reasonOf, transientCode } from "../lib/system/mod.ts";
import { type ProfileName, PROFILES, writeIndex } from "../lib/results/mod.ts";
import { registry, type RegistryEntry } from "../experiments/registry.ts";
import { type CommandSpec, type ParsedArguments, runCommand, UsageError } from "./runner/arguments.ts";
import { updateFrontPage } from "./runner/front_page.ts";
import { lacksProfile, runExperiment, type RunOutcome } from "./runner/run_experiment.ts";
import { RESULTS, type RunSettings, SET_RESULTS, SIMULATED_RESULTS } from "./runner/run_settings.ts";
import { Ended, systemSignal } from "./runner/system_signal.ts";
import { checkNames, parseSetting, withSettings } from "./runner/set_config.ts";
import { showAll, showOverview, showTargets } from "./runner/show_run.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

// Keys of records, so that the compiler notices an engine or a device that is missing here.
const ENGINES = Object.keys(
  { auto: 0, onnx: 0, js: 0, wasm: 0, xla: 0, tfjs: 0 } satisfies Record<EngineName, 0>,
);
const BACKENDS = ["auto", "tensorflow", "webgpu", "wasm", "cpu"];
const DEVICES = Object.keys({ cpu: 0, cuda: 0, webgpu: 0 } satisfies Record<Device, 0>);

const command: CommandSpec = {
  name: "reproduce",
  summary: "Runs experiments, all of them where none is named, and writes their records, curves and figures.",
  positionals: "[name ...]",
  maximum: Infinity,
  options: {
    profile: {
      kind: "text",
      choices: PROFILES,
      help:
        "minutes on two cores, the paper's size and settings, today's settings, or our own, within an hour and without a limit (default quick)",
    },
    seed: { kind: "integer", help: "the first seed (default 0)" },
    engine: { kind: "text", choices: ENGINES, help: "what runs compiled functions (default auto)" },
    backend: {
      kind: "text",
      choices: BACKENDS,
      help: "with --engine tfjs: what eager operations run on (default cpu)",
    },
    device: { kind: "text", choices: DEVICES, help: "where they run (default cpu)" },
    dtype: {
      kind: "text",
      choices: ["float32", "float64"],
      help: "element type of floats (default float32)",
    },
    out: {
      kind: "text",
      placeholder: "DIR",
      help: "where results go (default results; of simulated data .pyrosaur/simulated)",
    },
    set: {
      kind: "texts",
      placeholder: "KEY=VALUE",
      help:
        "another setting than the profile's, as steps=100 or rugged:steps=100; may be given several times",
    },
    resume: { kind: "flag", help: "go on from the checkpoints of a run that was stopped" },
    verbose: { kind: "flag", help: "show all metrics, tables and figures, as soon as they are there" },
    data: {
      kind: "text",
      placeholder: "DIR|real|simulated",
      help: "a folder of data; real: no twins; simulated: only twins",
    },
  },
  notes: [
    "Results of --set go to .pyrosaur/set unless --out names a folder other than results.",
    "Exit code: 0 all succeeded; 1 one failed, and would again; 75 the same call may succeed later (a full disk,",
    "no data, a folder that another process holds); 143 (130) ended by SIGTERM (SIGINT), with what was computed",
    "kept: --resume goes on, bit for bit. Any other was given by the system: try again.",
  ],
};

/** The exit codes. */
const OK = 0, FAILED = 1, TRY_AGAIN = 75;

/** Experiments and places for tests; the defaults are the project's own. */
interface ReproduceOptions {
  /** The experiments there are. */
  readonly registry?: readonly RegistryEntry[];
  /** The folder that results and checkpoints are relative to. */
  readonly cwd?: string;
  /** The place for texts. */
  readonly terminal?: Terminal;
  /** Ends the run under way, with its checkpoints written. */
  readonly signal?: AbortSignal;
  /** The repository of the code (default: that of `cwd`). */
  readonly repository?: string;
  /** The number of cores (default: those that the process may run on). */
  readonly cores?: number;
}

function chosen(names: readonly string[], entries: readonly RegistryEntry[]): RegistryEntry[] {
  if (names.length === 0) return [...entries];
  return [...new Set(names)].map((name) => {
    const entry = entries.find((e) => e.name === name), all = entries.map((e) => e.name);
    if (!entry) {
      throw new UsageError(`Unknown experiment "${name}"${closest(name, all)}: there are ${all.join(", ")}`);
    }
    return entry;
  });
}

/**
 * Returns the experiments that have the profile. Throws where one that was named has not, or none
 * has, and for settings that one of them has not.
 */
async function having(
  { profile, set }: RunSettings,
  entries: readonly RegistryEntry[],
  areNamed: boolean,
): Promise<RegistryEntry[]> {
  const found: RegistryEntry[] = [], complaints: string[] = [];
  checkNames(set, entries.map(({ name }) => name));
  for (const entry of entries) {
    // What cannot be loaded is told when its turn comes.
    const experiment = await entry.load().catch(() => undefined);
    if (experiment) withSettings(experiment, profile, set);
    if (!experiment || experiment.profiles[profile]) found.push(entry);
    else complaints.push(lacksProfile(experiment, profile));
  }
  if (complaints.length > 0 && (areNamed || found.length === 0)) throw new UsageError(complaints.join("\n"));
  return found;
}

function settingsFrom({ values }: ParsedArguments, cwd: string, options: ReproduceOptions): RunSettings {
  const given = values.data as string | undefined,
    choice = given === "real" || given === "simulated" ? given : undefined;
  const at = (path: string) => resolve(cwd, path);
  const engine = (values.engine ?? "auto") as EngineName, backend = values.backend as string | undefined;
  if (backend !== undefined && engine !== "tfjs") {
    throw new UsageError(
      `The option --backend needs --engine tfjs: engine ${engine} does not run eager operations`,
    );
  }
  const named = values.out === undefined ? undefined : String(values.out);
  const isPublished = named === undefined || at(named) === at(RESULTS);
  const set = (values.set as readonly string[] | undefined ?? []).map(parseSetting);
  return {
    profile: (values.profile ?? "quick") as ProfileName,
    seed: (values.seed ?? 0) as number,
    engine,
    backend,
    device: (values.device ?? "cpu") as Device,
    dtype: (values.dtype ?? "float32") as Precision,
    data: (choice ?? "auto") satisfies DataChoice,
    dataDir: choice ? undefined : given,
    cwd,
    out: at(isPublished ? (set.length > 0 ? SET_RESULTS : RESULTS) : named),
    simulatedOut: at(isPublished ? SIMULATED_RESULTS : named),
    resume: values.resume === true,
    set,
    signal: options.signal,
    repository: options.repository ?? cwd,
    cores: options.cores,
  };
}

/**
 * Writes the pages of folders of results. Resolves to false where another run's record is in the
 * way: those of this command are written all the same.
 */
async function writePages(folders: ReadonlySet<string>, cwd: string, terminal: Terminal): Promise<boolean> {
  try {
    for (const folder of folders) await writeIndex(folder);
    if (folders.has(`${cwd}/${RESULTS}`)) await updateFrontPage(`${cwd}/README.md`, `${cwd}/${RESULTS}`);
    return true;
  } catch (error) {
    terminal.warn(`FAILED: the pages of results are not up to date: ${reasonOf(error)}`);
    return false;
  }
}

/**
 * Runs the experiments that the arguments name. Resolves to the exit code, after all have run or
 * the signal has come: 0, 1 where any failed, 75 where one may succeed later, or that of the
 * signal.
 */
export function reproduce(args: readonly string[], options: ReproduceOptions = {}): Promise<number> {
  const { registry: entries = registry, cwd = Deno.cwd(), terminal = systemTerminal(), signal } = options;
  return runCommand(command, args, async (parsed) => {
    const settings = settingsFrom(parsed, cwd, options), { positionals } = parsed;
    const wanted = await having(settings, chosen(positionals, entries), positionals.length > 0);
    const verbose = parsed.values.verbose === true;
    const quiet: Terminal = verbose ? terminal : { ...terminal, print: () => {} };
    const runs: { name: string; outcome?: RunOutcome }[] = [];
    let code = OK;
    for (const entry of wanted) {
      try {
        const outcome = await runExperiment(entry, settings, quiet), { error } = outcome.record;
        runs.push({ name: entry.name, outcome });
        if (verbose) showAll(outcome, terminal);
        if (error !== null) terminal.warn(`FAILED: ${error}`);
        if (error !== null) code = FAILED;
      } catch (error) {
        runs.push({ name: entry.name });
        if (signal?.aborted) {
          code = error instanceof Ended ? error.code : FAILED;
          terminal.warn(`${reasonOf(error)}: what ${entry.name} has computed is kept; --resume goes on`);
          break;
        }
        terminal.warn(`FAILED: ${entry.name} could not be run: ${reasonOf(error)}`);
        code = code === FAILED || transientCode(error) === undefined ? FAILED : TRY_AGAIN;
      }
    }
    const outcomes = runs.flatMap(({ outcome }) => outcome ?? []);
    const isIndexed = await writePages(new Set(outcomes.map(({ out }) => out)), cwd, terminal);
    if (!verbose) { for (const outcome of outcomes) showTargets(outcome, terminal); }
    showOverview(
      settings.profile,
      runs.map(({ name, outcome }) => ({ name, record: outcome?.record })),
      terminal,
    );
    return isIndexed || code !== OK ? code : FAILED;
  });
}

if (import.meta.main) Deno.exit(await reproduce(Deno.args, { signal: systemSignal() }));
