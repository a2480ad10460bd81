import { ServeError } from "../protocol/serve_error.ts";
import type { Watch } from "../watch.ts";

/** Bytes of bodies that are held at the same time. */
export class ByteBudget {
  #free: number;

  constructor(readonly bytes: number) {
    this.#free = bytes;
  }

  /** Takes bytes. Throws ServeError 429 where there are not as many. */
  take(bytes: number): void {
    if (bytes > this.#free) {
      throw new ServeError(429, "the server holds as many bytes of requests as it may; try again", {
        "Retry-After": "1",
      });
    }
    this.#free -= bytes;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#free += bytes;
  }
}

/** Bounds of a body. */
export interface BodyBounds {
  /** The most bytes, also when they are unpacked. */
  readonly most: number;
  /** The milliseconds in which it has to come. */
  readonly within: number;
  /** Bytes of all bodies together. */
  readonly budget: ByteBudget;
  /** Tells when time is up. */
  readonly watch: Watch;
}

/**
 * Bytes of a body that is read at once, all counted before they come; larger ones come in parts,
 * each counted when it is there, at many times the cost.
 */
const SMALL = 2 ** 18;

/** The answer to a body that is too large. */
export const tooLarge = (most: number): ServeError =>
  new ServeError(413, `the body is too large, expected at most ${most} bytes`);

/**
 * Reads the body of a request, of which no byte beyond the bounds is kept. What it took of the
 * budget is given back by the caller, with `given`.
 *
 * @throws (rejects) ServeError 408 where it does not come in time, 413 where it is too large, 429
 * where the budget is spent.
 */
export function readBody(request: Request, bounds: BodyBounds): Promise<Uint8Array<ArrayBuffer>> {
  const length = Number(request.headers.get("content-length") ?? NaN);
  if (length > bounds.most) return Promise.reject(tooLarge(bounds.most));
  // A request's stream costs more than most requests: it is not asked for where the length is told.
  if (length <= SMALL) return readAtOnce(request, length, bounds);
  return request.body ? readParts(request.body, bounds) : Promise.resolve(new Uint8Array());
}

const late = (within: number): ServeError => new ServeError(408, `the body did not come within ${within} ms`);

const brokeOff = (): ServeError => new ServeError(400, "the body broke off");

function readAtOnce(
  request: Request,
  length: number,
  { within, budget, watch }: BodyBounds,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    budget.take(length);
    const fail = (error: ServeError) => {
      budget.give(length);
      reject(error);
    };
    const end = watch.add(within, () => fail(late(within)));
    request.arrayBuffer().then((buffer) => {
      end();
      if (buffer.byteLength === length) resolve(new Uint8Array(buffer));
      else fail(brokeOff());
    }, () => {
      end();
      fail(brokeOff());
    });
  });
}

async function readParts(
  body: ReadableStream<Uint8Array>,
  { most, within, budget, watch }: BodyBounds,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader(), chunks: Uint8Array[] = [];
  let size = 0, isLate = false;
  const end = watch.add(within, () => {
    isLate = true;
    reader.cancel().catch(() => {});
  });
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (size + part.value.length > most) throw tooLarge(most);
      budget.take(part.value.length);
      size += part.value.length;
      chunks.push(part.value);
    }
    if (isLate) throw late(within);
    return joined(chunks, size);
  } catch (error) {
    budget.give(size);
    reader.cancel().catch(() => {});
    throw error instanceof ServeError ? error : brokeOff();
  } finally {
    end();
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  if (chunks.length === 1) return chunks[0] as Uint8Array<ArrayBuffer>;
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
