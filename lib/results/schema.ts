import { PROFILES } from "./profile.ts";
import { FIRST_SCHEMA, RECORD_SCHEMA } from "./record.ts";

const string = { type: "string" }, number = { type: "number" }, boolean = { type: "boolean" };
const hash = { type: "string", pattern: "^[0-9a-f]{64}$" };
const nullable = (schema: { type: string; [key: string]: unknown }) => ({
  ...schema,
  type: [schema.type, "null"],
});

/** An object with exactly these properties, all of them required. */
const exactly = (properties: Record<string, unknown>, description: string) => ({
  type: "object",
  description,
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const target = exactly(
  { value: number, tolerance: { type: "number", minimum: 0 }, source: string },
  "What it is held against.",
);

const metric = (form: string) =>
  exactly({
    name: { type: "string", pattern: "^[^\\s/]+(/[^\\s/]+)*$" },
    value: nullable(number),
    se: nullable({ type: "number", minimum: 0 }),
    n: { type: "integer", minimum: 1 },
    ...(form !== FIRST_SCHEMA && { values: { ...nullable({ type: "array" }), items: nullable(number) } }),
    unit: string,
    direction: { enum: ["lower", "higher", "target"] },
    target: { anyOf: [{ type: "null" }, target] },
  }, "One measured number; its value is null where it was not finite.");

const data = exactly(
  { name: string, sha256: nullable(hash), source: string, simulated: boolean },
  "A data set that was used.",
);

const code = exactly({
  commit: nullable({ type: "string", pattern: "^[0-9a-f]{40}([0-9a-f]{24})?$" }),
  branch: nullable(string),
  dirty: nullable(boolean),
  hash,
}, "The code that ran; `hash` is over the experiment's own sources.");

const environment = exactly({
  deno: string,
  v8: string,
  os: string,
  cpu: string,
  cores: { type: "integer", minimum: 1 },
  engine: string,
  device: string,
  dtype: { enum: ["float32", "float64"] },
  packages: { type: "object", additionalProperties: string },
}, "What it ran on.");

/** Returns the JSON Schema (draft 7) of records of a form. */
export const schemaOf = (form: string): Readonly<Record<string, unknown>> => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "The record of one run of a Pyrosaur experiment",
  ...exactly({
    schema: { const: form },
    experiment: { type: "string", pattern: "^[a-z][a-z0-9_]*$" },
    title: string,
    profile: { enum: [...PROFILES] },
    status: { enum: ["ok", "failed"] },
    error: nullable(string),
    simulated: boolean,
    config: { type: "object" },
    ...(form !== FIRST_SCHEMA && { set: { type: "object" } }),
    seeds: { type: "array", items: { type: "integer" }, minItems: 1 },
    data: { type: "array", items: data },
    code,
    environment,
    started: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T" },
    seconds: { type: "number", minimum: 0 },
    metrics: { type: "array", items: metric(form) },
    artifacts: { type: "array", items: exactly({ path: string, sha256: hash }, "A file beside the record.") },
  }, "Written as <experiment>/<profile>.json."),
});

/** The JSON Schema of records as they are written, published as `results/schema.json`. */
export const recordSchema: Readonly<Record<string, unknown>> = schemaOf(RECORD_SCHEMA);
