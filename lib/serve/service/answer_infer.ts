import { acceptedEncoding, packed, unpacked } from "../http/compression.ts";
import { readBody } from "../http/read_body.ts";
import { type InferAnswer, writeInfer } from "../protocol/write_infer.ts";
import { freeBuffer } from "../free.ts";
import type { Inside } from "./inside.ts";
import type { ServedVersion } from "./served_version.ts";

/**
 * Answers a request for inference. Throws (rejects) ServeError where it fails, which is counted.
 * One function: a promise for each of its parts would cost as much as they do.
 */
export async function answerInfer(
  { model, queue, reader, calls, statistics: { success, fail } }: ServedVersion,
  request: Request,
  { dispatcher, bounds, settings }: Inside,
): Promise<Response> {
  const start = performance.now(), { headers } = request;
  let held = 0;
  calls.begin();
  try {
    const body = await readBody(request, bounds), sent = headers.get("content-encoding");
    held = body.length;
    const whole = sent === null ? body : await unpacked(body, sent, bounds.most);
    const infer = reader.read(whole, headers.get("inference-header-content-length"));
    const time = Math.min(settings.timeout, infer.timeout ?? Infinity);
    const accepted = headers.get("accept-encoding");
    const encoding = accepted === null ? undefined : acceptedEncoding(accepted);
    const response = await dispatcher.submit(
      queue,
      infer.inputs,
      (outputs) => answerOf(writeInfer(infer, outputs, model), encoding),
      time,
      () => request.signal,
    );
    // Its model has run: nobody reads them any more.
    freeBuffer(whole.buffer);
    success.add(performance.now() - start);
    return response;
  } catch (error) {
    fail.add(performance.now() - start);
    throw error;
  } finally {
    bounds.budget.give(held);
    calls.end();
  }
}

/** Returns the answer, packed where that is accepted; a body is copied before this returns. */
function answerOf(
  { body, headerLength }: InferAnswer,
  encoding: ReturnType<typeof acceptedEncoding>,
): Response | Promise<Response> {
  if (!encoding) return new Response(body, { headers: headersOf(headerLength, undefined) });
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body.slice();
  return packed(bytes, encoding).then(({ body, headers }) =>
    new Response(body, { headers: headersOf(headerLength, headers) })
  );
}

const headersOf = (headerLength: number | undefined, more: Record<string, string> | undefined) =>
  headerLength === undefined ? { "content-type": "application/json", ...more } : {
    "content-type": "application/octet-stream",
    "inference-header-content-length": String(headerLength),
    ...more,
  };
