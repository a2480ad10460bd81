/** The counts with which `deno test` ends. @module */

/** The numbers of tests by how they ended. */
export interface Counts {
  readonly passed: number;
  readonly steps: number;
  readonly failed: number;
  readonly failedSteps: number;
  readonly ignored: number;
}

const LINE =
  /^(?:ok|FAILED) \| (\d+) passed(?: \((\d+) steps?\))? \| (\d+) failed(?: \((\d+) steps?\))?(?: \| (\d+) ignored)?/gm;

/** No tests. */
export const NONE: Counts = { passed: 0, steps: 0, failed: 0, failedSteps: 0, ignored: 0 };

/** Reads the counts at the end of an output; undefined where a process ended without any. */
export function countsIn(output: string): Counts | undefined {
  const found = [...output.matchAll(LINE)].at(-1);
  if (!found) return undefined;
  const [passed, steps, failed, failedSteps, ignored] = found.slice(1).map((text) => Number(text ?? 0));
  return { passed, steps, failed, failedSteps, ignored };
}

/** Adds counts. */
export const addCounts = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  steps: a.steps + b.steps,
  failed: a.failed + b.failed,
  failedSteps: a.failedSteps + b.failedSteps,
  ignored: a.ignored + b.ignored,
});

/** Returns counts as `deno test` writes them. */
export function formatCounts(counts: Counts, seconds: number): string {
  const steps = (n: number) => n > 0 ? ` (${n} step${n === 1 ? "" : "s"})` : "";
  const { passed, failed, ignored } = counts;
  return [
    failed > 0 ? "FAILED" : "ok",
    `${passed} passed${steps(counts.steps)}`,
    `${failed} failed${steps(counts.failedSteps)}`,
    ...(ignored > 0 ? [`${ignored} ignored`] : []),
  ].join(" | ") + ` (${Math.floor(seconds / 60)}m${Math.round(seconds % 60)}s)`;
}
