import { writeByteStrings } from "./byte_strings.ts";
import { classify } from "./classify.ts";
import type { ModelSpec, WireTensor } from "./datatypes.ts";
import type { InferRequest } from "./read_infer.ts";
import { writeData } from "./write_data.ts";

/** The body of an answer to a request for inference. */
export interface InferAnswer {
  /** JSON, and binary data behind it. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The bytes of JSON where binary data follow. */
  readonly headerLength?: number;
}

const encoder = new TextEncoder();

/**
 * Writes the answer to a request: the outputs it wants in its order, each as JSON or as binary
 * data.
 *
 * @param results the model's outputs
 */
export function writeInfer(
  { id, outputs }: InferRequest,
  results: readonly WireTensor[],
  { name, version, maxBatchSize }: ModelSpec,
): InferAnswer {
  const binary: Uint8Array[] = [];
  const texts = outputs.map(({ name, binary: isBinary, classes }) => {
    const result = results.find((output) => output.name === name)!;
    const output = classes ? classify(result, classes, maxBatchSize > 0) : result;
    const { datatype, shape, data } = output;
    const start = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape}],`;
    if (!isBinary) return `${start}"data":${writeData(output)}}`;
    const bytes = data instanceof Uint8Array ? data : writeByteStrings(data);
    binary.push(bytes);
    return `${start}"parameters":{"binary_data_size":${bytes.length}}}`;
  });
  const own = id === undefined ? "" : `"id":${JSON.stringify(id)},`;
  const json = encoder.encode(
    `{${own}"model_name":${JSON.stringify(name)},"model_version":"${version}","outputs":[${
      texts.join(",")
    }]}`,
  );
  if (binary.length === 0) return { body: json };
  const body = new Uint8Array(binary.reduce((sum, { length }) => sum + length, json.length));
  body.set(json);
  let at = json.length;
  for (const bytes of binary) {
    body.set(bytes, at);
    at += bytes.length;
  }
  return { body, headerLength: json.length };
}
