import type { ModelSpec, WireTensor } from "./datatypes.ts";
import type { InferRequest } from "./infer_request.ts";
import { readInfer } from "./read_infer.ts";

/** Requests that came before: all of their bytes but those of binary data are the same. */
interface Form {
  readonly headerLength: string;
  /** The JSON. */
  readonly head: Uint8Array;
  /** The bytes of the body. */
  readonly size: number;
  /** One of them, without its data. */
  readonly request: InferRequest;
  /** The places of the inputs' data in the body. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
}

/** The most forms that are remembered, and the most bytes of the JSON of each. */
const FORMS = 8, LONGEST = 4096;

/**
 * A reader of requests for inference. A client's requests mostly differ in their binary data alone:
 * the JSON in front of them is read once, and then held against that of the next.
 */
export class RequestReader {
  readonly #forms: Form[] = [];
  #next = 0;

  constructor(readonly model: ModelSpec) {}

  /**
   * Reads a request for inference, whose binary data are views of the body.
   *
   * @param headerLength the value of Inference-Header-Content-Length, null where there is none
   * @throws ServeError with status 400 that says what was found and what was expected.
   */
  read(body: Uint8Array, headerLength: string | null): InferRequest {
    for (const form of this.#forms) {
      if (form.headerLength === headerLength && form.size === body.length && startsWith(body, form.head)) {
        return again(form, body);
      }
    }
    const request = readInfer(body, headerLength, this.model);
    if (headerLength !== null && Number(headerLength) <= LONGEST && isForm(request, body)) {
      const places = request.inputs.map(({ data }) => {
        const { byteOffset, byteLength } = data as Uint8Array, start = byteOffset - body.byteOffset;
        return { start, end: start + byteLength };
      });
      const inputs = request.inputs.map((input) => ({ ...input, data: new Uint8Array() }));
      const form = { answer: {}, ...request, inputs }, head = body.slice(0, Number(headerLength));
      this.#forms[this.#next++ % FORMS] = { headerLength, head, size: body.length, request: form, places };
    }
    return request;
  }
}

/** True where data of the same size can be read without a look at them. */
const isForm = ({ id, inputs }: InferRequest, body: Uint8Array): boolean =>
  id === undefined &&
  inputs.every(({ datatype, data }) =>
    datatype !== "BOOL" && data instanceof Uint8Array && data.buffer === body.buffer
  );

function startsWith(body: Uint8Array, head: Uint8Array): boolean {
  for (let i = 0; i < head.length; i++) if (body[i] !== head[i]) return false;
  return true;
}

function again({ request, places }: Form, body: Uint8Array): InferRequest {
  const inputs: WireTensor[] = new Array(places.length);
  for (let i = 0; i < places.length; i++) {
    const { name, datatype, shape } = request.inputs[i], { start, end } = places[i];
    inputs[i] = { name, datatype, shape, data: body.subarray(start, end) };
  }
  return { inputs, outputs: request.outputs, timeout: request.timeout, answer: request.answer };
}
