/** A process that was started, and what it writes. */
export interface Started {
  /** Resolves to its end: the exit code, the signal that killed it, and what it complained of. */
  readonly ended: Promise<{ code: number; signal: string | null; complaint: string }>;
  /** Kills it at once. */
  kill(): void;
}

/** Starts a script of this folder. */
export function start(script: string, ...args: string[]): Started {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", new URL(script, import.meta.url).pathname, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const ended = child.output().then(({ code, signal, stderr }) => ({
    code,
    signal,
    complaint: new TextDecoder().decode(stderr).trim(),
  }));
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch { /* it has ended already */ }
  };
  return { ended, kill };
}

/** Resolves after some milliseconds. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
