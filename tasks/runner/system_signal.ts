/** The end of a command by a signal of the system. */
export class Ended extends Error {
  /** The class's name, which a stack trace shows. */
  override name = "Ended";
  /** An end by a signal, which gives the exit code. */
  constructor(signal: string, readonly code: number) {
    super(`Ended by ${signal}`);
  }
}

/**
 * Returns a signal that comes with SIGTERM, by which schedulers end jobs, and SIGINT; its reason is
 * an `Ended` with the exit code, 143 or 130. A second SIGINT ends the process at once; SIGTERM may
 * come twice, by a job's own shell.
 */
export function systemSignal(): AbortSignal {
  const stop = new AbortController();
  for (const [name, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
    Deno.addSignalListener(name, () => {
      if (!stop.signal.aborted) stop.abort(new Ended(name, code));
      else if (name === "SIGINT") Deno.exit(code);
    });
  }
  return stop.signal;
}
