/** Options of a context. */
export interface ContextOptions {
  /** `gpu`: the first GPU, else an error; `cpu`: none; `auto` (default): one if there is one. */
  readonly device?: "auto" | "cpu" | "gpu";
  /** Threads inside of an operation (default: one a core). */
  readonly intraOpThreads?: number;
  /** Operations that run beside one another (default: one a core). */
  readonly interOpThreads?: number;
}

/** Returns a number as protocol buffers write it: seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

function threads(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > 4096) {
    throw new Error(`Invalid ${name} ${value}: expected an integer from 1 to 4096`);
  }
  return value;
}

/** Returns the options as the bytes of TensorFlow's `ConfigProto` message. */
export function configBytes(
  { device, intraOpThreads, interOpThreads }: ContextOptions,
): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  // Field 1, a map entry: device_count["GPU"] = 0.
  if (device === "cpu") bytes.push(0x0a, 7, 0x0a, 3, ...new TextEncoder().encode("GPU"), 0x10, 0);
  // Fields 2 and 5: intra_op_parallelism_threads, inter_op_parallelism_threads.
  if (intraOpThreads !== undefined) bytes.push(0x10, ...varint(threads("intraOpThreads", intraOpThreads)));
  if (interOpThreads !== undefined) bytes.push(0x28, ...varint(threads("interOpThreads", interOpThreads)));
  // Field 7: allow_soft_placement, to run operations without a GPU kernel on the processor.
  bytes.push(0x38, 1);
  return Uint8Array.from(bytes);
}
