import { createHash, timingSafeEqual } from "node:crypto";
import { ServeError } from "../protocol/serve_error.ts";

/** Who may ask, and from where. */
export interface Access {
  /** The bearer token that requests must have. */
  readonly token?: string;
  /** Origins of pages that may ask, as "https://example.org"; "*" for all. */
  readonly origins: readonly string[];
}

const digest = (text: string): Uint8Array => createHash("sha256").update(text).digest();

/** Tells whether two texts are equal, in a time that does not depend on where they differ. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** Throws ServeError 401 for a request without the token. */
export function checkToken(request: Request, { token }: Access): void {
  if (token === undefined) return;
  const [, given = ""] = /^bearer +(.*)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (isSame(given, token)) return;
  throw new ServeError(401, "a bearer token is needed: Authorization: Bearer TOKEN", {
    "WWW-Authenticate": "Bearer",
  });
}

/**
 * Returns the headers that let a page of another origin read the answer; none for a page of the
 * server's own, and for clients that are no pages.
 *
 * @throws ServeError 403 for a page of an origin that may not ask: its requests come from a
 * visitor's browser, which may reach what the page's owner cannot.
 */
export function crossOrigin(request: Request, { origins }: Access): Record<string, string> {
  const origin = request.headers.get("origin");
  if (origin === null || isOwn(origin, request)) return {};
  if (!origins.includes(origin) && !origins.includes("*")) {
    throw new ServeError(
      403,
      `pages of ${origin.slice(0, 100)} may not ask: the server has to be told of them`,
    );
  }
  return {
    "Access-Control-Allow-Origin": origins.includes("*") ? "*" : origin,
    "Access-Control-Expose-Headers": "Inference-Header-Content-Length, Retry-After",
    Vary: "Origin",
  };
}

const isOwn = (origin: string, request: Request): boolean =>
  origin.replace(/^https?:\/\//, "") === request.headers.get("host");

/** Returns the answer to a browser's question whether a page may ask. */
export const preflight = (headers: Record<string, string>): Response =>
  new Response(null, {
    status: 204,
    headers: {
      ...headers,
      "Access-Control-Allow-Methods": "GET, POST",
      "Access-Control-Allow-Headers":
        "Authorization, Content-Type, Content-Encoding, Inference-Header-Content-Length",
      "Access-Control-Max-Age": "600",
    },
  });
