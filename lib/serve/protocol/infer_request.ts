import type { WireTensor } from "./datatypes.ts";

/** An output that a request wants. */
export interface RequestedOutput {
  /** Its name. */
  readonly name: string;
  /** True where it is to come as binary data. */
  readonly binary: boolean;
  /** The number of classes with the largest values that are wanted in its place; 0: the output. */
  readonly classes: number;
}

/** The JSON that answers of one form begin with, while the outputs have these shapes. */
export interface AnswerForm {
  /** The outputs of the last one. */
  outputs?: readonly WireTensor[];
  /** Its JSON. */
  head?: Uint8Array;
}

/** A request for inference. */
export interface InferRequest {
  /** The caller's own name of the request. */
  readonly id?: string;
  /** The inputs, in the model's order. */
  readonly inputs: readonly WireTensor[];
  /** The outputs that are wanted, in the order of the answer. */
  readonly outputs: readonly RequestedOutput[];
  /** The time it may take, in milliseconds. */
  readonly timeout?: number;
  /** The form of its answer, where it has that of other requests. */
  readonly answer?: AnswerForm;
}
