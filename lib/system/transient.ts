/** Codes of the system for what passes by itself, or by an act that is not on the program. */
const CODES: ReadonlySet<string> = new Set([
  ...["ENOSPC", "EDQUOT", "EIO", "EROFS", "ESTALE", "ENOMEM", "EMFILE", "ENFILE"],
  ...["EAGAIN", "EBUSY", "ETIMEDOUT", "ECONNRESET", "ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH"],
]);

/** Returns an error that is transient by its own word: another process is in the way, say. */
export const transientError = (message: string, options: ErrorOptions = {}): Error =>
  Object.assign(new Error(message, options), { code: "EAGAIN" });

/**
 * Returns the code of the system that makes an error, or one that it was caused by, transient: a
 * full disk, a file system that is not there, memory that is lacking. Undefined where the same
 * would happen again.
 *
 * @example A full disk
 * ```ts
 * import { transientCode } from "@pyrosaur/pyrosaur/system";
 * import assert from "node:assert/strict";
 *
 * const cause = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
 * assert.equal(transientCode(new Error("Cannot write a checkpoint", { cause })), "ENOSPC");
 * assert.equal(transientCode(new Error("The model is wrong")), undefined);
 * ```
 */
export function transientCode(thrown: unknown): string | undefined {
  const seen = new Set<unknown>();
  for (let error = thrown; error instanceof Error && !seen.has(error); error = error.cause) {
    seen.add(error);
    const { code } = error as Error & { code?: unknown };
    if (typeof code === "string" && CODES.has(code)) return code;
  }
}
