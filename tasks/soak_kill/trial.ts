import { look, OTHER_PROFILE } from "./look.ts";
import { pause, start, type Started } from "./processes.ts";

/** An experiment that is killed, with what whole runs of it are. */
export interface Subject {
  /** Its name. */
  readonly experiment: string;
  /** The folder that its processes run in. */
  readonly cwd: string;
  /** The folder of results in which the first run lies; each kill begins with a copy of it. */
  readonly earlier: string;
  /** Fingerprints of whole runs by their seeds. */
  readonly whole: ReadonlyMap<number, string>;
  /** The seconds that a run takes. */
  readonly seconds: number;
}

/** Seeds of the run that is replaced, the one that is killed, and another one's into its place. */
export const SEEDS = { earlier: 0, killed: 5, second: 9 } as const;

/** The findings about one kill. */
export interface Trial {
  /** True where it was killed while it wrote its results. */
  readonly wrote: boolean;
  /** True where a second run was refused because the first was under way. */
  readonly refused: boolean;
  /** The faults that were found. */
  readonly faults: readonly string[];
}

/** The arguments of a run. */
export const argsOf = (experiment: string, out: string, seed: number): string[] => [
  experiment,
  ...["--data", "simulated", "--out", out, "--seed", String(seed)],
];

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Tells whether a folder of results has one that is being written. */
async function isWriting(out: string): Promise<boolean> {
  for await (const { name } of Deno.readDir(out)) if (name.endsWith(".unfinished")) return true;
  return false;
}

/** Waits until results are written, or the run has ended; then for a moment within the writing. */
async function untilWriting(out: string, run: Started, moment: number): Promise<void> {
  let hasEnded = false;
  run.ended.then(() => hasEnded = true);
  while (!hasEnded && !await isWriting(out)) await pause(1);
  await pause(moment);
}

/**
 * Kills a run that replaces an earlier one, at a moment of its time or of its writing, while
 * another process writes into the same folder; looks whether the folder holds one whole run; and
 * lets the run go on to its end, which must be that of a run that was never killed. Undefined where
 * the run had ended before.
 */
export async function trial(subject: Subject, random: () => number): Promise<Trial | undefined> {
  const { experiment, cwd, earlier, whole, seconds } = subject, out = `${cwd}/out`, faults: string[] = [];
  await Deno.remove(out, { recursive: true }).catch(() => {});
  await copy(earlier, out);
  const run = start("./run.ts", cwd, ...argsOf(experiment, out, SEEDS.killed));
  // A second run of the same, or a writer of another profile, which swaps the same folder.
  const isSame = random() < 0.5, whileWriting = isSame && random() < 0.6;
  const second = pause(1000 * seconds * random() * 0.6).then(() =>
    isSame
      ? start("./run.ts", cwd, ...argsOf(experiment, out, SEEDS.second))
      : start("./write.ts", out, experiment)
  );
  if (whileWriting) await untilWriting(out, run, 80 * random() ** 2);
  else await pause(1000 * seconds * random());
  const wrote = await isWriting(out);
  run.kill();
  const { signal } = await run.ended;
  const check = async (when: string, profile = "quick", allowed?: Iterable<string>) => {
    const found = await look(out, experiment, profile),
      isKnown = !allowed || [...allowed].includes(found.fingerprint);
    const own = [...found.faults, ...(isKnown ? [] : ["its numbers are those of no run"])];
    faults.push(...own.map((fault) => `${experiment}, ${profile}, ${when}: ${fault}`));
  };
  if (isSame) await check("after the kill", "quick", whole.values());
  const other = await second;
  if (!isSame) {
    await pause(1500 * random());
    other.kill();
  }
  const { code, complaint } = await other.ended, refused = isSame && code !== 0 && / holds /.test(complaint);
  await check("after the other writer", "quick", whole.values());
  const hasOther = await Deno.stat(`${out}/${experiment}/${OTHER_PROFILE}.json`).catch(() => undefined);
  if (hasOther) await check("after the other writer", OTHER_PROFILE);
  // A second run that was not refused has put its own checkpoints in their place.
  const resume = isSame && !refused ? [] : ["--resume"];
  const again = start("./run.ts", cwd, ...argsOf(experiment, out, SEEDS.killed), ...resume);
  const end = await again.ended, before = faults.length;
  await check("resumed", "quick", [whole.get(SEEDS.killed)!]);
  if (faults.length > before && end.complaint) faults.push(`${experiment}, resumed, said: ${end.complaint}`);
  for await (const { name } of Deno.readDir(out)) {
    if (name.startsWith(".")) faults.push(`${experiment}, resumed: ${name} is left`);
  }
  return signal === "SIGKILL" || faults.length > 0 ? { wrote, refused, faults } : undefined;
}
