import type { ModelConfig } from "../model_config.ts";
import type { ModelSpec, TensorSpec } from "../protocol/datatypes.ts";

/** The extensions of the protocol that the server has. */
const EXTENSIONS = [
  "binary_tensor_data",
  "classification",
  "model_configuration",
  "model_repository",
  "statistics",
];

/** Returns the metadata of the server. */
export const serverMetadata = (version: string): Record<string, unknown> => ({
  name: "pyrosaur",
  version,
  extensions: EXTENSIONS,
});

/** Returns the metadata of a model: -1 is a length that may change. */
export const modelMetadata = (
  { name, inputs, outputs }: ModelSpec,
  versions: readonly number[],
): Record<string, unknown> => ({
  name,
  versions: versions.map(String),
  platform: "onnxruntime_onnx",
  inputs: inputs.map(specOf),
  outputs: outputs.map(specOf),
});

const specOf = ({ name, datatype, shape }: TensorSpec) => ({ name, datatype, shape });

/** Returns a model's configuration as JSON, with the names of Triton's messages. */
export function modelConfiguration(config: Required<ModelConfig>): Record<string, unknown> {
  const { name, backend, maxBatchSize, dynamicBatching, parameters, versionPolicy } = config;
  const tensors = (list: typeof config.input) =>
    list.map(({ name, dataType, dims, reshape, labelFilename }) => ({
      name,
      data_type: `TYPE_${dataType}`,
      dims,
      ...(reshape && { reshape: { shape: reshape } }),
      ...(labelFilename && { label_filename: labelFilename }),
    }));
  return {
    name,
    platform: "onnxruntime_onnx",
    backend,
    version_policy: versionPolicy === "all"
      ? { all: {} }
      : "latest" in versionPolicy
      ? { latest: { num_versions: versionPolicy.latest } }
      : { specific: { versions: versionPolicy.specific } },
    max_batch_size: maxBatchSize,
    input: tensors(config.input),
    output: tensors(config.output),
    ...(dynamicBatching && {
      dynamic_batching: {
        preferred_batch_size: dynamicBatching.preferredBatchSize ?? [],
        max_queue_delay_microseconds: dynamicBatching.maxQueueDelayMicroseconds ?? 0,
      },
    }),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, text]) => [key, { string_value: text }]),
    ),
  };
}
