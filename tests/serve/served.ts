import { encodeModel } from "../../lib/compile/onnx/proto.ts";
import { exportOnnx } from "../../lib/compile/mod.ts";
import {
  type DataType,
  type ModelConfig,
  openService,
  type RepositoryModel,
  type Service,
  type ServiceOptions,
  writeModels,
} from "../../lib/serve/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

/** Element types by their numbers in the ONNX format. */
export const ELEMENTS = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  STRING: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
  UINT32: 12,
  UINT64: 13,
  BF16: 16,
} satisfies Record<DataType, number>;

/**
 * A model that gives its inputs back: `x` (or what `input` says) as `y`, of a type each, named after it where there are
 * several.
 */
export function echo(
  types: readonly DataType[],
  dims: readonly number[] = [-1],
  options: Partial<ModelConfig> = {},
  input = "x",
): RepositoryModel {
  const name = (letter: string, type: DataType) => types.length === 1 ? letter : `${letter}_${type}`;
  const batch = options.maxBatchSize ? [{ dimParam: "batch" }] : [];
  const value = (letter: string, type: DataType) => ({
    name: name(letter, type),
    type: {
      tensorType: {
        elemType: ELEMENTS[type],
        shape: {
          dim: [
            ...batch,
            ...dims.map((length, i) => length < 0 ? { dimParam: `d${i}` } : { dimValue: length }),
          ],
        },
      },
    },
  });
  const tensor = (letter: string) => (dataType: DataType) => ({
    name: name(letter, dataType),
    dataType,
    dims,
  });
  const bytes = encodeModel({
    name: "echo",
    node: types.map((type) => ({
      opType: "Identity",
      input: [name(input, type)],
      output: [name("y", type)],
      attribute: [],
    })),
    input: types.map((type) => value(input, type)),
    output: types.map((type) => value("y", type)),
  });
  return {
    config: { name: "echo", input: types.map(tensor(input)), output: types.map(tensor("y")), ...options },
    bytes,
  };
}

/** A model of rows of 3: y is the row times a factor, s its sum. */
export function rows(name = "rows", factor = 2, options: Partial<ModelConfig> = {}): RepositoryModel {
  const { bytes } = exportOnnx(
    (x: Tensor) => ({ y: x.mul(factor), s: x.sum(-1) }),
    [tf.zeros([1, 3])],
    { inputs: ["x"], axes: [["batch", null]] },
  );
  const tensor = (name: string, dims: number[]) => ({ name, dataType: "FP32" as const, dims });
  const config = {
    name,
    maxBatchSize: 8,
    input: [tensor("x", [3])],
    output: [tensor("y", [3]), { ...tensor("s", [1]), reshape: [] }],
    ...options,
  };
  return { config, bytes };
}

/** A service of models, and the folder they lie in. */
export interface Served {
  readonly service: Service;
  readonly folder: string;
  /** Asks it, with the default method GET, or POST where there is a body. */
  ask(
    path: string,
    body?: BodyInit | object,
    init?: RequestInit,
  ): Promise<{ status: number; json: any; response: Response }>;
}

/** Runs `body` with a service of models. */
export function serving(
  models: readonly RepositoryModel[],
  body: (served: Served) => Promise<void>,
  options: ServiceOptions = {},
): Promise<void> {
  return inTemporaryFolder(async (folder) => {
    await writeModels(folder, models);
    const service = await openService(folder, { workers: 1, ...options });
    const ask: Served["ask"] = async (path, content, init = {}) => {
      const isObject = content !== undefined && Object.getPrototypeOf(content) === Object.prototype;
      const request = new Request(`http://localhost/${path}`, {
        ...(content !== undefined && {
          method: "POST",
          body: isObject ? JSON.stringify(content) : content as BodyInit,
        }),
        ...init,
      });
      const response = await service.handle(request), copy = response.clone();
      const isJson = response.headers.get("content-type") === "application/json";
      const json = isJson && !response.headers.has("content-encoding") ? await copy.json() : undefined;
      return { status: response.status, json, response };
    };
    try {
      await body({ service, folder, ask });
    } finally {
      await service.close();
    }
  });
}

/** A body of JSON with binary data behind it, and the header that tells where they begin. */
export function binaryBody(json: object, ...data: Uint8Array[]): [Uint8Array<ArrayBuffer>, RequestInit] {
  const head = new TextEncoder().encode(JSON.stringify(json));
  const body = new Uint8Array(head.length + data.reduce((sum, { length }) => sum + length, 0));
  body.set(head);
  let at = head.length;
  for (const bytes of data) {
    body.set(bytes, at);
    at += bytes.length;
  }
  return [body, { headers: { "Inference-Header-Content-Length": String(head.length) } }];
}

/** Splits an answer into its JSON and the bytes of each output. */
export async function binaryAnswer(response: Response): Promise<{ json: any; data: Uint8Array[] }> {
  const body = new Uint8Array(await response.arrayBuffer());
  let at = Number(response.headers.get("inference-header-content-length"));
  const json = JSON.parse(new TextDecoder().decode(body.subarray(0, at)));
  const data = json.outputs.map((output: any) =>
    body.slice(at, at += output.parameters?.binary_data_size ?? 0)
  );
  return { json, data };
}
