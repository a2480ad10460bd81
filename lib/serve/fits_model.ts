import { modelSignature, type ModelValue } from "../compile/onnx/signature.ts";
import type { DataType, ModelConfig, ModelTensor } from "./model_config.ts";

/** Element types by their numbers in the ONNX format. */
const TYPES: Readonly<Record<number, DataType>> = {
  1: "FP32",
  2: "UINT8",
  3: "INT8",
  4: "UINT16",
  5: "INT16",
  6: "INT32",
  7: "INT64",
  8: "STRING",
  9: "BOOL",
  10: "FP16",
  11: "FP64",
  12: "UINT32",
  13: "UINT64",
  16: "BF16",
};

const dimsOf = (shape: readonly (number | string)[]) =>
  shape.map((length) => typeof length === "number" ? length : -1);

/** Returns the reason why a tensor of a configuration is not that of a model. */
function difference(
  { dataType, dims: shown, reshape: dims = shown }: ModelTensor,
  value: ModelValue,
  batches: boolean,
): string | undefined {
  const own = TYPES[value.elementType] ?? `of type ${value.elementType}`;
  if (own !== dataType) return `is ${dataType} in the configuration and ${own} in the model`;
  if (!value.shape) return undefined;
  const [rows, ...rest] = dimsOf(value.shape), shape = batches ? rest : dimsOf(value.shape);
  if (batches && rows !== -1) return `has no first axis for a batch in the model`;
  // A length that may change in the model may be fixed in the configuration, not the other way
  // round.
  const fits = shape.length === dims.length &&
    dims.every((length, i) => shape[i] === -1 || shape[i] === length);
  return fits ? undefined : `has dims [${dims}] in the configuration and [${shape}] in the model`;
}

/**
 * Checks that the inputs of a model are those of its configuration, and that it has its outputs.
 *
 * @param act the beginning of messages: "Cannot store the model m"
 * @param source the model's name in messages
 * @throws Error that names the tensor that differs.
 */
export function checkFits(config: ModelConfig, bytes: Uint8Array, act: string, source: string): void {
  const signature = modelSignature(bytes);
  if (!signature) throw new Error(`${act}: ${source} is no ONNX model`);
  const { inputs, outputs } = signature;
  const batches = (config.maxBatchSize ?? 0) > 0;
  for (
    const [kind, found, expected] of [["input", inputs, config.input], [
      "output",
      outputs,
      config.output,
    ]] as const
  ) {
    const values = new Map(found.map((value) => [value.name, value]));
    for (const tensor of expected) {
      const value = values.get(tensor.name), names = [...values.keys()].join(", ") || "none";
      if (!value) throw new Error(`${act}: ${source} has no ${kind} "${tensor.name}", it has ${names}`);
      const reason = difference(tensor, value, batches);
      if (reason) throw new Error(`${act}: the ${kind} "${tensor.name}" of ${source} ${reason}`);
    }
  }
  const named = new Set(config.input.map(({ name }) => name));
  const missing = inputs.find(({ name }) => !named.has(name));
  if (missing) {
    throw new Error(`${act}: ${source} has an input "${missing.name}", which the configuration lacks`);
  }
}
