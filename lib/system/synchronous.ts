/**
 * Throws where a function that must be plain was asynchronous or a generator. The promise that it
 * returned is taken care of: whatever it rejects with later ends no program.
 *
 * @param act the act, as a clause for the message: `run model in seed: models are synchronous`
 * @param result what the function returned
 */
export function checkSynchronous(act: string, result: unknown): void {
  const kind = asynchronousKind(result);
  if (kind) throw new Error(`Cannot ${act}, it returned ${kind}`);
}

/** Names a promise, whose rejection is consumed, or a generator; undefined for other values. */
export function asynchronousKind(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (typeof (value as PromiseLike<unknown>).then === "function") {
    (value as PromiseLike<unknown>).then(undefined, () => {});
    return "a promise";
  }
  const tag = Object.prototype.toString.call(value);
  return tag === "[object Generator]" || tag === "[object AsyncGenerator]" ? "a generator" : undefined;
}
