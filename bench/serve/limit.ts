/**
 * Runs a model again and again in this process, with nothing around it: `limit.ts FILE SECONDS
 * INPUT...`. Prints a LimitReport.
 *
 * @module
 */
import { loadModel } from "../../lib/serve/mod.ts";
import { inputOf, valuesOf } from "./raw_http.ts";

/** The figures of a model that runs alone. */
export interface LimitReport {
  readonly runs: number;
  readonly seconds: number;
}

const [file, duration, ...texts] = Deno.args, inputs = texts.map(inputOf);
const model = await loadModel(await Deno.readFile(file), { threads: 1 });
const arrays = Object.fromEntries(
  inputs.map((input) => [input.name, { data: valuesOf(input, inputs[0].shape[0]), shape: [...input.shape] }]),
);
for (let i = 0; i < 20; i++) await model.run(arrays);
const start = performance.now(), end = start + 1000 * Number(duration);
let runs = 0;
for (; performance.now() < end; runs++) await model.run(arrays);
console.log(JSON.stringify({ runs, seconds: (performance.now() - start) / 1000 } satisfies LimitReport));
