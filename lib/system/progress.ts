/** What a long computation reports as it goes. */
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

/** Where a progress bar is drawn. */
export interface BarOutput {
  /** Whether it is a terminal; elsewhere nothing is drawn. */
  isTerminal(): boolean;
  /** Writes text. */
  write(text: string): void;
}

const standardError: BarOutput = {
  isTerminal: () => Deno.stderr.isTerminal(),
  write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
};

const clock = (seconds: number): string => {
  const s = Math.round(seconds), pad = (n: number) => String(n).padStart(2, "0");
  return s < 3600
    ? `${pad(Math.floor(s / 60))}:${pad(s % 60)}`
    : `${Math.floor(s / 3600)}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}`;
};

/** A report as one line: share done, bar, steps, rate, time left, loss. */
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

/** Draws reports as a bar on standard error where that is a terminal, and nothing elsewhere. */
export function progressBar(output: BarOutput = standardError): Progress {
  if (!output.isTerminal()) return () => {};
  let drawn = -Infinity;
  return (report) => {
    const isLast = report.done >= report.total;
    // A terminal is slow: a few frames a second are enough.
    if (!isLast && report.seconds - drawn < 0.1) return;
    drawn = report.seconds;
    output.write(`\r\x1b[2K${formatProgress(report)}${isLast ? "\n" : ""}`);
  };
}

/** The receiver that an option asks for: true is a bar, false nothing. */
export function progressOf(option: boolean | Progress): Progress {
  return typeof option === "function" ? option : option ? progressBar() : () => {};
}
