import { jsonAnswer } from "../http/answers.ts";
import { modelConfiguration, modelMetadata, serverMetadata } from "../http/metadata.ts";
import { readBody } from "../http/read_body.ts";
import type { Route } from "../http/routes.ts";
import { parseBody } from "../protocol/read_infer.ts";
import { entriesOf, flagOf } from "../protocol/read_values.ts";
import { refuse, ServeError } from "../protocol/serve_error.ts";
import type { Inside } from "./inside.ts";
import { writeMetrics } from "./metrics.ts";
import type { ServedVersion } from "./served_version.ts";

/** The most bytes of a body that tells what to list or load. */
const SMALL = 65536;

/** The version of the server, which its metadata tell. */
const VERSION = "2.0";

const statisticsOf = ({ model: { name, version }, statistics }: ServedVersion) => ({
  name,
  version: String(version),
  ...statistics.toJSON(),
});

/**
 * Answers a request at a route. Throws (rejects) ServeError where there is no answer but an error.
 */
export async function answerRoute(
  route: Exclude<Route, { readonly name: "infer" }>,
  request: Request,
  inside: Inside,
): Promise<Response> {
  const { store, dispatcher, answers } = inside;
  switch (route.name) {
    case "live":
      return jsonAnswer({ live: true });
    case "ready":
      return jsonAnswer({ ready: store.isReady, live: true }, store.isReady ? 200 : 503);
    case "server":
      return jsonAnswer(serverMetadata(VERSION));
    case "model": {
      const { model } = store.find(route.model, route.version);
      return jsonAnswer(modelMetadata(model, store.ready(model.name).map((served) => served.model.version)));
    }
    case "modelReady":
      store.find(route.model, route.version);
      return jsonAnswer({ name: route.model, ready: true });
    case "config":
      if (route.version !== undefined) store.find(route.model, route.version);
      return jsonAnswer(modelConfiguration(store.config(route.model)));
    case "statistics":
      return jsonAnswer({ model_stats: store.ready().map(statisticsOf) });
    case "modelStatistics": {
      const versions = route.version === undefined
        ? store.ready(route.model)
        : [store.find(route.model, route.version)];
      return jsonAnswer({ model_stats: versions.map(statisticsOf) });
    }
    case "metrics": {
      const gauges = { waiting: dispatcher.waiting, workers: dispatcher.pool.size, answers };
      const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
      return new Response(writeMetrics(store.ready(), gauges), { headers });
    }
    case "index": {
      const { body } = await smallBody(request, inside), isReady = flagOf(body, "ready") ?? false;
      const entries = await store.index();
      return jsonAnswer(isReady ? entries.filter(({ state }) => state === "READY") : entries);
    }
    case "load": {
      const { parameters } = await smallBody(request, inside);
      for (const name of Object.keys(parameters)) {
        refuse(
          `the parameter "${
            name.slice(0, 60)
          }" is not supported: models are loaded as the repository has them`,
        );
      }
      await store.load(route.model);
      return jsonAnswer({});
    }
    case "unload":
      flagOf((await smallBody(request, inside)).parameters, "unload_dependents");
      await store.unload(route.model);
      return jsonAnswer({});
    default:
      throw new ServeError(404, "there is nothing");
  }
}

/** Reads a body of a few words, which may be empty. */
async function smallBody(
  request: Request,
  { bounds }: Inside,
): Promise<{ body: Readonly<Record<string, unknown>>; parameters: Readonly<Record<string, unknown>> }> {
  const bytes = await readBody(request, { ...bounds, most: SMALL });
  bounds.budget.give(bytes.length);
  const body = bytes.length ? parseBody(bytes) : {};
  return {
    body,
    parameters: body.parameters === undefined ? {} : entriesOf(body.parameters, '"parameters"'),
  };
}
