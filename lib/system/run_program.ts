import { Buffer } from "node:buffer";
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
  /** The text that it reads on standard input (default: nothing). */
  readonly input?: string;
  /** Ends the program, and the wait for it, when aborted. */
  readonly signal?: AbortSignal;
}

interface Ended {
  readonly code: number;
  readonly signal: string | null;
  readonly bytes: Uint8Array;
  readonly err: string;
}

async function underDeno(
  program: string,
  args: readonly string[],
  { input, ...options }: ProgramOptions,
): Promise<Ended> {
  const streams = {
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  } as const;
  const child = new Deno.Command(program, { ...options, ...streams, args: [...args] }).spawn();
  // A program that ends before it has read everything is a result, too.
  const written = input === undefined
    ? undefined
    : new Response(input).body!.pipeTo(child.stdin).catch(() => {});
  const { code, signal, stdout: bytes, stderr } = await child.output();
  await written;
  return { code, signal, bytes, err: new TextDecoder().decode(stderr) };
}

// Under Deno, node:child_process would ask for permission to hand on LD_LIBRARY_PATH.
async function underNode(
  program: string,
  args: readonly string[],
  { cwd, env, signal, input }: ProgramOptions,
): Promise<Ended> {
  const { spawn } = await import("node:child_process");
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    signal,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  child.stdin?.on("error", () => {}).end(input);
  const parts: Uint8Array[] = [];
  let err = "";
  child.stdout!.on("data", (part) => parts.push(part));
  child.stderr!.setEncoding("utf8").on("data", (part) => err += part);
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code: code ?? 1, signal, bytes: new Uint8Array(Buffer.concat(parts)), err });
    });
  });
}

async function run(program: string, args: readonly string[], options: ProgramOptions): Promise<Ended> {
  try {
    return await (typeof Deno === "undefined" ? underNode : underDeno)(program, args, options);
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new Error(`Cannot run ${program}: ${shortReason(cause)}`, { cause });
  }
}

const lastLine = (text: string): string => text.split("\n").at(-1)!;

/**
 * Runs a program to its end and returns the texts it wrote. Throws (rejects) where it cannot be
 * started, as "Cannot run git: ..."; a program that fails is a result.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { bytes, err: complaints, ...ended } = await run(program, args, options), err = complaints.trim();
  const out = new TextDecoder().decode(bytes);
  return { ...ended, out, ok: ended.code === 0, err, complaint: lastLine(err) };
}

/**
 * Runs a program to its end and returns the bytes it wrote.
 *
 * @throws (rejects) Error where it cannot be started, and where it fails: with its complaint.
 */
export async function readProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Uint8Array> {
  const { code, bytes, err } = await run(program, args, options);
  if (code !== 0) throw new Error(`Cannot run ${program} ${args[0]}: ${lastLine(err.trim())}`);
  return bytes;
}
