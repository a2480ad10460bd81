/** Reads a file. Throws (rejects), naming what was to be read and why it could not be. */
export async function readNamed(what: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof Error
      ? cause.message
      : cause;
    throw new Error(`Cannot read ${what} ${path}: ${reason}`, { cause });
  }
}
