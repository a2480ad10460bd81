import { type DrawKind, type Tensor, tf, tidily, type Tracer, withTracer } from "../../tensor/mod.ts";
import type { DType, Graph, Value } from "../ir/graph.ts";
import type { Size, Sizes } from "../ir/size.ts";
import type { StandIns } from "../ir/stand_ins.ts";

/** One step from the caller's key to a derived one. `loop`: folded with that loop's index. */
export type KeyStep =
  | { readonly op: "foldIn"; readonly data: number }
  | { readonly op: "split"; readonly count: number; readonly index: number }
  | { readonly op: "loop"; readonly loop: number };

/** The derivation of a key from one of the caller's: by one step from another derivation. */
export interface KeyOrigin {
  /** Unlike that of any other derivation of the trace. */
  readonly id: number;
  /** The index of the caller's key. */
  readonly key: number;
  /** The key before the last step, and that step; undefined for the caller's key itself. */
  readonly last?: { readonly from: KeyOrigin; readonly step: KeyStep };
  /** The loops that the steps fold in. */
  readonly loops: readonly number[];
}

/** A draw that became an input of the graph, filled from the caller's key at each run. */
export interface NoiseInput {
  /** Its place in the graph. */
  readonly value: Value;
  /** The kind of draw. */
  readonly kind: DrawKind;
  /** The derivation of the draw's key from the caller's. */
  readonly origin: KeyOrigin;
  /** The loops whose indices that folds in, outermost first: the input's leading axes. */
  readonly loops: readonly { readonly id: number; readonly length: Size; readonly isBatch?: boolean }[];
  /** Elements of one draw. */
  readonly shape: Sizes;
}

/** A loop, or a batch, whose body is being traced. */
export interface TracedLoop {
  readonly id: number;
  readonly length: Size;
  /** True if its steps are the members of a batch, which no run goes on with later. */
  readonly isBatch?: boolean;
  /** Makes an outer value an input that the loop scans; gives the body's view of it. */
  scanned(outer: Value): Value;
}

/** A trace in progress: the graph, its symbolic axes, the draws that became inputs. */
export interface ActiveTrace extends Tracer {
  readonly root: Graph;
  readonly noise: NoiseInput[];
  /** The loops being traced, outermost first. */
  readonly loops: TracedLoop[];
  /** Draws by key, distribution and shape: the same key gives the same numbers. */
  readonly draws: Map<string, Value>;
  /** The numbers in place of named axes. */
  readonly standIns: StandIns;
  /** Returns the numbers tfjs sees for a shape. */
  numbers(shape: Sizes): number[];
  /** Returns the lengths that the numbers of tfjs stand for. */
  sizes(shape: readonly number[]): Size[];
  /** Returns a number as a value of the graph, computed there if it is made of named axes. */
  scalar(number: number, dtype?: DType): Value;
  /** Returns an eager tensor as a constant of the graph. */
  capture(tensor: Tensor): Value;
}

/** The name under which the tracing backend is registered in tfjs. */
export const BACKEND = "pyrosaur-trace";

let active: ActiveTrace | undefined;

/** Makes a backend current, if it is not: tfjs walks all its kernels at a switch (0.3 ms). */
function switchTo(backend: string): void {
  // Not awaited: these backends are made at once, so the switch happens before the call returns.
  if (tf.getBackend() !== backend) void tf.setBackend(backend);
}

function within<T>(trace: ActiveTrace | undefined, backend: string, body: () => T): T {
  const before = tf.getBackend(), previous = active;
  active = trace;
  switchTo(backend);
  try {
    return withTracer(trace, body);
  } finally {
    active = previous;
    switchTo(before);
  }
}

/**
 * Runs `body` with `trace` as the trace in progress. The tensors that tfjs makes meanwhile, of
 * literals say, mean nothing outside and are freed.
 */
export function tracing<T>(trace: ActiveTrace, body: () => T): T {
  return within(trace, BACKEND, () => tidily(body));
}

/** Runs `body` eagerly on a backend of tfjs, whatever is being traced around it. */
export function eagerly<T>(backend: string, body: () => T): T {
  return within(undefined, backend, body);
}

/** Returns the trace in progress. Throws when there is none. */
export function activeTrace(): ActiveTrace {
  if (!active) throw new Error("Cannot use a traced tensor here: no function is being traced");
  return active;
}

/** Returns whether a function is being traced. */
export function isTracing(): boolean {
  return active !== undefined;
}
