import { type Primitive, type Tensor, tf, type Tracer, withTracer } from "../../tensor/mod.ts";
import { Graph, type Value, withGraph } from "../ir/graph.ts";
import { Sentinels } from "../ir/sentinels.ts";
import { evaluate, type Size } from "../ir/size.ts";
import { call } from "../ops/call.ts";
import { constant, fillOf, scalar } from "../ops/constant.ts";
import { BACKEND, graphType, isTracedTensor, peek, tensorOf, valueOf } from "./tensors.ts";
import { type NoiseInput, TracedKey } from "./traced_key.ts";

/** A loop, or a batch, whose body is being traced. */
export interface TracedLoop {
  readonly id: number;
  readonly length: Size;
  /** Whether its steps are the members of a batch, which no run goes on with later. */
  readonly isBatch?: boolean;
  /** Makes an outer value an input that the loop scans; gives what the body sees of it. */
  scanned(outer: Value): Value;
}

/** One trace in progress: the graph, its symbolic axes, the draws that became inputs. */
export class TraceContext implements Tracer {
  readonly root: Graph = new Graph();
  readonly noise: NoiseInput[] = [];
  readonly keys: TracedKey[] = [];
  readonly #captured = new Map<object, Value>();
  readonly #known = new Map<Value, ArrayLike<number>>();
  /** The loops being traced, outermost first. */
  readonly loops: TracedLoop[] = [];
  /** Draws by what is drawn: the same key gives the same numbers, however often it is asked. */
  readonly draws: Map<string, Value> = new Map();

  constructor(readonly sentinels: Sentinels = new Sentinels([])) {}

  /** Runs `body` with this trace active. */
  run<T>(body: () => T): T {
    const before = tf.getBackend(), previous = active;
    active = this;
    switchTo(BACKEND);
    try {
      return withTracer(this, () => withGraph(this.root, body));
    } finally {
      active = previous;
      switchTo(before);
    }
  }

  /** Adds an input to the graph. `known`: example values, for checks while tracing. */
  input(shape: readonly Size[], dtype: string, name: string, known?: ArrayLike<number>): Tensor {
    const value = this.root.input(shape, graphType(dtype), name);
    if (known) this.#known.set(value, known);
    return tensorOf(value);
  }

  /** Adds a key as an argument: its draws become inputs. */
  key(): TracedKey {
    const key = new TracedKey(this, this.keys.length, []);
    this.keys.push(key);
    return key;
  }

  /** The numbers tfjs sees for a shape. */
  numbers(shape: readonly Size[]): number[] {
    return shape.map((s) => evaluate(s, this.sentinels.values));
  }

  /** The lengths that the numbers of tfjs stand for. */
  sizes(shape: readonly number[]): Size[] {
    return shape.map((s) => this.sentinels.decode(s));
  }

  /** An eager tensor as a constant of the graph. */
  capture(tensor: Tensor): Value {
    let value = this.#captured.get(tensor.dataId);
    if (
      !value || value.shape.length !== tensor.shape.length ||
      value.shape.some((s, i) => s !== tensor.shape[i])
    ) {
      value = constant(tensor.dataSync() as ArrayLike<number>, tensor.shape, graphType(tensor.dtype));
      this.#captured.set(tensor.dataId, value);
    }
    return value;
  }

  // The tensor floor's view of the trace.
  constant(value: number): Tensor {
    return tensorOf(scalar(value));
  }
  apply(primitive: Primitive, inputs: Tensor[]): Tensor {
    return tensorOf(call(primitive, inputs.map(valueOf)));
  }
  isTraced(tensor: Tensor): boolean {
    return isTracedTensor(tensor);
  }
  known(tensor: Tensor): ArrayLike<number> | undefined {
    const value = peek(tensor);
    if (!value) return tensor.dataSync() as ArrayLike<number>;
    const number = fillOf(value);
    if (number !== undefined) {
      return value.shape.every((s) => typeof s === "number")
        ? new Float64Array(tensor.size).fill(number)
        : [number];
    }
    if (value.constant && "data" in value.constant) return value.constant.data;
    return this.#known.get(value);
  }
}

let active: TraceContext | undefined;

/** Makes a backend the current one. tfjs walks all its kernels at a switch (0.3 ms), also to the one that is current. */
function switchTo(backend: string): void {
  // Not awaited: these backends are made at once, so the switch happens before the call returns.
  if (tf.getBackend() !== backend) void tf.setBackend(backend);
}

/** The trace in progress. Throws when there is none. */
export function activeTrace(): TraceContext {
  if (!active) throw new Error("Cannot use a traced tensor here: no function is being traced");
  return active;
}

/** Whether a function is being traced. */
export function isTracing(): boolean {
  return active !== undefined;
}

/** Runs `body` eagerly, whatever is being traced around it. */
export function eagerly<T>(backend: string, body: () => T): T {
  const before = tf.getBackend(), previous = active;
  active = undefined;
  switchTo(backend);
  try {
    return withTracer(undefined, body);
  } finally {
    active = previous;
    switchTo(before);
  }
}
