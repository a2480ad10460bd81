/**
 * Runs a chunk of a sweep, in its folder: `run_cells.ts chunks/0003.txt done/0003.txt`. What is
 * done already is not done again; what was begun goes on from its checkpoints.
 *
 * @module
 */
import { registry } from "../../experiments/registry.ts";
import { reasonOf, writeFileAtomic } from "../../lib/system/mod.ts";
import { readRecord } from "../../lib/results/mod.ts";
import { reproduce } from "../reproduce.ts";
import { hashFolder } from "../runner/code.ts";
import { systemSignal } from "../runner/system_signal.ts";
import { systemTerminal } from "../runner/terminal.ts";
import type { RegistryEntry } from "../../experiments/registry.ts";
import type { Cell } from "./grid.ts";

/** A cell with the data that it takes. */
interface PlannedCell extends Cell {
  /** The data, as `reproduce --data` takes them. */
  readonly data: string;
}

/** Parses the cells of a chunk. */
const cellsIn = (text: string): PlannedCell[] => text.trim().split("\n").map((line) => JSON.parse(line));

/** Returns the arguments of `reproduce` for a cell. */
export const argumentsOf = ({ path, experiment, profile, seed, set, data }: PlannedCell): string[] => [
  experiment,
  ...["--profile", profile, "--seed", String(seed), "--set", "seeds=1"],
  ...set.flatMap((setting) => ["--set", setting]),
  ...["--data", data, "--out", path, "--resume"],
];

/** Options for tests; the defaults are the project's own. */
interface CellsOptions {
  /** The experiments there are. */
  readonly registry?: readonly RegistryEntry[];
  /** The folder of the sweep. */
  readonly cwd?: string;
  /** Ends the run under way, with its checkpoints written. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the cells of a chunk and says how each ended, and the seconds that it took. A run that fails
 * for good is a result, and told by its record. Resolves to the exit code: 0, or that of the first
 * cell that has none.
 */
export async function runCells(chunk: string, done: string, options: CellsOptions = {}): Promise<number> {
  const { registry: entries = registry, cwd = Deno.cwd(), signal } = options, lines: string[] = [];
  const hashes = new Map<string, Promise<string>>();
  for (const cell of cellsIn(await Deno.readTextFile(`${cwd}/${chunk}`))) {
    const { experiment, profile, path } = cell,
      folder = entries.find(({ name }) => name === experiment)?.folder;
    const own = hashes.get(experiment) ?? (folder ? hashFolder(folder) : Promise.resolve(""));
    hashes.set(experiment, own);
    const find = async () => {
      // A torn or an old record is one to be written again.
      const found = await readRecord(`${cwd}/${path}`, experiment, profile).catch(() => undefined);
      return found?.code.hash === await own ? found : undefined;
    };
    let record = await find();
    const began = performance.now();
    if (!record) {
      const terminal = { ...systemTerminal(), print: () => {} },
        repository = new URL("../../", import.meta.url).pathname;
      const code = await reproduce(argumentsOf(cell), {
        registry: entries,
        cwd,
        repository,
        terminal,
        signal,
        cores: 1,
      });
      record = await find();
      if (!record) return code || 1;
    }
    const seconds = (performance.now() - began) / 1000;
    lines.push(`${path}\t${record.status}\t${seconds.toFixed(3)}\n`);
  }
  await writeFileAtomic(`${cwd}/${done}`, lines.join(""));
  return 0;
}

if (import.meta.main) {
  const [chunk, done] = Deno.args;
  const code = await runCells(chunk, done, { signal: systemSignal() }).catch((error) => {
    console.error(reasonOf(error));
    return 1;
  });
  Deno.exit(code);
}
