/** A request that is answered with an error: its status, and a text for the caller. */
export class ServeError extends Error {
  /** The class's name, which a stack trace shows. */
  override name = "ServeError";

  /**
   * @param status the status of HTTP
   * @param message the text of the answer's `error`
   * @param headers further headers of the answer (default: none)
   */
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Throws the answer to a request that is wrong in itself. */
export function refuse(message: string): never {
  throw new ServeError(400, message);
}

/** Returns a value of a request as messages show it: as JSON, cut short. */
export function shown(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  const text = JSON.stringify(value, (_, v) => typeof v === "bigint" ? String(v) : v) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
