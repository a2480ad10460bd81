import { availableParallelism } from "node:os";
import { checkOptions, type OptionNames } from "../../system/mod.ts";

/** A request that was answered, for a log. */
export interface LogEntry {
  /** The time of the answer, as ISO 8601. */
  readonly time: string;
  /** The method of HTTP. */
  readonly method: string;
  /** The path of the URL. */
  readonly path: string;
  /** The status of the answer; 499 where the caller was gone. */
  readonly status: number;
  /** Milliseconds from the request's head to the answer. */
  readonly milliseconds: number;
  /** The text of an error. */
  readonly error?: string;
}

/** Options of `openService`. */
export interface ServiceOptions {
  /** Workers, each with a session a model (default: as many as cores that may be run on). */
  workers?: number;
  /** Threads of ONNX Runtime in each (default 1: results do not depend on their number). */
  threads?: number;
  /**
   * The most bytes of a request's body, also unpacked (default 64 MiB); all together four times it.
   */
  maxBodyBytes?: number;
  /** The most requests that wait for a Worker (default 1024). */
  maxWaiting?: number;
  /** Milliseconds in which a request is answered, and a run has to be done (default 30,000). */
  timeout?: number;
  /** Milliseconds in which a body has to come (default 10,000). */
  bodyTimeout?: number;
  /** A bearer token that requests must have, but those for health (default: none). */
  token?: string;
  /** Origins of other sites' pages that may ask; "*" for all (default: none). */
  origins?: readonly string[];
  /** The path that the protocol's paths are behind (default ""): "/models" for /models/v2. */
  base?: string;
  /**
   * Answers requests beside the protocol, as a page's `handle` does, which are logged and counted
   * like others; undefined for those that are not its own (default: none are).
   */
  beside?(request: Request): Promise<Response> | undefined;
  /** Receives each answered request (default: no log). */
  log?(entry: LogEntry): void;
}

const names: OptionNames<ServiceOptions> = {
  workers: true,
  threads: true,
  maxBodyBytes: true,
  maxWaiting: true,
  timeout: true,
  bodyTimeout: true,
  token: true,
  origins: true,
  base: true,
  beside: true,
  log: true,
};

/** Options with defaults in the place of what is not given. */
export type Settings =
  & Required<Omit<ServiceOptions, "token" | "beside" | "log">>
  & Pick<ServiceOptions, "token" | "beside" | "log">;

/**
 * Returns options with their defaults. Throws Error for names and numbers that are none of theirs.
 */
export function settingsOf(options: ServiceOptions): Settings {
  checkOptions("open a service", options, names);
  const defined = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: Settings = {
    workers: availableParallelism(),
    threads: 1,
    maxBodyBytes: 64 * 2 ** 20,
    maxWaiting: 1024,
    timeout: 30_000,
    bodyTimeout: 10_000,
    origins: [],
    base: "",
    ...defined,
  };
  for (
    const name of ["workers", "threads", "maxBodyBytes", "maxWaiting", "timeout", "bodyTimeout"] as const
  ) {
    const value = settings[name];
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new Error(`Cannot open a service: ${name} is ${value}, expected a positive integer`);
    }
  }
  if (settings.token === "") throw new Error("Cannot open a service: the token is empty");
  return settings;
}
