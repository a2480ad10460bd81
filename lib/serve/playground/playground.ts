import { checkOptions, type OptionNames, reasonOf } from "../../system/mod.ts";
import { checkToken } from "../http/access.ts";
import { errorAnswer, jsonAnswer } from "../http/answers.ts";
import { acceptedEncoding } from "../http/compression.ts";
import { pathOf } from "../http/routes.ts";
import { ServeError } from "../protocol/serve_error.ts";
import { pageAssets } from "./assets.ts";
import { type Content, contentOf, contentOfFile } from "./content.ts";
import { HEADERS } from "./headers.ts";
import { pageModelFile, pageModels } from "./page_models.ts";

/** A page on which exported models run in the browser, to be mounted in a server of HTTP. */
export interface Playground {
  /** Answers a request for the page or one of its files; undefined for any other. */
  handle(request: Request): Promise<Response> | undefined;
}

/** Options of `openPlayground`. */
export interface PlaygroundOptions {
  /** The path of the page (default "/"), with a slash at its end. */
  base?: string;
  /** A bearer token that requests for models must have (default: none). */
  token?: string;
}

const names: OptionNames<PlaygroundOptions> = { base: true, token: true };

/** The folder of all files but the page itself. */
const FOLDER = "playground/";

/**
 * Returns the handler of a page where the models of a repository run in the browser: the Deep
 * Markov Model composes, and the autoencoder draws. All that the page needs comes from this
 * handler, and nothing from the path is ever looked up in a file system: names are those of fixed
 * lists.
 *
 * @param repository the folder, as `openService` has it
 * @throws Error where the npm packages onnxruntime-web and @tonejs/midi are not installed, and for
 * options that are none.
 *
 * @example
 * ```ts
 * import { openPlayground } from "@pyrosaur/pyrosaur/serve";
 * import assert from "node:assert/strict";
 *
 * const playground = openPlayground("model_repository", { base: "/music/" });
 * const page = await playground.handle(new Request("http://localhost/music/"));
 * assert.equal(page?.headers.get("content-type"), "text/html; charset=utf-8");
 * assert.equal(playground.handle(new Request("http://localhost/other")), undefined);
 * ```
 */
export function openPlayground(repository: string, options: PlaygroundOptions = {}): Playground {
  checkOptions("open the playground", options, names);
  const { base = "/", token } = options, assets = pageAssets();
  if (!/^\/(.*\/)?$/.test(base)) {
    throw new Error(`Cannot open the playground: base is "${base}", expected a slash at each end`);
  }
  const find = async (path: string): Promise<Content | undefined> => {
    const asset = assets.get(path);
    if (asset) return await contentOfFile(asset);
    if (path === "models.json") {
      return contentOf(utf8({ models: await pageModels(repository) }), "application/json");
    }
    const [, name] = /^models\/(\w+)\.onnx$/.exec(path) ?? [];
    const bytes = name === undefined ? undefined : await pageModelFile(repository, name);
    return bytes && contentOf(bytes, "application/octet-stream");
  };
  return {
    handle(request) {
      const path = pathOf(request.url);
      if (!path.startsWith(base)) return undefined;
      const below = path.slice(base.length);
      if (below !== "" && !below.startsWith(FOLDER)) return undefined;
      const name = below === "" ? "index.html" : below.slice(FOLDER.length);
      return answer(request, async () => {
        if (name.startsWith("models")) checkToken(request, { token, origins: [] });
        return await find(name);
      });
    },
  };
}

const utf8 = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Answers with a file, or without it where the browser has the same already. Never rejects. */
async function answer(request: Request, find: () => Promise<Content | undefined>): Promise<Response> {
  const response = await answerOf(request, find).catch((error) =>
    error instanceof ServeError ? errorAnswer(error) : jsonAnswer({ error: reasonOf(error) }, 503)
  );
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}

async function answerOf(
  { method, headers }: Request,
  find: () => Promise<Content | undefined>,
): Promise<Response> {
  if (method !== "GET" && method !== "HEAD") {
    throw new ServeError(405, `the method is ${method}, expected GET`, { Allow: "GET, HEAD" });
  }
  const content = await find();
  if (!content) throw new ServeError(404, "there is no such file of the page");
  const { type, etag } = content;
  if (headers.get("if-none-match")?.includes(etag)) {
    return new Response(null, { status: 304, headers: { etag } });
  }
  const encoding = acceptedEncoding(headers.get("accept-encoding"));
  const { body, headers: packing } = await content.read(encoding);
  return new Response(method === "HEAD" ? null : body, {
    headers: { "content-type": type, "content-length": String(body.length), etag, ...packing },
  });
}
