import assert from "node:assert/strict";
import type { DataType } from "../../lib/serve/mod.ts";
import { parseExactJson } from "../../lib/serve/protocol/exact_json.ts";
import { binaryAnswer, echo, serving } from "./served.ts";

/** A request as recorded/record.py keeps it. */
interface Recorded {
  readonly client: string;
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly base64?: string;
  /** The elements of outputs. */
  readonly expected?: Record<string, unknown[]>;
}

const TYPES: DataType[] = ["FP32", "FP64", "FP16", "INT64", "UINT8", "BOOL"];

/** The models that the recorded requests ask for. */
const MODELS = [
  ...TYPES.map((type) => echo([type], [-1, -1], { name: `echo_${type}` })),
  echo(["STRING"], [-1, -1], { name: "echo_BYTES" }),
  echo(["FP32"], [-1, -1], { name: "echo_default" }, "input-1"),
  echo(["FP32"], [-1], { name: "echo_vector" }, "input-1"),
  echo(["STRING"], [-1], { name: "echo_texts" }, "input-1"),
  echo(["FP64", "INT64", "STRING"], [-1], { name: "echo_frame" }),
];

async function outputsOf(response: Response): Promise<Record<string, unknown[]>> {
  if (!response.headers.has("inference-header-content-length")) {
    const { outputs } = parseExactJson(await response.text()) as { outputs: any[] };
    return Object.fromEntries(outputs.map(({ name, data }) => [name, data]));
  }
  const { json, data } = await binaryAnswer(response);
  return Object.fromEntries(
    json.outputs.map(({ name, datatype }: any, i: number) => {
      assert.equal(datatype, "FP32");
      return [name, [...new Float32Array(data[i].buffer)]];
    }),
  );
}

for (const client of ["kserve", "mlserver"]) {
  const text = await Deno.readTextFile(new URL(`./recorded/${client}.json`, import.meta.url));
  const recorded = parseExactJson(text) as Recorded[];
  Deno.test(`requests of ${recorded[0].client}, recorded, are answered`, () =>
    serving(MODELS, async ({ service }) => {
      for (const { what, method, path, headers, body, base64, expected } of recorded) {
        const content = base64 === undefined ? body : Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const request = new Request(`http://localhost${path}`, {
          method,
          headers,
          ...(method === "POST" && { body: content }),
        });
        const response = await service.handle(request);
        assert.equal(response.status, 200, `${what}: ${response.status} ${await response.clone().text()}`);
        if (expected) assert.deepEqual(await outputsOf(response), expected, what);
        else assert.match(await response.text(), /"(live|ready)":true/);
      }
      assert.ok(recorded.filter(({ expected }) => expected).length > 10);
    }));
}
