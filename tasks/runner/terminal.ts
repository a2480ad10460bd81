import { formatProgress } from "../../lib/system/mod.ts";
import type { ProgressBar } from "../../lib/results/mod.ts";

/** Where a command's texts go; tests give their own. */
export interface Terminal {
  /** A line of results. */
  print(line: string): void;
  /** A line of notices and errors. */
  warn(line: string): void;
  /** A bar, drawn where a person is looking. */
  progress(label: string, total: number): ProgressBar;
}

/** A terminal is slow: so many milliseconds pass between drawings, but for the last. */
const INTERVAL = 100;

/** A bar on one line of a terminal, drawn over itself and wiped when done. */
export function drawnBar(label: string, total: number, write: (text: string) => void): ProgressBar {
  const started = performance.now();
  let last = -Infinity, ended = false;
  const end = () => {
    if (!ended) write("\r\x1b[2K");
    ended = true;
  };
  return {
    update(done: number, text: string = ""): void {
      const now = performance.now();
      if (ended || (now - last < INTERVAL && done < total)) return;
      last = now;
      const bar = formatProgress({ done, total, seconds: (now - started) / 1000 });
      write(`\r\x1b[2K${[label, bar, text].filter(Boolean).join(" ")}`);
    },
    done: end,
    [Symbol.dispose]: end,
  };
}

const silent: ProgressBar = { update() {}, done() {}, [Symbol.dispose]() {} };

/** The terminal itself: results to standard output, the rest to standard error; bars only where that is a terminal. */
export function systemTerminal(): Terminal {
  const encoder = new TextEncoder();
  return {
    print: (line) => console.log(line),
    warn: (line) => console.error(line),
    progress: (label, total) =>
      Deno.stderr.isTerminal()
        ? drawnBar(label, total, (text) => void Deno.stderr.writeSync(encoder.encode(text)))
        : silent,
  };
}
