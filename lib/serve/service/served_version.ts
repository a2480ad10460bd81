import { CallsUnderWay } from "../../system/mod.ts";
import type { ModelConfig } from "../model_config.ts";
import { ModelQueue } from "../pool/model_queue.ts";
import { type ModelSpec, WIRE_FORMS, wireTypeOf } from "../protocol/datatypes.ts";
import { RequestReader } from "../protocol/request_reader.ts";
import { Statistics } from "./statistics.ts";

/** A version of a model that is loaded. */
export class ServedVersion {
  /** The requests that wait for it. */
  readonly queue: ModelQueue;
  /** Reads requests for it. */
  readonly reader: RequestReader;
  /** Requests that have found it, until they are answered. */
  readonly calls: CallsUnderWay = new CallsUnderWay();
  /** Its statistics. */
  readonly statistics: Statistics = new Statistics();

  /** @param key its name in the pool, which no other version ever has */
  constructor(readonly key: string, readonly model: ModelSpec, config: Required<ModelConfig>) {
    this.reader = new RequestReader(model);
    this.queue = new ModelQueue(key, model, config.dynamicBatching, (batch) => this.statistics.add(batch));
  }
}

/**
 * Returns a version's inputs and outputs as requests have them.
 *
 * @param labels the lines of the files of labels
 *
 * @throws Error for an element type that ONNX Runtime's package for JavaScript does not have.
 */
export function modelSpec(
  { name, maxBatchSize, input, output }: Required<ModelConfig>,
  version: number,
  labels: ReadonlyMap<string, readonly string[]> = new Map(),
): ModelSpec {
  const shapeOf = (dims: readonly number[]) => maxBatchSize > 0 ? [-1, ...dims] : dims;
  const tensors = (list: typeof input) =>
    list.map(({ name, dataType, dims, reshape, labelFilename }) => {
      const datatype = wireTypeOf(dataType);
      if (!WIRE_FORMS[datatype].runtime) {
        throw new Error(
          `its tensor "${name}" is ${dataType}, which ONNX Runtime for JavaScript does not have`,
        );
      }
      return {
        name,
        datatype,
        shape: shapeOf(dims),
        ...(reshape && { inModel: shapeOf(reshape) }),
        ...(labelFilename && { labels: labels.get(labelFilename) }),
      };
    });
  return { name, version, maxBatchSize, inputs: tensors(input), outputs: tensors(output) };
}
