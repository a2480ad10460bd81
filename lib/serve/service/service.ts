import { CallsUnderWay, reasonOf } from "../../system/mod.ts";
import { addCrossOrigin, checkOrigin, checkToken, preflight } from "../http/access.ts";
import { errorAnswer } from "../http/answers.ts";
import { ByteBudget } from "../http/read_body.ts";
import { pathOf, Router } from "../http/routes.ts";
import { Dispatcher } from "../pool/dispatcher.ts";
import { SHUT, WorkerPool } from "../pool/worker_pool.ts";
import { ServeError } from "../protocol/serve_error.ts";
import { Watch } from "../watch.ts";
import { answerInfer } from "./answer_infer.ts";
import { answerRoute } from "./answer_route.ts";
import type { Inside } from "./inside.ts";
import { ModelStore } from "./model_store.ts";
import { type ServiceOptions, settingsOf } from "./service_options.ts";

/** A server of exported models, to be mounted in a server of HTTP. */
export interface Service {
  /** Answers a request; never rejects. */
  handle(request: Request): Promise<Response>;
  /** Returns the models that are not ready, with the reasons. */
  problems(): Promise<string[]>;
  /** Returns the fields of configurations that Triton knows and that are not used, by models. */
  notUsed(): string[];
  /** Answers what was taken, refuses the rest with status 503, and ends the Workers. */
  close(): Promise<void>;
}

const WORKER = new URL("../pool/model_worker.ts", import.meta.url);

/**
 * Loads the models of a repository, as `writeModels` and Triton have it, into Workers, and returns
 * their server by the Open Inference Protocol (V2, REST), with its extensions for binary data,
 * classification, configurations, the repository and statistics. A model that cannot be loaded is
 * named in the repository's index, and asked for is answered with status 503 and the reason.
 *
 * @param repository the folder
 * @throws (rejects) Error for a folder that cannot be read, and for options that are none.
 *
 * @example
 * ```ts
 * import { exportOnnx } from "@pyrosaur/pyrosaur/compile";
 * import { openService, writeModels } from "@pyrosaur/pyrosaur/serve";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * const double = (x: Tensor) => ({ y: x.mul(2) });
 * const { bytes } = exportOnnx(double, [tf.zeros([2])], { inputs: ["x"] });
 * const tensor = (name: string) => ({ name, dataType: "FP32" as const, dims: [2] });
 * const config = { name: "double", input: [tensor("x")], output: [tensor("y")] };
 * await writeModels(folder, [{ config, bytes }]);
 *
 * const service = await openService(folder);
 * const server = Deno.serve({ port: 0, onListen: () => {} }, service.handle);
 * const response = await fetch(`http://localhost:${server.addr.port}/v2/models/double/infer`, {
 *   method: "POST",
 *   body: JSON.stringify({ inputs: [{ name: "x", datatype: "FP32", shape: [2], data: [1, 2] }] }),
 * });
 * assert.deepEqual((await response.json()).outputs[0].data, [2, 4]);
 * await service.close();
 * await server.shutdown();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function openService(repository: string, options: ServiceOptions = {}): Promise<Service> {
  const settings = settingsOf(options);
  const watch = new Watch(), pool = new WorkerPool(WORKER, settings.threads, watch, () => dispatcher.pump());
  const dispatcher: Dispatcher = new Dispatcher(pool, settings.maxWaiting, settings.timeout);
  const store = new ModelStore(repository, pool);
  const { maxBodyBytes: most, bodyTimeout: within } = settings, budget = new ByteBudget(4 * most);
  await pool.start(settings.workers);
  try {
    await store.loadAll();
  } catch (error) {
    pool.close();
    throw error;
  }
  return new OpenService({
    settings,
    store,
    dispatcher,
    bounds: { most, within, budget, watch },
    answers: new Map(),
  });
}

/** Routes that are answered without a token: they ask for nothing but health. */
const OPEN = new Set(["live", "ready"]);

class OpenService implements Service {
  readonly #calls = new CallsUnderWay();
  #closed: Promise<void> | undefined;

  readonly #router: Router;

  constructor(readonly inside: Inside) {
    this.#router = new Router(inside.settings.base);
  }

  readonly handle = async (request: Request): Promise<Response> => {
    const start = performance.now(), { settings, answers } = this.inside, { log } = settings;
    let response: Response, error: string | undefined;
    this.#calls.begin();
    try {
      try {
        response = await this.#answer(request);
      } catch (cause) {
        response = errorAnswer(cause);
        error = reasonOf(cause);
      }
      addCrossOrigin(request, response, settings);
      const { status } = response;
      answers.set(status, (answers.get(status) ?? 0) + 1);
      log?.({
        time: new Date().toISOString(),
        method: request.method,
        path: pathOf(request.url),
        status,
        milliseconds: performance.now() - start,
        ...(error !== undefined && { error }),
      });
      return response;
    } finally {
      this.#calls.end();
    }
  };

  #answer(request: Request): Promise<Response> | Response {
    const { settings } = this.inside, { method } = request;
    if (this.#closed && pathOf(request.url) !== `${settings.base}/v2/health/live`) {
      throw new ServeError(503, SHUT, { "Retry-After": "1", Connection: "close" });
    }
    const beside = settings.beside?.(request);
    if (beside) return beside;
    checkOrigin(request, settings);
    if (method === "OPTIONS") return preflight();
    const route = this.#router.find(method, request.url);
    if (!OPEN.has(route.name)) checkToken(request, settings);
    if (route.name !== "infer") return answerRoute(route, request, this.inside);
    return answerInfer(this.inside.store.find(route.model, route.version), request, this.inside);
  }

  async problems(): Promise<string[]> {
    const index = await this.inside.store.index();
    return index.filter(({ state }) => state !== "READY")
      .map(({ name, version, reason }) => `${name}${version ? `, version ${version}` : ""}: ${reason}`);
  }

  notUsed(): string[] {
    return this.inside.store.notUsed();
  }

  close(): Promise<void> {
    return this.#closed ??= this.#calls.ended().then(() => this.inside.dispatcher.pool.close());
  }
}
