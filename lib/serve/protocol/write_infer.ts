import { writeByteStrings } from "./byte_strings.ts";
import { classify } from "./classify.ts";
import type { ModelSpec, WireTensor } from "./datatypes.ts";
import type { InferRequest } from "./infer_request.ts";
import { writeData } from "./write_data.ts";

/** The body of an answer to a request for inference. */
export interface InferAnswer {
  /** JSON, or bytes of JSON and binary data: they hold until the next answer is written. */
  readonly body: string | Uint8Array<ArrayBuffer>;
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
  request: InferRequest,
  results: readonly WireTensor[],
  model: ModelSpec,
): InferAnswer {
  const { outputs, answer } = request;
  const wanted: WireTensor[] = [], binary: Uint8Array[] = [];
  let isForm = true;
  for (const { name, binary: isBinary, classes } of outputs) {
    const result = results.find((output) => output.name === name)!;
    const output = classes ? classified(result, classes, model) : result, { data } = output;
    wanted.push(output);
    if (!isBinary || !(data instanceof Uint8Array)) isForm = false;
    if (isBinary) binary.push(data instanceof Uint8Array ? data : writeByteStrings(data));
  }
  if (!answer || !isForm) {
    const head = writeHead(request, wanted, binary, model);
    return binary.length === 0 ? { body: head } : joined(encoder.encode(head), binary);
  }
  if (!answer.head || !haveShapes(wanted, answer.outputs!)) {
    answer.head = encoder.encode(writeHead(request, wanted, binary, model));
    answer.outputs = wanted.map((output) => ({ ...output, data: [] }));
  }
  return joined(answer.head, binary);
}

function classified(result: WireTensor, classes: number, model: ModelSpec): WireTensor {
  const { labels } = model.outputs.find(({ name }) => name === result.name)!;
  return classify(result, classes, model.maxBatchSize > 0, labels);
}

function writeHead(
  { id, outputs }: InferRequest,
  wanted: readonly WireTensor[],
  binary: readonly Uint8Array[],
  { name, version }: ModelSpec,
): string {
  let place = 0;
  const texts = wanted.map((output, i) => {
    const { name, datatype, shape } = output;
    const start = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape}],`;
    if (!outputs[i].binary) return `${start}"data":${writeData(output)}}`;
    return `${start}"parameters":{"binary_data_size":${binary[place++].length}}}`;
  });
  const own = id === undefined ? "" : `"id":${JSON.stringify(id)},`;
  return `{${own}"model_name":${JSON.stringify(name)},"model_version":"${version}","outputs":[${
    texts.join(",")
  }]}`;
}

/** True where tensors have the shapes and types of others. */
function haveShapes(tensors: readonly WireTensor[], others: readonly WireTensor[]): boolean {
  for (let i = 0; i < tensors.length; i++) {
    const { datatype, shape } = tensors[i], other = others[i];
    if (datatype !== other.datatype || shape.length !== other.shape.length) return false;
    for (let k = 0; k < shape.length; k++) if (shape[k] !== other.shape[k]) return false;
  }
  return true;
}

/** The bytes of answers up to a size: a Response copies them, each needs none of its own. */
const scratch = new Uint8Array(2 ** 20);

/** Joins the JSON of an answer and the binary data behind it. */
function joined(json: Uint8Array, binary: readonly Uint8Array[]): InferAnswer {
  let size = json.length;
  for (const bytes of binary) size += bytes.length;
  const body = size <= scratch.length ? scratch.subarray(0, size) : new Uint8Array(size);
  body.set(json);
  let at = json.length;
  for (const bytes of binary) {
    body.set(bytes, at);
    at += bytes.length;
  }
  return { body, headerLength: json.length };
}
