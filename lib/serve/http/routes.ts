import { ServeError } from "../protocol/serve_error.ts";

/** A question that the server answers, by the path it is asked at. */
export type Route =
  | { readonly name: "live" | "ready" | "server" | "statistics" | "index" | "metrics" }
  | {
    readonly name: "model" | "modelReady" | "config" | "modelStatistics";
    readonly model: string;
    readonly version?: string;
  }
  | { readonly name: "infer"; readonly model: string; readonly version?: string }
  | { readonly name: "load" | "unload"; readonly model: string };

const FIXED = new Map<string, Route["name"]>([
  ["v2", "server"],
  ["v2/health/live", "live"],
  ["v2/health/ready", "ready"],
  ["v2/models/stats", "statistics"],
  ["v2/repository/index", "index"],
  ["metrics", "metrics"],
]);

const OF_MODELS = new Map<string | undefined, Route["name"]>([
  [undefined, "model"],
  ["ready", "modelReady"],
  ["config", "config"],
  ["stats", "modelStatistics"],
  ["infer", "infer"],
]);

const POSTED = new Set<Route["name"]>(["infer", "index", "load", "unload"]);

/** The most characters of a path. */
const LONGEST = 2000;

/** The most addresses that are remembered. */
const KNOWN = 1000;

/** Returns the path of an address, without the search behind it. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2), path = start < 0 ? "/" : url.slice(start);
  return path.replace(/[?#].*$/s, "");
}

/** Finds the routes of requests; it remembers those of addresses that were asked for. */
export class Router {
  readonly #known = new Map<string, Route>();

  /** @param base the path that the server is mounted at */
  constructor(readonly base: string) {}

  /**
   * Returns the route of a request.
   *
   * @throws ServeError 404 where there is none, 405 for another method than the route's.
   */
  find(method: string, url: string): Route {
    const key = `${method} ${url}`, known = this.#known.get(key);
    if (known) return known;
    const path = pathOf(url), { base } = this;
    const route = routeOf(method, path.startsWith(base) ? path.slice(base.length) : "");
    if (this.#known.size >= KNOWN) this.#known.clear();
    if (key.length <= LONGEST) this.#known.set(key, route);
    return route;
  }
}

/** Returns the route of a path. Throws ServeError 404 where there is none, 405 for its method. */
function routeOf(method: string, path: string): Route {
  const route = path.length <= LONGEST ? findRoute(path) : undefined;
  if (!route) throw new ServeError(404, `there is nothing at ${path.slice(0, 100)}`);
  const allowed = POSTED.has(route.name) ? ["POST"] : ["GET", "HEAD"];
  if (allowed.includes(method)) return route;
  throw new ServeError(405, `the method is ${method}, expected ${allowed[0]}`, { Allow: allowed.join(", ") });
}

function findRoute(path: string): Route | undefined {
  const whole = path.replace(/^\/|\/$/g, ""), fixed = FIXED.get(whole);
  if (fixed) return { name: fixed } as Route;
  const parts = whole.split("/").map(decoded);
  if (parts.some((part) => !part) || parts[0] !== "v2") return undefined;
  if (parts[1] === "repository" && parts[2] === "models" && parts.length === 5) {
    const [, , , model, name] = parts as string[];
    return name === "load" || name === "unload" ? { name, model } : undefined;
  }
  if (parts[1] !== "models" || !parts[2]) return undefined;
  const hasVersion = parts[3] === "versions" && parts.length >= 5, rest = parts.slice(hasVersion ? 5 : 3);
  const name = rest.length <= 1 ? OF_MODELS.get(rest[0]) : undefined;
  return name && { name, model: parts[2], ...(hasVersion && { version: parts[4] }) } as Route;
}

/** Returns a part of a path without its escapes; undefined where they are none. */
function decoded(part: string): string | undefined {
  try {
    return part.includes("%") ? decodeURIComponent(part) : part;
  } catch {
    return undefined;
  }
}
