import { readByteStrings } from "./byte_strings.ts";
import { type ModelSpec, WIRE_FORMS, type WireTensor } from "./datatypes.ts";
import { DEPTH, parseExactJson } from "./exact_json.ts";
import { findSpec } from "./find_spec.ts";
import { elementsOf, fitShape } from "./fit_shape.ts";
import { readData } from "./read_data.ts";
import { readOutputs } from "./read_outputs.ts";
import type { InferRequest } from "./infer_request.ts";
import { entriesOf, parametersOf } from "./read_values.ts";
import { refuse, shown } from "./serve_error.ts";

/** Splits a body into its JSON and the binary data behind it. */
function splitBody(body: Uint8Array, headerLength: string | null): [Uint8Array, Uint8Array] {
  if (headerLength === null) return [body, body.subarray(body.length)];
  const length = /^\d{1,15}$/.test(headerLength) ? Number(headerLength) : NaN;
  if (!(length <= body.length)) {
    refuse(
      `Inference-Header-Content-Length is ${
        shown(headerLength)
      }, expected at most the body's length, ${body.length}; ` +
        "a dictionary of headers that an earlier call has filled is not to be used again",
    );
  }
  return [body.subarray(0, length), body.subarray(length)];
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes of JSON that are parsed at once, however deep. */
const SMALL = 4096;

/** The most arrays and objects of a body: millions of them would be parsed for seconds. */
const MOST = 2 ** 18;

const [QUOTE, BACKSLASH, OPEN, CLOSE, BEGIN, END] = Array.from('"\\[]{}', (c) => c.charCodeAt(0));

/** Throws ServeError for a body with more levels, or more arrays and objects, than are parsed. */
function checkNesting(bytes: Uint8Array): void {
  if (bytes.length <= SMALL) return;
  let depth = 0, count = 0, isText = false;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i];
    if (c === QUOTE) isText = !isText;
    else if (isText) i += c === BACKSLASH ? 1 : 0;
    else if (c === OPEN || c === BEGIN) {
      if (++depth > DEPTH) refuse(`the body is no JSON of at most ${DEPTH} levels`);
      if (++count > MOST) {
        refuse(`the body has more than ${MOST} arrays and objects; send "data" flat, or as binary data`);
      }
    } else if (c === CLOSE || c === END) depth--;
  }
}

/** Parses a body of JSON. Throws ServeError where it is none. */
export function parseBody(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  checkNesting(bytes);
  let value: unknown;
  try {
    value = parseExactJson(decoder.decode(bytes));
  } catch (cause) {
    refuse(`the body is no JSON: ${(cause as Error).message}`);
  }
  return entriesOf(value, "the body");
}

/**
 * Reads a request for inference: JSON, and behind it the binary data of inputs, which are views of
 * the body.
 *
 * @param headerLength the value of Inference-Header-Content-Length, null where there is none
 * @throws ServeError with status 400 that says what was found and what was expected.
 */
export function readInfer(body: Uint8Array, headerLength: string | null, model: ModelSpec): InferRequest {
  const [json, binary] = splitBody(body, headerLength), request = parseBody(json);
  const { id, inputs } = request, parameters = parametersOf(request, "the request");
  if (id !== undefined && typeof id !== "string") refuse(`"id" is ${shown(id)}, expected text`);
  if (!Array.isArray(inputs)) refuse(`"inputs" is ${shown(inputs)}, expected an array`);
  const found = new Map<string, WireTensor>();
  let at = 0;
  const take = (size: number, name: string): Uint8Array => {
    if (headerLength === null) {
      refuse(`the input "${name}" has a "binary_data_size", but there is no Inference-Header-Content-Length`);
    }
    if (size > binary.length - at) {
      refuse(
        `the input "${name}" has a "binary_data_size" of ${size}, of which ${
          binary.length - at
        } bytes are there`,
      );
    }
    return binary.subarray(at, at += size);
  };
  for (const entry of inputs) {
    const input = readInput(entriesOf(entry, "an input"), model, take);
    if (found.has(input.name)) refuse(`the input "${input.name}" is given twice`);
    found.set(input.name, input);
  }
  if (at < binary.length) {
    refuse(`there are ${binary.length - at} bytes behind the request that belong to no input`);
  }
  const ordered = model.inputs.map(({ name }) => found.get(name) ?? refuse(`the input "${name}" is missing`));
  checkRows(ordered, model);
  const timeout = parameters.timeout;
  if (timeout !== undefined && !(Number.isSafeInteger(timeout) && (timeout as number) >= 0)) {
    refuse(`"timeout" is ${shown(timeout)}, expected microseconds`);
  }
  return {
    ...(id !== undefined && { id }),
    inputs: ordered,
    outputs: readOutputs(request.outputs, parameters, model),
    // 0 is Triton's word for none.
    ...(timeout ? { timeout: timeout as number / 1000 } : {}),
  };
}

/** Reads an input; `take` gives the next bytes of binary data. */
function readInput(
  input: Readonly<Record<string, unknown>>,
  model: ModelSpec,
  take: (size: number, name: string) => Uint8Array,
): WireTensor {
  const spec = findSpec("input", input.name, model), { name, datatype } = spec;
  if (input.datatype !== datatype) {
    refuse(`the "datatype" of the input "${name}" is ${shown(input.datatype)}, expected "${datatype}"`);
  }
  const parameters = parametersOf(input, `the input "${name}"`), { binary_data_size: length } = parameters;
  if ("shared_memory_region" in parameters) refuse("shared memory is not supported: send the data");
  const shape = fitShape(input.shape, spec, model), size = elementsOf(input.shape as number[], name);
  if (length === undefined) {
    return {
      name,
      datatype,
      shape,
      data: readData(input.data, { ...spec, shape: input.shape as number[] }, size),
    };
  }
  if (input.data !== undefined) refuse(`the input "${name}" has both "data" and a "binary_data_size"`);
  if (!Number.isSafeInteger(length) || (length as number) < 0) {
    refuse(`the "binary_data_size" of the input "${name}" is ${shown(length)}, expected a number of bytes`);
  }
  const bytes = WIRE_FORMS[datatype].bytes;
  if (bytes > 0 && length !== size * bytes) {
    refuse(
      `the input "${name}" has ${length} bytes of binary data, expected ${
        size * bytes
      } for shape [${shape}] of ${datatype}`,
    );
  }
  const data = take(length as number, name);
  if (datatype === "BOOL" && data.some((byte) => byte > 1)) {
    refuse(`the input "${name}" has bytes other than 0 and 1, expected BOOL`);
  }
  return { name, datatype, shape, data: datatype === "BYTES" ? readByteStrings(data, size, name) : data };
}

/** Throws ServeError where inputs of a batch have different numbers of rows. */
function checkRows(inputs: readonly WireTensor[], { maxBatchSize }: ModelSpec): void {
  const other = maxBatchSize > 0 && inputs.find(({ shape }) => shape[0] !== inputs[0].shape[0]);
  if (other) {
    refuse(
      `the input "${other.name}" has ${other.shape[0]} rows and "${inputs[0].name}" ${
        inputs[0].shape[0]
      }, expected as many`,
    );
  }
}
