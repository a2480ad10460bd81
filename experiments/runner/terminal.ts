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

const WIDTH = 24, INTERVAL = 80;

/** A bar on one line of a terminal, drawn over itself, at most every 80 ms; it is wiped when done. */
function bar(label: string, total: number, write: (text: string) => void): ProgressBar {
  let last = -Infinity, ended = false;
  const started = performance.now();
  const end = () => {
    if (!ended) write("\r\x1b[K");
    ended = true;
  };
  return {
    update(done: number, text: string = ""): void {
      const now = performance.now();
      if (ended || (now - last < INTERVAL && done < total)) return;
      last = now;
      const filled = Math.round(WIDTH * Math.min(1, total > 0 ? done / total : 1));
      const drawn = "█".repeat(filled) + "░".repeat(WIDTH - filled);
      write(`\r\x1b[K${label} ${drawn} ${done}/${total} ${((now - started) / 1000).toFixed(1)} s ${text}`);
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
        ? bar(label, total, (text) => Deno.stderr.writeSync(encoder.encode(text)))
        : silent,
  };
}
