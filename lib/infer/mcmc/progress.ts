import { progressLine, standardError } from "../../system/mod.ts";
import type { BarOutput } from "../../system/mod.ts";

/** A chain on its way. */
export interface ChainProgress {
  /** Transitions made in this run. */
  readonly done: number;
  /** Transitions to make. */
  readonly total: number;
  /** Divergences after the warm-up. */
  readonly divergences: number;
}

/** A report of chains on their way. */
export interface MCMCProgressReport {
  /** Each chain. */
  readonly chains: readonly ChainProgress[];
  /** Seconds since the start. */
  readonly seconds: number;
}

/** Receives reports of chains. */
export type MCMCProgress = (report: MCMCProgressReport) => void;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Returns a report as one line: share done, a bar for each chain, transitions, divergences. */
export function formatChains({ chains, seconds }: MCMCProgressReport, width = 24): string {
  const done = sum(chains.map((c) => c.done)), total = sum(chains.map((c) => c.total));
  const own = Math.max(4, Math.floor(width / chains.length));
  const bars = chains.map(({ done, total }) => {
    const filled = total === 0 ? own : Math.round(done / total * own);
    return `[${"#".repeat(filled)}${"-".repeat(own - filled)}]`;
  });
  const divergences = sum(chains.map((c) => c.divergences)), rate = seconds > 0 ? done / seconds : 0;
  return `${String(Math.round(total === 0 ? 100 : done / total * 100)).padStart(3)}% ${bars.join("")} ` +
    `${done}/${total}  ${rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3)}/s  ${divergences} divergences`;
}

/** Draws reports on standard error: as bars on a terminal, elsewhere as a line a minute. */
export function chainBars(output: BarOutput = standardError): MCMCProgress {
  const draw = progressLine(output), end = output.isTerminal() ? "\n" : "";
  return (report) => {
    const isLast = report.chains.every(({ done, total }) => done >= total);
    draw(() => formatChains(report) + (isLast ? end : ""), report.seconds, isLast);
  };
}
