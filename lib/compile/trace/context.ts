import { type Primitive, type Tensor, tooLarge } from "../../tensor/mod.ts";
import { type DType, Graph, type Value, withGraph } from "../ir/graph.ts";
import type { Size, Sizes } from "../ir/size.ts";
import { StandIns } from "../ir/stand_ins.ts";
import { div, mul } from "../ops/binary.ts";
import { constant, fillOf, scalar } from "../ops/constant.ts";
import { count } from "../ops/reduce.ts";
import { cast } from "../ops/unary.ts";
import { type ActiveTrace, type NoiseInput, type TracedLoop, tracing } from "./active.ts";
import { withPlaces } from "./caller.ts";
import { call } from "./primitive_call.ts";
import { graphType, isTracedTensor, peek, tensorOf, valueOf } from "./tensors.ts";
import { Origin, TracedKey } from "./traced_key.ts";

/** One trace: see `ActiveTrace`. */
export class TraceContext implements ActiveTrace {
  readonly root: Graph = new Graph();
  readonly noise: NoiseInput[] = [];
  readonly loops: TracedLoop[] = [];
  readonly draws: Map<string, Value> = new Map();
  #keys = 0;
  readonly #captured = new Map<object, Value>();
  readonly #known = new Map<Value, ArrayLike<number>>();

  constructor(readonly standIns: StandIns = new StandIns([])) {}

  /** Runs `body` with this trace active. */
  run<T>(body: () => T): T {
    return withPlaces(() => tracing(this, () => withGraph(this.root, body)));
  }

  /** Adds an input to the graph. `known`: example values, for checks while tracing. */
  input(shape: Sizes, dtype: string, name: string, known?: ArrayLike<number>): Tensor {
    const value = this.root.input(shape, graphType(dtype), name);
    if (known) this.#known.set(value, known);
    return tensorOf(value);
  }

  /** Adds a key as an argument: its draws become inputs. */
  key(): TracedKey {
    return new TracedKey(this, new Origin(this.#keys++));
  }

  numbers(shape: Sizes): number[] {
    return this.standIns.numbers(shape);
  }

  sizes(shape: readonly number[]): Size[] {
    return shape.map((s) => this.standIns.decode(s));
  }

  scalar(number: number, dtype: DType = "float"): Value {
    const made = this.standIns.operand(number, dtype === "int32");
    if (!made) return scalar(number, dtype);
    const lengths = cast(count(made.size), dtype), factor = scalar(made.factor, dtype);
    return made.isDivided ? div(factor, lengths) : mul(factor, lengths);
  }

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
    return tensorOf(this.scalar(value));
  }
  apply(primitive: Primitive, inputs: Tensor[]): Tensor {
    return tensorOf(call(primitive, inputs.map(valueOf)));
  }
  isTraced(tensor: Tensor): boolean {
    return isTracedTensor(tensor);
  }
  known(tensor: Tensor): ArrayLike<number> | undefined {
    const value = peek(tensor);
    return this.constantValues(tensor) ?? (value && this.#known.get(value));
  }
  constantValues(tensor: Tensor): ArrayLike<number> | undefined {
    const value = peek(tensor);
    if (!value) return tensor.dataSync() as ArrayLike<number>;
    const number = fillOf(value);
    if (number !== undefined) {
      return value.shape.every((s) => typeof s === "number") && !tooLarge(tensor.shape, 8)
        ? new Float64Array(tensor.size).fill(number)
        : [number];
    }
    return value.constant && "data" in value.constant ? value.constant.data : undefined;
  }
}
