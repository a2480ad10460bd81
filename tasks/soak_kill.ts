/**
 * Kills experiments at random moments and looks at what they leave:
 * `deno task soak:kill [name ...] [--kills N] [--seed S] [--json]`.
 *
 * @module
 */
import { table } from "arquero";
import { formatTable } from "../lib/plot/mod.ts";
import { random } from "../lib/tensor/mod.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { shortRegistry } from "./soak_kill/experiments.ts";
import { look } from "./soak_kill/look.ts";
import { start } from "./soak_kill/processes.ts";
import { argsOf, SEEDS, type Subject, type Trial, trial } from "./soak_kill/trial.ts";

const names = shortRegistry.map(({ name }) => name);

const command: CommandSpec = {
  name: "soak:kill",
  summary:
    "Kills runs (kill -9) that replace an earlier one while another process writes into the same folder, looks whether " +
    "one whole run is left, and resumes them: the end must be that of a run that was never killed.",
  positionals: "[name ...]",
  maximum: names.length,
  options: {
    kills: { kind: "integer", help: "stop after so many kills (default 50)" },
    seed: { kind: "integer", help: "the moments' seed (default: another one each time)" },
    json: { kind: "flag", help: "write a JSON object a line" },
  },
};

/** Makes whole runs of an experiment by all seeds: what any run must be one of. */
async function subjectOf(experiment: string, folder: string): Promise<Subject> {
  const cwd = `${folder}/${experiment}`, whole = new Map<number, string>();
  await Deno.mkdir(cwd, { recursive: true });
  let seconds = 0;
  for (const seed of Object.values(SEEDS)) {
    const out = `${cwd}/whole-${seed}`, began = performance.now();
    const { code, complaint } = await start("./run.ts", cwd, ...argsOf(experiment, out, seed)).ended;
    seconds = (performance.now() - began) / 1000;
    const { faults, fingerprint } = await look(out, experiment);
    // Too short a training may miss its targets: that is a whole run all the same.
    if (faults.length > 0) {
      throw new Error(`Cannot run ${experiment} (exit code ${code}): ${faults[0]}\n${complaint}`);
    }
    whole.set(seed, fingerprint);
  }
  return { experiment, cwd, earlier: `${cwd}/whole-${SEEDS.earlier}`, whole, seconds };
}

/** The share of kills of experiments that take longer than the first. */
const LONGER = 0.2;

/** Kills as the arguments say. Resolves to the exit code: 1 where anything was wrong. */
export function soakKill(
  args: readonly string[],
  print: (line: string) => void = console.log,
): Promise<number> {
  return runCommand(command, args, async ({ values, positionals }) => {
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown) throw new UsageError(`Unknown experiment "${unknown}": there are ${names.join(", ")}`);
    const { kills = 50, seed = crypto.getRandomValues(new Uint32Array(1))[0] } = values as Record<
      string,
      number
    >;
    const folder = await Deno.makeTempDir({ prefix: "pyrosaur-kill-" }), began = performance.now();
    const tell = (line: string) => values.json ? undefined : print(line);
    tell(`Seed ${seed}`);
    const trials: Trial[] = [], chosen = positionals.length > 0 ? positionals : names;
    try {
      const subjects: Subject[] = [];
      for (const name of chosen) {
        subjects.push(await subjectOf(name, folder));
        tell(`${name}: a whole run takes ${subjects.at(-1)!.seconds.toFixed(1)} s`);
      }
      for (let i = 0; trials.length < kills; i++) {
        const numbers = uniforms(seed, i), [first, ...others] = subjects;
        const subject = others.length > 0 && numbers() < LONGER ? others[i % others.length] : first;
        const found = await trial(subject, numbers);
        if (!found) continue;
        trials.push(found);
        for (const fault of found.faults) tell(`WRONG: ${fault}`);
        tell(`kill ${trials.length}: ${subject.experiment}${found.wrote ? ", while it wrote" : ""}`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true }).catch(() => {});
    }
    const count = (isSo: (t: Trial) => boolean) => trials.filter(isSo).length;
    const faults = trials.flatMap((t) => t.faults);
    const rows = [
      { name: "kill/kills", value: trials.length, unit: "kills", n: 1 },
      { name: "kill/while_writing", value: count((t) => t.wrote), unit: "kills", n: trials.length },
      { name: "kill/second_refused", value: count((t) => t.refused), unit: "runs", n: trials.length },
      { name: "kill/wrong", value: count((t) => t.faults.length > 0), unit: "kills", n: trials.length },
      { name: "kill/time_s", value: (performance.now() - began) / 1000, unit: "s", n: 1 },
    ];
    if (values.json) { for (const row of rows) print(JSON.stringify(row)); }
    else {
      const column = <K extends keyof (typeof rows)[number]>(key: K) => rows.map((row) => row[key]);
      print(formatTable(table({ name: column("name"), value: column("value"), unit: column("unit") })));
    }
    if (faults.length > 0) throw new Error(`Seed ${seed} shows:\n${faults.join("\n")}`);
    return 0;
  });
}

/** Returns a generator of numbers from 0 to 1, those of one kill. */
function uniforms(seed: number, kill: number): () => number {
  const values = random.uniform(random.key(seed).foldIn(kill), [16]).dataSync();
  let at = 0;
  return () => values[at++ % values.length];
}

if (import.meta.main) Deno.exit(await soakKill(Deno.args));
