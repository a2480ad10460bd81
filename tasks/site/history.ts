import { git, parseRecord, readBlobs, RECORD_PATH, type RunRecord } from "../../lib/results/mod.ts";

/** The contents of something at a commit that changed it. */
export interface Version<T> {
  /** The commit. */
  readonly commit: string;
  /** Its time, ISO 8601. */
  readonly date: string;
  /** The contents. */
  readonly value: T;
}

/** One figure of a benchmark. */
export interface BenchFigure {
  /** Its path, with `/peer=NAME` for other software. */
  readonly name: string;
  /** Its value. */
  readonly value: number;
  /** Its unit. */
  readonly unit: string;
}

/** The course of results over commits, the oldest first. */
export interface History {
  /** Records by `<experiment>/<profile>`. */
  readonly runs: ReadonlyMap<string, readonly Version<RunRecord>[]>;
  /** Figures by the name of a benchmark. */
  readonly benches: ReadonlyMap<string, readonly Version<readonly BenchFigure[]>[]>;
}

/** Returns the changes of files below a folder: commit, time and paths, the oldest first. */
async function changes(
  cwd: string,
  folder: string,
): Promise<{ commit: string; date: string; paths: string[] }[]> {
  const format = "--format=%x01%H %cI", filter = "--diff-filter=AMR";
  const { ok, out } = await git(cwd, "log", format, "--name-only", "--relative", filter, "--", folder)
    .catch(() => ({ ok: false, out: "" }));
  if (!ok) return [];
  return out.split("\x01").slice(1).reverse().map((entry) => {
    const [head, ...paths] = entry.split("\n").filter(Boolean), [commit, date] = head.split(" ");
    return { commit, date, paths };
  });
}

/** Returns the figures of a benchmark's record; a line of its environment is none. */
export const figuresOf = (text: string): BenchFigure[] =>
  text.trim().split("\n").map((line) => JSON.parse(line)).filter((line) => line.name !== undefined);

/**
 * Reads the course of records and benchmarks from git; empty outside a repository. What could not
 * be read when it was committed is passed over.
 *
 * @param results the folder of results, from `cwd`
 */
export async function readHistory(cwd: string, results: string): Promise<History> {
  const runs = new Map<string, Version<RunRecord>[]>(), benches = new Map<string, Version<BenchFigure[]>[]>();
  const put = <T>(map: Map<string, Version<T>[]>, key: string, version: Version<T>) =>
    map.set(key, [...map.get(key) ?? [], version]);
  for (const { commit, date, paths } of await changes(cwd, results)) {
    const within = (path: string) => path.slice(results.length + 1),
      isBench = (path: string) => /^bench\/\w+\.jsonl$/.test(within(path));
    const wanted = paths.filter((path) => RECORD_PATH.test(within(path)) || isBench(path));
    for (const [path, bytes] of await readBlobs(cwd, commit, wanted)) {
      if (!bytes) continue;
      const text = new TextDecoder().decode(bytes);
      try {
        if (isBench(path)) put(benches, within(path).slice(6, -6), { commit, date, value: figuresOf(text) });
        else put(runs, within(path).slice(0, -5), { commit, date, value: parseRecord(text, path) });
      } catch { /* a form that was never published */ }
    }
  }
  return { runs, benches };
}
