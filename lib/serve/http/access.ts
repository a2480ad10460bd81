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

const isOwn = (origin: string, request: Request): boolean =>
  origin.replace(/^https?:\/\//, "") === request.headers.get("host");

const isTold = (origin: string, { origins }: Access): boolean =>
  origins.includes(origin) || origins.includes("*");

/**
 * Throws ServeError 403 for a page of an origin that may not ask: its requests come from a
 * visitor's browser, which may reach what the page's owner cannot.
 */
export function checkOrigin(request: Request, access: Access): void {
  const origin = request.headers.get("origin");
  if (origin === null || isOwn(origin, request) || isTold(origin, access)) return;
  throw new ServeError(
    403,
    `pages of ${origin.slice(0, 100)} may not ask: the server has to be told of them`,
  );
}

/** Lets a page of another origin that may ask read an answer, an error too. */
export function addCrossOrigin(request: Request, { headers }: Response, access: Access): void {
  if (access.origins.length === 0) return;
  const origin = request.headers.get("origin");
  if (origin === null || !isTold(origin, access)) return;
  headers.set("access-control-allow-origin", access.origins.includes("*") ? "*" : origin);
  headers.set("access-control-expose-headers", "Inference-Header-Content-Length, Retry-After");
  headers.set("vary", "Origin");
}

/** Returns the answer to a browser's question whether a page may ask. */
export const preflight = (): Response =>
  new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers":
        "Authorization, Content-Type, Content-Encoding, Inference-Header-Content-Length",
      "access-control-max-age": "600",
    },
  });
