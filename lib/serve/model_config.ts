import { closest } from "../system/mod.ts";
import { type DynamicBatching, dynamicBatchingOf, encodeDynamicBatching } from "./dynamic_batching.ts";
import { encodePbtxt, parsePbtxt, PbIdentifier, type PbMessage } from "./pbtxt.ts";
import { Fields } from "./pbtxt_fields.ts";

/** The element types of Triton's model configurations. */
export const DATA_TYPES = [
  "BOOL",
  "UINT8",
  "UINT16",
  "UINT32",
  "UINT64",
  "INT8",
  "INT16",
  "INT32",
  "INT64",
  "FP16",
  "FP32",
  "FP64",
  "STRING",
  "BF16",
] as const;

/** The name of an element type. */
export type DataType = typeof DATA_TYPES[number];

/** An input or output of a model. */
export interface ModelTensor {
  /** Its name. */
  readonly name: string;
  /** Its element type. */
  readonly dataType: DataType;
  /** Its lengths, -1 for one that may change; where the model batches, without the batch's axis. */
  readonly dims: readonly number[];
}

/** The configuration of a model for a server: Triton's ModelConfig, as far as it is used here. */
export interface ModelConfig {
  /** The model's name: that of its folder. */
  readonly name: string;
  /** The backend that runs it (default "onnxruntime"). */
  readonly backend?: string;
  /** The most rows in a batch, along an axis in front of all `dims` (default 0: no such axis). */
  readonly maxBatchSize?: number;
  /**
   * The way in which a server joins requests to batches (default: at once, where `maxBatchSize` is
   * positive); false: never.
   */
  readonly dynamicBatching?: DynamicBatching | false;
  /** Its inputs. */
  readonly input: readonly ModelTensor[];
  /** Its outputs. */
  readonly output: readonly ModelTensor[];
  /** Text by name: where the model comes from, say. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const tensorMessage = ({ name, dataType, dims }: ModelTensor): PbMessage => ({
  name: [name],
  data_type: [new PbIdentifier(`TYPE_${dataType}`)],
  dims,
});

/**
 * Returns a model's configuration as the text of `config.pbtxt`. A model that batches lets the
 * server put requests together.
 *
 * @throws Error for what `parseModelConfig` would refuse.
 *
 * @example
 * ```ts
 * import { encodeModelConfig, parseModelConfig } from "@pyrosaur/pyrosaur/serve";
 * import assert from "node:assert/strict";
 *
 * const config = {
 *   name: "double",
 *   maxBatchSize: 8,
 *   input: [{ name: "x", dataType: "FP32" as const, dims: [3] }],
 *   output: [{ name: "y", dataType: "FP32" as const, dims: [3] }],
 * };
 * assert.equal(parseModelConfig(encodeModelConfig(config)).input[0].dataType, "FP32");
 * ```
 */
export function encodeModelConfig(config: ModelConfig): string {
  const { name, backend = "onnxruntime", maxBatchSize = 0, input, output, parameters = {} } = config;
  const { dynamicBatching = maxBatchSize > 0 && {} } = config;
  const message: PbMessage = {
    name: [name],
    ...(backend === "onnxruntime" && { platform: ["onnxruntime_onnx"] }),
    backend: [backend],
    max_batch_size: [maxBatchSize],
    input: input.map(tensorMessage),
    output: output.map(tensorMessage),
    ...(dynamicBatching && { dynamic_batching: [encodeDynamicBatching(dynamicBatching)] }),
    parameters: Object.entries(parameters).map(([key, text]) => ({
      key: [key],
      value: [{ string_value: [text] }],
    })),
  };
  configOf(message, `Cannot write the configuration of the model "${name}"`);
  return encodePbtxt(message);
}

const TYPE_NAMES = DATA_TYPES.map((known) => `TYPE_${known}`);

function tensorOf(fields: Fields): ModelTensor {
  const name = fields.text("name") || fields.fail("name", "missing", "the name of the tensor");
  const type = fields.identifier("data_type") ??
    fields.fail("data_type", "missing", "a type such as TYPE_FP32");
  const dataType = DATA_TYPES[TYPE_NAMES.indexOf(type)];
  if (!dataType) {
    fields.fail("data_type", `${type}${closest(type, TYPE_NAMES)}`, `one of ${TYPE_NAMES.join(", ")}`);
  }
  const dims = fields.integers("dims"), bad = dims.find((length) => length < -1 || length === 0);
  if (bad !== undefined) fields.fail("dims", String(bad), "positive lengths, or -1 for one that may change");
  return { name, dataType, dims };
}

/** Returns the first text that comes twice. */
function twice(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return texts.find((text) => seen.size === seen.add(text).size);
}

/** The largest number of rows in a batch: the field has 32 bits. */
const MAX_ROWS = 2 ** 31 - 1;

/** Returns the configuration that a message holds. Throws where it does not hold one. */
function configOf(message: PbMessage, act: string): Required<ModelConfig> {
  const fields = new Fields(message, act);
  const platform = fields.text("platform");
  const maxBatchSize = fields.integers("max_batch_size").at(-1) ?? 0;
  if (maxBatchSize < 0 || maxBatchSize > MAX_ROWS) {
    fields.fail(
      "max_batch_size",
      String(maxBatchSize),
      "0 or a positive integer" + (maxBatchSize < 0 ? "" : " of 32 bits"),
    );
  }
  const config = {
    name: fields.text("name") ?? "",
    backend: fields.text("backend") || (platform === "onnxruntime_onnx" ? "onnxruntime" : platform ?? ""),
    maxBatchSize,
    dynamicBatching: dynamicBatchingOf(fields, maxBatchSize),
    input: fields.messages("input").map(tensorOf),
    output: fields.messages("output").map(tensorOf),
    parameters: Object.fromEntries(
      fields.messages("parameters").map((entry) => [
        entry.text("key") ?? "",
        entry.messages("value").at(-1)?.text("string_value") ?? "",
      ]),
    ),
  };
  for (const kind of ["input", "output"] as const) {
    const name = twice(config[kind].map((tensor) => tensor.name));
    if (name !== undefined) fields.fail(kind, `twice named "${name}"`, "names of their own");
  }
  return config;
}

/**
 * Reads the text of a `config.pbtxt`; fields that are not used here are left aside.
 *
 * @param source the origin of the text, for messages
 * @throws Error where the text is not of the format, and where a field is missing or of another
 * type.
 */
export function parseModelConfig(text: string, source: string = "the configuration"): Required<ModelConfig> {
  return configOf(parsePbtxt(text, source), `Cannot read ${source}`);
}
