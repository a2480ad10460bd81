import { type BarOutput, formatProgress, progressLine, standardError } from "../../lib/system/mod.ts";

/** A bar in the terminal. It ends with `using`, or by `done()`. */
export interface ProgressBar extends Disposable {
  /** Moves it to `done` of the total, with a short text behind it. */
  update(done: number, text?: string): void;
  /** Ends it. */
  done(): void;
}

/** The place that a command's texts go to; tests give their own. */
export interface Terminal {
  /** A line of results. */
  print(line: string): void;
  /** A line of notices and errors. */
  warn(line: string): void;
  /** A bar of a long computation. */
  progress(label: string, total: number): ProgressBar;
}

/** Returns a bar with a label, wiped off a terminal when done; elsewhere it is a line a minute. */
export function labelledBar(label: string, total: number, output: BarOutput = standardError): ProgressBar {
  const started = performance.now(), draw = progressLine(output);
  let ended = false;
  const end = () => {
    if (!ended && output.isTerminal()) output.write("\r\x1b[2K");
    ended = true;
  };
  return {
    update(done: number, text: string = ""): void {
      if (ended) return;
      const seconds = (performance.now() - started) / 1000;
      const line = () => [label, formatProgress({ done, total, seconds }), text].filter(Boolean).join(" ");
      draw(line, seconds, done >= total);
    },
    done: end,
    [Symbol.dispose]: end,
  };
}

/** Returns the terminal itself: results go to standard output, the rest to standard error. */
export function systemTerminal(): Terminal {
  return {
    print: (line) => console.log(line),
    warn: (line) => console.error(line),
    progress: (label, total) => labelledBar(label, total),
  };
}
