/**
 * Asks a server from many connections at once: `load.ts ADDRESS MODEL json|binary CONCURRENCY
 * SECONDS INPUT...`, an input as `name:datatype:length,length`. Prints a LoadReport.
 *
 * @module
 */
import { quantile } from "../../lib/statistics/mod.ts";
import { formatRequest, readAnswer } from "./raw_http.ts";

/** The figures of a load. */
export interface LoadReport {
  /** Requests that were answered. */
  readonly requests: number;
  readonly seconds: number;
  /** Quantiles of the time of a request, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds at the beginning that do not count. */
const WARM = 250;

const [address, model, form, concurrency, duration, ...inputs] = Deno.args;
const [hostname, port] = address.split(":");

const request = formatRequest(address, `/v2/models/${model}/infer`, inputs, form === "json");
const times: number[] = [], start = performance.now() + WARM, end = start + 1000 * Number(duration);

async function client(): Promise<void> {
  using connection = await Deno.connect({ hostname, port: Number(port) });
  connection.setNoDelay(true);
  const buffer = new Uint8Array(2 ** 18);
  for (let begun = performance.now(); begun < end;) {
    for (let at = 0; at < request.length;) at += await connection.write(request.subarray(at));
    const status = await readAnswer(connection, buffer);
    if (status !== 200) throw new Error(`The server answered with status ${status}`);
    const now = performance.now();
    // Those that end within the time count: with slow models some always began before it.
    if (now >= start && now <= end) times.push(now - begun);
    begun = now;
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, client));
const seconds = Number(duration);
const [p50, p99] = [0.5, 0.99].map((q) => quantile(times, q));
console.log(JSON.stringify({ requests: times.length, seconds, p50, p99 } satisfies LoadReport));
