import { type Address, textAt } from "./memory.ts";
import type { Symbols } from "./symbols.ts";

/** The words for `TF_Code`, from 0 on. */
const CODES = `OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS
  PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL
  UNAVAILABLE DATA_LOSS UNAUTHENTICATED`.split(/\s+/);

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

  /** A status of the opened library. */
  constructor(private readonly symbols: Symbols) {
    this.address = symbols.TF_NewStatus();
  }

  /** Throws TensorFlowError where the last call failed, with `doing` before the message. */
  check(doing?: string): void {
    const code = this.symbols.TF_GetCode(this.address);
    if (code === 0) return;
    const message = textAt(this.symbols.TF_Message(this.address));
    throw new TensorFlowError(code, doing ? `${doing}: ${message}` : message);
  }

  /** Frees it. */
  delete(): void {
    this.symbols.TF_DeleteStatus(this.address);
  }
}
