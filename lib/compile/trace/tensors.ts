import { type Tensor, tf } from "../../tensor/mod.ts";
import type { DType, Value } from "../ir/graph.ts";
import { constant } from "../ops/constant.ts";
import { reshape } from "../ops/shape.ts";
import { concat } from "../ops/slice.ts";
import { callerPlace } from "./caller.ts";
import { activeTrace, BACKEND } from "./active.ts";

type DataId = Tensor["dataId"];

/** The place of a tensor's numbers, as tfjs has it; of a traced one, the value it stands for. */
class TracedData {
  constructor(public value?: Value) {}
}

/** The element types of tfjs that graphs have. */
export type TensorType = "float32" | "int32" | "bool";
const tfType = (dtype: DType): TensorType => dtype === "float" ? "float32" : dtype;
/** Returns the graph's name of a tfjs element type. Throws for strings and complex numbers. */
export function graphType(dtype: string): DType {
  if (dtype === "float32") return "float";
  if (dtype === "int32" || dtype === "bool") return dtype;
  throw new Error(`Cannot trace a tensor of dtype ${dtype}: graphs hold float32, int32 and bool`);
}

/** A tensor without numbers: tfjs knows its backend, but does not count what nobody need free. */
class TracedTensor extends tf.Tensor {
  // Numbers of tensors within tfjs are positive.
  static #count = 0;

  constructor(shape: number[], dtype: TensorType, dataId: DataId) {
    super(shape, dtype, dataId, --TracedTensor.#count);
  }
  override dispose(): void {
    this.isDisposedInternal = true;
  }
}

/** Returns a tensor that stands for a value of the graph being built. */
export function tensorOf(value: Value): Tensor {
  return tensorAs(value, tfType(value.dtype));
}

/**
 * Returns a tensor of an element type that stands for a value. The types are the same, but that
 * tfjs counts in tensors of booleans (true + true is a bool 2): such values are int32 in a graph.
 */
export function tensorAs(value: Value, dtype: TensorType): Tensor {
  return new TracedTensor(activeTrace().numbers(value.shape), dtype, new TracedData(value));
}

/**
 * The value a tensor stands for. An eager tensor met while tracing becomes a constant of the graph.
 * Throws for a tensor that was traced elsewhere and has escaped.
 */
export function valueOf(tensor: { dataId: DataId; shape: number[]; dtype: string }): Value {
  const value = peek(tensor);
  const trace = activeTrace();
  if (value) {
    if (value.graph.root !== trace.root) {
      throw new Error(
        "Cannot use a traced tensor outside the trace it belongs to: it was kept from another traced function. " +
          "Return it from that function, or compute it again here",
      );
    }
    return value;
  }
  return trace.capture(tensor as Tensor);
}

/** Returns whether a tensor stands for a value of a graph. */
export function isTracedTensor(tensor: Tensor): boolean {
  return peek(tensor) !== undefined;
}

/** Returns the value behind a tensor of any trace; undefined for an eager tensor. */
export function peek({ dataId }: { readonly dataId: DataId }): Value | undefined {
  return dataId instanceof TracedData ? dataId.value : undefined;
}

/**
 * A number tfjs rounded to float32 on its way here, as the user wrote it: the shortest decimal that
 * rounds to the same float32. Literals of up to seven digits come back exactly; the others are as
 * close as they were.
 */
export function unrounded(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value;
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** The most numbers of an array among which lengths of named axes are looked for. */
const FEW = 16;

class TraceBackend extends tf.KernelBackend {
  #count = 0;
  override numDataIds(): number {
    return this.#count;
  }
  override write(data: unknown, shape: number[], dtype: string): DataId {
    const dataId = new TracedData();
    this.#count++;
    if (data === null || data === undefined) return dataId;
    const type = graphType(dtype), numbers = data as ArrayLike<number>;
    const trace = activeTrace(), sizes = trace.sizes(shape);
    const one = (number: number) => trace.scalar(type === "float" ? unrounded(number) : Number(number), type);
    const isFew = trace.standIns.values.size > 0 && sizes.length > 0 && numbers.length <= FEW;
    const few = isFew ? Array.from(numbers, one) : [];
    dataId.value = sizes.length === 0
      ? one(numbers[0])
      : few.some(({ constant }) => !constant)
      ? reshape(concat(few.map((value) => reshape(value, [1])), 0), sizes)
      : constant(numbers, sizes, type);
    return dataId;
  }
  override incRef(): void {}
  decRef(): void {}
  override refCount(): number {
    return 1;
  }
  override disposeData(): boolean {
    return true;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override readSync(): never {
    throw new Error(
      `Cannot read the value of a tensor while tracing${callerPlace()}: it has none yet. ` +
        "Keep dataSync(), arraySync(), print() and " +
        "JavaScript conditions on values out of traced functions; use where() to choose between tensors",
    );
  }
  override read(): never {
    return this.readSync();
  }
}

tf.registerBackend(BACKEND, () => new TraceBackend());

// tfjs asks a map for the backend of a tensor that it is to read or to move. Its entries would cost
// the collector of garbage more than the trace itself, so traced tensors have none.
const { tensorInfo } = tf.engine().state, before = tensorInfo.get.bind(tensorInfo);
tensorInfo.get = (dataId) =>
  before(dataId) ??
    (dataId instanceof TracedData
      ? { backend: tf.engine().findBackend(BACKEND), dtype: "float32", shape: [], bytes: 0 }
      : undefined);
