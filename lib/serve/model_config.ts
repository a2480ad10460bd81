import { closest } from "../system/mod.ts";
import { type DynamicBatching, dynamicBatchingOf, encodeDynamicBatching } from "./dynamic_batching.ts";
import { MODEL_CONFIG } from "./triton_schema.ts";
import { encodePbtxt, parseTyped, PbIdentifier, type PbMessage } from "./pbtxt.ts";
import { Fields } from "./pbtxt_fields.ts";
import {
  checkLengths,
  checkRules,
  reshapeOf,
  unusedFields,
  type VersionPolicy,
  versionPolicyOf,
} from "./triton_rules.ts";

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
  /**
   * Its lengths in the model, where these are others (default: `dims`). Requests and answers have
   * no tensors without lengths: a single number of each row has dims [1] and reshape [].
   */
  readonly reshape?: readonly number[];
  /** The file, beside config.pbtxt, with a line for each class of an output (default: none). */
  readonly labelFilename?: string;
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
  /** The versions that are served (default: all). */
  readonly versionPolicy?: VersionPolicy;
}

/** A configuration as it was read. */
export interface ReadModelConfig extends Required<ModelConfig> {
  /** Fields that Triton takes and that are not used here. */
  readonly notUsed: readonly string[];
}

const tensorMessage = ({ name, dataType, dims, reshape, labelFilename }: ModelTensor): PbMessage => ({
  name: [name],
  data_type: [new PbIdentifier(`TYPE_${dataType}`)],
  dims,
  ...(reshape && { reshape: [{ shape: reshape }] }),
  ...(labelFilename !== undefined && { label_filename: [labelFilename] }),
});

const policyMessage = (policy: VersionPolicy): PbMessage =>
  policy === "all"
    ? { all: [{}] }
    : "latest" in policy
    ? { latest: [{ num_versions: [policy.latest] }] }
    : { specific: [{ versions: policy.specific }] };

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
    ...(config.versionPolicy !== undefined && { version_policy: [policyMessage(config.versionPolicy)] }),
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

function tensorOf(fields: Fields, kind: "input" | "output", batches: boolean): ModelTensor {
  const name = fields.text("name") || fields.fail("name", "missing", "the name of the tensor");
  const type = fields.identifier("data_type") ??
    fields.fail("data_type", "missing", "a type such as TYPE_FP32");
  const dataType = DATA_TYPES[TYPE_NAMES.indexOf(type)];
  if (!dataType) {
    fields.fail("data_type", `${type}${closest(type, TYPE_NAMES)}`, `one of ${TYPE_NAMES.join(", ")}`);
  }
  const dims = fields.integers("dims"), reshape = reshapeOf(fields, dims, batches);
  if (dims.length === 0) {
    fields.fail("dims", "empty", "lengths: a single number of each row has dims [1] and reshape []");
  }
  checkLengths(fields, "dims", dims);
  const format = fields.identifier("format") ?? "FORMAT_NONE", labelFilename = fields.text("label_filename");
  if (format !== "FORMAT_NONE" && dims.length !== 3) {
    fields.fail("dims", `[${dims}]`, `3 lengths for ${format}`);
  }
  for (const flag of ["is_shape_tensor", "is_non_linear_format_io", "allow_ragged_batch", "optional"]) {
    if (fields.flag(flag)) fields.fail(flag, "true", `false: no ${kind} of ONNX Runtime is served so`);
  }
  if (labelFilename !== undefined && !/^\w[\w.-]*$/.test(labelFilename)) {
    fields.fail("label_filename", JSON.stringify(labelFilename), "the name of a file beside config.pbtxt");
  }
  return { name, dataType, dims, ...(reshape && { reshape }), ...(labelFilename && { labelFilename }) };
}

/** Returns the first text that comes twice. */
function twice(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return texts.find((text) => seen.size === seen.add(text).size);
}

/** The largest number of rows in a batch: the field has 32 bits. */
const MAX_ROWS = 2 ** 31 - 1;

/** Returns the configuration that a message holds. Throws where it does not hold one. */
function configOf(message: PbMessage, act: string): ReadModelConfig {
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
  checkRules(fields, maxBatchSize);
  const tensors = (kind: "input" | "output") =>
    fields.messages(kind).map((tensor) => tensorOf(tensor, kind, maxBatchSize > 0));
  const config = {
    name: fields.text("name") ?? "",
    backend: fields.text("backend") || (platform === "onnxruntime_onnx" ? "onnxruntime" : platform ?? ""),
    maxBatchSize,
    dynamicBatching: dynamicBatchingOf(fields, maxBatchSize),
    input: tensors("input"),
    output: tensors("output"),
    parameters: Object.fromEntries(
      fields.messages("parameters").map((entry) => [
        entry.text("key") ?? "",
        entry.messages("value").at(-1)?.text("string_value") ?? "",
      ]),
    ),
    versionPolicy: versionPolicyOf(fields),
    notUsed: unusedFields(fields),
  };
  for (const kind of ["input", "output"] as const) {
    const name = twice(config[kind].map((tensor) => tensor.name));
    if (name !== undefined) fields.fail(kind, `twice named "${name}"`, "names of their own");
  }
  return config;
}

/**
 * Reads the text of a `config.pbtxt`, by the rules of Triton's ModelConfig; fields that it has and
 * that are not used here are named in `notUsed`.
 *
 * @param source the origin of the text, for messages
 * @throws Error where the text is not of the format, with line and column for a field that Triton
 * has not, or with another value than its type's; where a field is missing or Triton refuses what
 * it says; and for what would change answers and cannot be done here, as ensembles and sequences.
 */
export function parseModelConfig(text: string, source: string = "the configuration"): ReadModelConfig {
  return configOf(parseTyped(text, source, MODEL_CONFIG), `Cannot read ${source}`);
}
