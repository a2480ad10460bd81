import { Ajv, type ValidateFunction } from "ajv";
import { reasonOf } from "../system/mod.ts";
import type { RunRecord } from "./record.ts";
import { recordSchema } from "./schema.ts";

let compiled: ValidateFunction | undefined;

/**
 * Checks a record against the schema.
 *
 * @throws Error that names the record, the place and the rule.
 */
export function validateRecord(value: unknown, name: string): asserts value is RunRecord {
  compiled ??= new Ajv({ allowUnionTypes: true }).compile(recordSchema);
  if (compiled(value)) return;
  const { instancePath, message, params } = compiled.errors![0];
  const extra = params.additionalProperty ?? params.allowedValues?.join(", ") ?? params.allowedValue;
  throw new Error(
    `Cannot use ${name}: it does not fit the schema of records. ${instancePath || "The record"} ${message}` +
      `${extra === undefined ? "" : ` (${extra})`}. Run the experiment again to replace it`,
  );
}

/** Reads a record from text. Throws where it is not JSON or does not fit the schema. */
export function parseRecord(text: string, name: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `Cannot use ${name}: it is not JSON (${reasonOf(error)}). Run the experiment again to replace it`,
    );
  }
  validateRecord(value, name);
  return value;
}
