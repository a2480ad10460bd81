import { type Address, textAt } from "./memory.ts";
import type { Symbols } from "./symbols.ts";

const CODES: Readonly<Record<number, string>> = {
  1: "CANCELLED",
  2: "UNKNOWN",
  3: "INVALID_ARGUMENT",
  4: "DEADLINE_EXCEEDED",
  5: "NOT_FOUND",
  6: "ALREADY_EXISTS",
  7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED",
  9: "FAILED_PRECONDITION",
  10: "ABORTED",
  11: "OUT_OF_RANGE",
  12: "UNIMPLEMENTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
  15: "DATA_LOSS",
  16: "UNAUTHENTICATED",
};

/** An error that TensorFlow reported; its message is TensorFlow's. */
export class TensorFlowError extends Error {
  /** The class's name, which a stack trace shows. */
  override name = "TensorFlowError";
  /** TensorFlow's code in words, as `INVALID_ARGUMENT`. */
  readonly code: string;

  /** An error of a code (a number of `TF_Code`) and a message. */
  constructor(code: number, message: string) {
    super(message);
    this.code = CODES[code] ?? `CODE_${code}`;
  }
}

/** A place where the C side says how a call went. One serves many calls, one after another. */
export class Status {
  /** Its address, to be handed to a call. */
  readonly address: Address;
  readonly #symbols: Symbols;

  /** A status of the opened library. */
  constructor(symbols: Symbols) {
    this.#symbols = symbols;
    this.address = symbols.TF_NewStatus();
  }

  /** Throws TensorFlowError where the last call failed, with `doing` before the message. */
  check(doing?: string): void {
    const code = this.#symbols.TF_GetCode(this.address);
    if (code === 0) return;
    const message = textAt(this.#symbols.TF_Message(this.address));
    throw new TensorFlowError(code, doing ? `${doing}: ${message}` : message);
  }

  /** Frees it. */
  delete(): void {
    this.#symbols.TF_DeleteStatus(this.address);
  }
}
