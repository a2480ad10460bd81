import process from "node:process";

/** A report of a long computation on its way. */
export interface ProgressReport {
  /** Steps done in this run. */
  readonly done: number;
  /** Steps to do. */
  readonly total: number;
  /** Seconds since the start. */
  readonly seconds: number;
  /** The mean loss of the newest steps, where there is one. */
  readonly loss?: number;
}

/** Receives reports. */
export type Progress = (report: ProgressReport) => void;

/** The place that progress is drawn in. */
export interface BarOutput {
  /** Tells whether it is a terminal, where a line can be drawn over itself. */
  isTerminal(): boolean;
  /** Writes text. */
  write(text: string): void;
}

/** Standard error. */
export const standardError: BarOutput = {
  isTerminal: () => process.stderr.isTTY === true,
  write: (text) => void process.stderr.write(text),
};

/**
 * Returns a writer of one line that changes: on a terminal it is drawn over itself ten times a
 * second at most, and always at last; elsewhere a new line is written once a minute.
 */
export function progressLine(
  output: BarOutput = standardError,
): (text: () => string, seconds: number, isLast: boolean) => void {
  const isTerminal = output.isTerminal(), interval = isTerminal ? 0.1 : 60;
  let drawn = isTerminal ? -Infinity : 0;
  return (text, seconds, isLast) => {
    if (seconds - drawn < interval && !(isTerminal && isLast)) return;
    drawn = seconds;
    output.write(isTerminal ? `\r\x1b[2K${text()}` : `${text()}\n`);
  };
}

const clock = (seconds: number): string => {
  const s = Math.round(seconds), pad = (n: number) => String(n).padStart(2, "0");
  return s < 3600
    ? `${pad(Math.floor(s / 60))}:${pad(s % 60)}`
    : `${Math.floor(s / 3600)}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}`;
};

/** Returns a report as one line: share done, bar, steps, rate, time left, loss. */
export function formatProgress({ done, total, seconds, loss }: ProgressReport, width = 24): string {
  const share = total === 0 ? 1 : done / total, filled = Math.round(share * width);
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? clock((total - done) / rate) : "--:--";
  const bar = "#".repeat(filled) + "-".repeat(width - filled);
  const speed = rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3);
  return `${String(Math.round(share * 100)).padStart(3)}% [${bar}] ${done}/${total}  ${speed}/s  ${
    clock(seconds)
  }<${left}` +
    (loss === undefined ? "" : `  loss ${loss.toPrecision(6)}`);
}

/** Draws reports on standard error: as a bar on a terminal, elsewhere as a line a minute. */
export function progressBar(output: BarOutput = standardError): Progress {
  const draw = progressLine(output), end = output.isTerminal() ? "\n" : "";
  return (report) => {
    const isLast = report.done >= report.total;
    draw(() => formatProgress(report) + (isLast ? end : ""), report.seconds, isLast);
  };
}

/** Returns the receiver that an option asks for: true is a bar, false nothing. */
export function progressOf(option: boolean | Progress): Progress {
  return typeof option === "function" ? option : option ? progressBar() : () => {};
}
