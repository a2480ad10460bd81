import { acceptedEncoding, packed, unpacked } from "../http/compression.ts";
import { readBody } from "../http/read_body.ts";
import { readInfer } from "../protocol/read_infer.ts";
import { writeInfer } from "../protocol/write_infer.ts";
import type { Inside } from "./inside.ts";
import type { ServedVersion } from "./served_version.ts";

/**
 * Answers a request for inference. Throws (rejects) ServeError where it fails, which is counted.
 */
export function answerInfer(served: ServedVersion, request: Request, inside: Inside): Promise<Response> {
  const start = performance.now(), { success, fail } = served.statistics;
  return served.calls.during(async () => {
    try {
      const response = await infer(served, request, inside);
      success.add(performance.now() - start);
      return response;
    } catch (error) {
      fail.add(performance.now() - start);
      throw error;
    }
  });
}

async function infer(
  { model, queue }: ServedVersion,
  request: Request,
  { settings, dispatcher, budget, watch }: Inside,
): Promise<Response> {
  const { maxBodyBytes: most, bodyTimeout: within, timeout } = settings, { headers } = request;
  const body = await readBody(request, { most, within, budget, watch });
  try {
    const whole = await unpacked(body, headers.get("content-encoding"), most);
    const infer = readInfer(whole, headers.get("inference-header-content-length"), model);
    const time = Math.min(timeout, infer.timeout ?? Infinity);
    const results = await dispatcher.submit(queue, infer.inputs, time, () => request.signal);
    const answer = writeInfer(infer, results, model), { headerLength } = answer;
    const small = await packed(answer.body, acceptedEncoding(headers.get("accept-encoding")));
    return new Response(small.body, {
      headers: {
        "content-type": headerLength === undefined ? "application/json" : "application/octet-stream",
        ...(headerLength !== undefined && { "inference-header-content-length": String(headerLength) }),
        ...small.headers,
      },
    });
  } finally {
    budget.give(body.length);
  }
}
