import { ServeError } from "../protocol/serve_error.ts";

/** Returns an answer of JSON. */
export const jsonAnswer = (
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });

/** Returns the answer to a request that failed: JSON with a text under "error". */
export function errorAnswer(error: unknown): Response {
  if (error instanceof ServeError) return jsonAnswer({ error: error.message }, error.status, error.headers);
  return jsonAnswer({ error: "the server failed" }, 500);
}
