import process from "node:process";
import { shortReason } from "./reason.ts";

/** The result of a program that was run. */
export interface ProgramResult {
  /** True where it ended with exit code 0. */
  readonly ok: boolean;
  /** The exit code. */
  readonly code: number;
  /** The signal that ended it, or null. */
  readonly signal: string | null;
  /** The text on standard output, as written. */
  readonly out: string;
  /** The text on standard error, without space around it. */
  readonly err: string;
  /** The last line on standard error: usually the reason of a failure. */
  readonly complaint: string;
}

/** The surroundings of a program. */
export interface ProgramOptions {
  /** The folder it runs in (default: the present one). */
  readonly cwd?: string;
  /** Environment variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program, and the wait for it, when aborted. */
  readonly signal?: AbortSignal;
}

type Ended = Pick<ProgramResult, "code" | "signal" | "out" | "err">;

async function underDeno(program: string, args: readonly string[], options: ProgramOptions): Promise<Ended> {
  const streams = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  const command = new Deno.Command(program, { ...options, ...streams, args: [...args] });
  const { code, signal, stdout, stderr } = await command.output(), text = new TextDecoder();
  return { code, signal, out: text.decode(stdout), err: text.decode(stderr) };
}

// Under Deno, node:child_process would ask for permission to hand on LD_LIBRARY_PATH.
async function underNode(
  program: string,
  args: readonly string[],
  { cwd, env, signal }: ProgramOptions,
): Promise<Ended> {
  const { spawn } = await import("node:child_process");
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (part) => text.out += part);
  child.stderr.setEncoding("utf8").on("data", (part) => text.err += part);
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? 1, signal, ...text }));
  });
}

/**
 * Runs a program to its end and returns the texts it wrote. Throws (rejects) where it cannot be
 * started, as "Cannot run git: ..."; a program that fails is a result.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  let ended: Ended;
  try {
    ended = await (typeof Deno === "undefined" ? underNode : underDeno)(program, args, options);
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new Error(`Cannot run ${program}: ${shortReason(cause)}`, { cause });
  }
  const err = ended.err.trim();
  return { ...ended, ok: ended.code === 0, err, complaint: err.split("\n").at(-1)! };
}
