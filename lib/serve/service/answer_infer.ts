import { acceptedEncoding, packed, unpacked } from "../http/compression.ts";
import { readBody } from "../http/read_body.ts";
import { writeInfer } from "../protocol/write_infer.ts";
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
    const body = await readBody(request, bounds), encoding = headers.get("content-encoding");
    held = body.length;
    const whole = encoding === null ? body : await unpacked(body, encoding, bounds.most);
    const infer = reader.read(whole, headers.get("inference-header-content-length"));
    const time = Math.min(settings.timeout, infer.timeout ?? Infinity);
    const results = await dispatcher.submit(queue, infer.inputs, time, () => request.signal);
    const answer = writeInfer(infer, results, model), accepted = headers.get("accept-encoding");
    const small = accepted === null ? undefined : await packed(answer.body, acceptedEncoding(accepted));
    const response = new Response(small?.body ?? answer.body, {
      headers: headersOf(answer.headerLength, small?.headers),
    });
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

const headersOf = (headerLength: number | undefined, more: Record<string, string> | undefined) =>
  headerLength === undefined ? { "content-type": "application/json", ...more } : {
    "content-type": "application/octet-stream",
    "inference-header-content-length": String(headerLength),
    ...more,
  };
