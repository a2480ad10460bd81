/**
 * Runs experiments and writes their records, curves and figures: `deno task reproduce [name ...]`.
 *
 * @module
 */
import { resolve } from "node:path";
import { table } from "arquero";
import type { Device, EngineName, Precision } from "../lib/compile/mod.ts";
import type { DataChoice } from "../lib/data/mod.ts";
import { closest, reasonOf } from "../lib/system/mod.ts";
import { formatTable } from "../lib/plot/table.ts";
import {
  meetsTarget,
  metricsTable,
  type ProfileName,
  PROFILES,
  type RunRecord,
  writeIndex,
} from "../lib/results/mod.ts";
import { registry, type RegistryEntry } from "../experiments/registry.ts";
import { type CommandSpec, type ParsedArguments, runCommand, UsageError } from "./runner/arguments.ts";
import { updateFrontPage } from "./runner/front_page.ts";
import { lacksProfile, runExperiment, type RunOutcome } from "./runner/run_experiment.ts";
import type { RunSettings } from "./runner/run_settings.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

// Keys of records, so that the compiler notices an engine or a device that is missing here.
const ENGINES = Object.keys({ auto: 0, onnx: 0, js: 0, xla: 0, tfjs: 0 } satisfies Record<EngineName, 0>);
const BACKENDS = ["auto", "tensorflow", "webgpu", "wasm", "cpu"];
const DEVICES = Object.keys({ cpu: 0, cuda: 0, webgpu: 0 } satisfies Record<Device, 0>);

/** Where results of real data go unless `--out` says otherwise. */
const RESULTS = "results";

const command: CommandSpec = {
  name: "reproduce",
  summary: "Runs experiments, all of them where none is named, and writes their records, curves and figures.",
  positionals: "[name ...]",
  maximum: Infinity,
  options: {
    profile: {
      kind: "text",
      choices: PROFILES,
      help: "the size: minutes on two cores, the paper's, or with settings of our own (default quick)",
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
    resume: { kind: "flag", help: "go on from the checkpoints of a run that was stopped" },
    data: {
      kind: "text",
      placeholder: "DIR|real|simulated",
      help: "a folder of data; real: no twins; simulated: only twins",
    },
  },
};

/** Whose experiments, where, and who is told; the defaults are the project's own. */
interface ReproduceOptions {
  /** The experiments there are. */
  readonly registry?: readonly RegistryEntry[];
  /** The folder that results and checkpoints are relative to. */
  readonly cwd?: string;
  /** Where texts go. */
  readonly terminal?: Terminal;
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

/** The experiments that have the profile. Throws where one that was named has not, or none has. */
async function having(
  profile: ProfileName,
  entries: readonly RegistryEntry[],
  areNamed: boolean,
): Promise<RegistryEntry[]> {
  const found: RegistryEntry[] = [], complaints: string[] = [];
  for (const entry of entries) {
    // What cannot be loaded is told when its turn comes.
    const experiment = await entry.load().catch(() => undefined);
    if (!experiment || experiment.profiles[profile]) found.push(entry);
    else complaints.push(lacksProfile(experiment, profile));
  }
  if (complaints.length > 0 && (areNamed || found.length === 0)) throw new UsageError(complaints.join("\n"));
  return found;
}

function settingsFrom({ values }: ParsedArguments, cwd: string): RunSettings {
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
  const simulatedOut = named === undefined || at(named) === at(RESULTS) ? ".pyrosaur/simulated" : named;
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
    out: at(named ?? RESULTS),
    simulatedOut: at(simulatedOut),
    resume: values.resume === true,
  };
}

/** What a run found, for the terminal. */
function show({ record, out, tables }: RunOutcome, terminal: Terminal): void {
  const label = record.simulated ? " · SIMULATED DATA" : "";
  terminal.print(`\n${record.title} (${record.experiment}, ${record.profile})${label}\n`);
  if (record.metrics.length > 0) terminal.print(formatTable(metricsTable(record)));
  for (const [name, rows] of tables) terminal.print(`\n${name}\n${formatTable(rows)}`);
  const figures = record.artifacts.filter((a) => a.path.endsWith(".svg"));
  if (figures.length > 0) {
    terminal.print(["\nFigures:", ...figures.map((a) => `  ${out}/${a.path}`)].join("\n"));
  }
  terminal.print(`\nRecord: ${out}/${record.experiment}/${record.profile}.json`);
  if (record.error !== null) terminal.warn(`FAILED: ${record.error}`);
}

/** How many targets were met, as `9 of 10`; of simulated data the known parameters that were recovered. */
function targetsMet({ metrics }: RunRecord): string {
  const verdicts = metrics.map(meetsTarget).filter((met) => met !== null);
  return verdicts.length === 0 ? "" : `${verdicts.filter((met) => met).length} of ${verdicts.length}`;
}

/** Runs the experiments that the arguments name. Resolves to the exit code: 1 where any failed, after all have run. */
export function reproduce(args: readonly string[], options: ReproduceOptions = {}): Promise<number> {
  const { registry: entries = registry, cwd = Deno.cwd(), terminal = systemTerminal() } = options;
  return runCommand(command, args, async (parsed) => {
    const settings = settingsFrom(parsed, cwd), { positionals } = parsed;
    const wanted = await having(settings.profile, chosen(positionals, entries), positionals.length > 0);
    const rows: {
      experiment: string;
      data: string;
      status: string;
      targets: string;
      seconds: number | null;
    }[] = [];
    const folders = new Set<string>();
    for (const entry of wanted) {
      try {
        const outcome = await runExperiment(entry, settings, terminal), { record } = outcome;
        show(outcome, terminal);
        folders.add(outcome.out);
        const data = record.simulated ? "simulated" : "real", targets = targetsMet(record);
        rows.push({ experiment: entry.name, data, status: record.status, targets, seconds: record.seconds });
      } catch (error) {
        terminal.warn(
          `FAILED: ${entry.name} could not be run: ${reasonOf(error)}`,
        );
        rows.push({ experiment: entry.name, data: "", status: "failed", targets: "", seconds: null });
      }
    }
    for (const folder of folders) await writeIndex(folder);
    if (folders.has(`${cwd}/${RESULTS}`)) await updateFrontPage(`${cwd}/README.md`, `${cwd}/${RESULTS}`);
    const column = <K extends keyof typeof rows[number]>(name: K) => rows.map((row) => row[name]);
    terminal.print(`\n${
      formatTable(table({
        experiment: column("experiment"),
        profile: rows.map(() => settings.profile),
        data: column("data"),
        status: column("status"),
        "targets met": column("targets"),
        seconds: column("seconds"),
      }))
    }`);
    return rows.some((row) => row.status !== "ok") ? 1 : 0;
  });
}

if (import.meta.main) Deno.exit(await reproduce(Deno.args));
