/** One portion of the tests in a process of its own. @module */
import { fileURLToPath } from "node:url";
import { type Counts, countsIn, NONE } from "./counts.ts";
import type { Portion } from "./portions.ts";

/** The permissions of tests: those that the commands have among them. */
const PERMISSIONS = ["read", "env", "sys", "ffi", "write", "net", "run"].map((name) => `--allow-${name}`);

/** The program that tests the examples in comments. */
const EXAMPLES = fileURLToPath(new URL("./test_examples.ts", import.meta.url));

/** The result of a portion. */
export interface Tested {
  /** The output, errors among it. */
  readonly output: string;
  /** Its counts; one failure more where the process ended without any, or by an error besides. */
  readonly counts: Counts;
  /** The lines that name tests that failed, or what else did. */
  readonly failures: readonly string[];
}

/** Collects a stream's text. */
async function collect(stream: Deno.ChildProcess["stdout"], parts: string[]): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) parts.push(text);
}

/** The list with which `deno test` ends where tests fail: a line each. */
const failuresIn = (output: string): string[] =>
  [...output.matchAll(/^ FAILURES *\n\n((?:.+\n)+)/gm)].flatMap(([, list]) => list.trimEnd().split("\n"));

/** Returns what `deno test` is given for a portion: files, or the program of examples. */
const targets = (portion: Portion): readonly string[] =>
  portion.some((path) => /\.test\.ts$|\.md$/.test(path))
    ? ["--doc", ...portion]
    : [EXAMPLES, "--", ...portion];

/**
 * Tests a portion, without a check of types.
 *
 * @param options for `deno test`
 */
export async function runPortion(
  portion: Portion,
  options: readonly string[],
  cwd?: string,
): Promise<Tested> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-check", ...PERMISSIONS, "--unstable-webgpu", ...options, ...targets(portion)],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const parts: string[] = [];
  await Promise.all([collect(child.stdout, parts), collect(child.stderr, parts)]);
  const { code } = await child.status, output = parts.join(""), counts = countsIn(output);
  const failures = failuresIn(output);
  if (counts && (code === 0 || counts.failed > 0)) return { output, counts, failures };
  const { failed, ...others } = counts ?? NONE;
  return {
    output,
    counts: { ...others, failed: failed + 1 },
    failures: [...failures, `${portion.join(" ")}: the process ended with code ${code}`],
  };
}
