import { runProgram, shortReason } from "../../lib/system/mod.ts";

/** One line of the report. */
export interface Finding {
  /** The thing examined. */
  readonly subject: string;
  /** True where it can be used. */
  readonly ok: boolean;
  /** A description, or the reason why it cannot be used. */
  readonly finding: string;
}

/** Examines one part of the machine. */
export type Probe = () => Promise<Finding | Finding[]> | Finding[];

/** Returns what `describe` says of a subject that can be used, or the reason that it throws. */
export async function attempt(subject: string, describe: () => Promise<string> | string): Promise<Finding> {
  try {
    return { subject, ok: true, finding: await describe() };
  } catch (error) {
    return { subject, ok: false, finding: shortReason(error) };
  }
}

/** Returns the output of a program, or undefined where it is absent or fails. */
export async function output(command: string, args: string[]): Promise<string | undefined> {
  try {
    const { ok, out, err } = await runProgram(command, args);
    return ok ? out.trim() || err : undefined;
  } catch {
    return undefined;
  }
}
