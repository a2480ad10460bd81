import { Ajv, type ValidateFunction } from "ajv";
import { beyondLimits, parsePlain, reasonOf } from "../system/mod.ts";
import { FIRST_SCHEMA, RECORD_SCHEMA, type RunRecord } from "./record.ts";
import { schemaOf } from "./schema.ts";

const compiled = new Map<string, ValidateFunction>();

/** Returns the check of a record's form: the first one's, or that of all others. */
function checkOf(record: any): ValidateFunction {
  const form = record?.schema === FIRST_SCHEMA ? FIRST_SCHEMA : RECORD_SCHEMA;
  const check = compiled.get(form) ?? new Ajv({ allowUnionTypes: true }).compile(schemaOf(form));
  compiled.set(form, check);
  return check;
}

/** Rejects a record. */
function refuse(name: string, reason: string): never {
  throw new Error(`Cannot use ${name}: ${reason}. Run the experiment again to replace it`);
}

/** Returns the first text that comes twice. */
const twice = (texts: readonly string[]): string | undefined => {
  const seen = new Set<string>();
  return texts.find((text) => seen.size === seen.add(text).size);
};

/**
 * Checks a record against the schema of its form; and that no metric and no file comes twice, and
 * its files lie in its own folder.
 *
 * @throws Error that names the record, the place and the rule.
 */
export function validateRecord(value: unknown, name: string): asserts value is RunRecord {
  const check = checkOf(value);
  if (!check(value)) {
    const { instancePath, message, params } = check.errors![0];
    const extra = params.additionalProperty ?? params.allowedValues?.join(", ") ?? params.allowedValue;
    refuse(
      name,
      `it does not fit the schema of records. ${instancePath || "The record"} ${message}` +
        (extra === undefined ? "" : ` (${extra})`),
    );
  }
  const { metrics, artifacts, experiment, profile } = value as RunRecord;
  const metric = twice(metrics.map((m) => m.name)),
    paths = artifacts.map(({ path }) => path),
    file = twice(paths);
  if (metric !== undefined) refuse(name, `it has the metric "${metric}" twice`);
  if (file !== undefined) refuse(name, `it has the file ${file} twice`);
  const folder = `${experiment}/${profile}/`;
  const away = paths.find((path) => !path.startsWith(folder) || /\\|\0|\/\/|(^|\/)\.{0,2}(\/|$)/.test(path));
  if (away !== undefined) refuse(name, `its file ${JSON.stringify(away)} does not lie in ${folder}`);
}

/**
 * Reads a record from text, of this form or the first one.
 *
 * @param place `<experiment>/<profile>` that it must be of (default: any)
 * @throws Error where it is too long, nested too deep, no JSON, does not fit the schema, or is of
 * another experiment or profile.
 */
export function parseRecord(text: string, name: string, place?: string): RunRecord {
  const beyond = beyondLimits(text);
  if (beyond) refuse(name, beyond);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse(name, `it is not JSON (${reasonOf(error)})`);
  }
  validateRecord(value, name);
  const own = `${value.experiment}/${value.profile}`;
  if (place !== undefined && own !== place) {
    refuse(name, `it lies in the place of ${place}, but is of ${own}`);
  }
  const plain = (part: unknown = {}) => parsePlain(JSON.stringify(part)) as Record<string, unknown>;
  // A record of the first form lacks what came later, and has this form from here on.
  const metrics = value.metrics.map((metric) => ({ ...metric, values: metric.values ?? null }));
  return { ...value, schema: RECORD_SCHEMA, config: plain(value.config), set: plain(value.set), metrics };
}
