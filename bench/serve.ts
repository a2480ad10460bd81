import { fileURLToPath } from "node:url";
import { registry } from "../experiments/registry.ts";
import { exportParts } from "../lib/serve/mod.ts";
import { Peers } from "./peers/peers.ts";
import type { LimitReport } from "./serve/limit.ts";
import type { LoadReport } from "./serve/load.ts";
import { type ServerProcess, startOwn, startServer } from "./serve/server.ts";
import { child } from "./shared/child.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";

/** Seconds of each load, and connections that ask at the same time. */
const SECONDS = 1, CONCURRENCIES = [1, 8, 64];

/** Requests for the resident set: those before it is first looked at, and all. */
const FIRST = 10_000, ALL = 100_000;

/** The models: their rows in a request, and its inputs. */
const LOADS = [
  { name: "emitter", model: "dmm_emitter", rows: 1, inputs: ["z:FP32:1,100"] },
  { name: "emitter/rows=64", model: "dmm_emitter", rows: 64, inputs: ["z:FP32:64,100"] },
  { name: "vae_decoder", model: "vae_decoder", rows: 1, inputs: ["z:FP32:1,50"] },
  {
    name: "guide",
    model: "dmm_guide",
    rows: 4,
    inputs: ["notes:FP32:64,4,88", "lengths:INT32:4", "noise:FP32:64,4,100"],
  },
];

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Exports the models from the parameters among the results. */
async function exportModels(folder: string): Promise<void> {
  for (const [name, profile] of [["dmm", "tuned"], ["vae", "full"]]) {
    const exportable = await registry.find((entry) => entry.name === name)!.loadExport!();
    const { parts, metadata } = await exportable(
      path(`../results/${name}/${profile}/parameters.safetensors`),
    );
    await exportParts(parts, metadata, folder);
  }
}

const load = (
  server: ServerProcess,
  model: string,
  form: string,
  clients: number,
  seconds: number,
  inputs: readonly string[],
) => child<LoadReport>(path("./serve/load.ts"), [server.address, model, form, clients, seconds, ...inputs]);

/** Loads a server by each number of clients, once its code is compiled, and adds its figures. */
async function loads(
  add: Add,
  server: ServerProcess,
  { name, model, rows, inputs }: typeof LOADS[number],
  form: string,
  suffix: string,
): Promise<void> {
  await load(server, model, form, 8, SECONDS, inputs);
  for (const clients of CONCURRENCIES) {
    const { requests, seconds, p50, p99 } = await load(server, model, form, clients, SECONDS, inputs);
    const place = `serve/${name}/c=${clients}`;
    add(`${place}/rows_per_s${suffix}`, rows * requests / seconds, "rows/s", requests);
    add(`${place}/p50_ms${suffix}`, p50, "ms", requests);
    add(`${place}/p99_ms${suffix}`, p99, "ms", requests);
  }
}

type Add = (name: string, value: number, unit: string, n: number) => void;

/**
 * Rows a second and times of the server of exported models over sockets, by the number of clients
 * that ask at the same time, beside the same model in a loop in one process (`limit`) and beside
 * Deno.serve with bodies of as many bytes (`limit_http`); the resident set over 100,000 requests;
 * and, with peers, the same requests as JSON here and in MLServer.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  const add: Add = (name, value, unit, n) => void measured.push({ name, value, unit, n });
  const folder = await Deno.makeTempDir({ prefix: "pyrosaur-" });
  try {
    await exportModels(folder);
    const file = (model: string) => `${folder}/${model}/1/model.onnx`;
    for (const { name, model, rows, inputs } of LOADS) {
      const { runs, seconds } = await child<LimitReport>(path("./serve/limit.ts"), [
        file(model),
        SECONDS,
        ...inputs,
      ]);
      add(`serve/${name}/limit/rows_per_s`, rows * runs / seconds, "rows/s", runs);
    }
    // The answers of the emitter have 176 numbers a row.
    for (const entry of LOADS.slice(0, 2)) {
      const bare = ["run", "--allow-net", path("./serve/limit_http.ts"), String(200 + 704 * entry.rows)];
      await using server = await startServer(Deno.execPath(), bare);
      await loads(add, server, entry, "binary", "/limit_http");
    }
    {
      await using server = await startOwn(folder);
      for (const entry of LOADS) await loads(add, server, entry, "binary", "");
      if (wanted) await loads(add, server, LOADS[0], "json", "/json");
      await memory(add, server);
    }
    if (wanted && (await new Peers().present(["mlserver", "onnxruntime"])).length === 2) {
      await using server = await startServer(Deno.env.get("PYROSAUR_PYTHON") || "python3", [
        path("./peers/serve_mlserver.py"),
        file(LOADS[0].model),
        LOADS[0].model,
        "18462",
      ]);
      await loads(add, server, LOADS[0], "json", "/peer=mlserver");
    }
    return measured;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Adds the resident set after the first requests, and its growth over all. */
async function memory(add: Add, server: ServerProcess): Promise<void> {
  const [{ model, inputs }] = LOADS;
  let asked = 0, first = 0;
  while (asked < ALL) {
    asked += (await load(server, model, "binary", 64, SECONDS, inputs)).requests;
    if (asked >= FIRST) first ||= await server.memory();
  }
  const last = await server.memory();
  add("serve/memory_mb", last, "MB", asked);
  add("serve/memory_growth", last / first - 1, "of the first", asked);
}
