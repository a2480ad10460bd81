import type { HostData } from "../../tensor/mod.ts";
import type { ConstantData, DType } from "../ir/graph.ts";

/** The element type of floats while a graph runs. */
export type Precision = "float32" | "float64";

/** An array of a generated program. */
export interface PortableBuffer {
  /** Its element type; `double` is float64 at any precision. */
  readonly type: DType | "double";
  /** Its length. */
  readonly length: number;
  /** Its contents from the beginning. */
  readonly contents?: ConstantData;
}

/** A product of a matrix that stays the same with vectors that do not. */
export interface SteadyProduct {
  /** The number of the input that is the matrix, by rows. */
  readonly input: number;
  /** The number of rows. */
  readonly rows: number;
  /** The length of a row. */
  readonly columns: number;
  /** True for the product of the transposed matrix. */
  readonly isTransposed: boolean;
}

/** A generated program whose lengths are all known, plain data: it can be sent to a Worker. */
export interface PortableProgram {
  /** The body of a function of helpers and shared numbers that returns `prepare` and `run`. */
  readonly source: string;
  /** The number of values that its functions share. */
  readonly shared: number;
  /** The element type of floats. */
  readonly precision: Precision;
  /** Arrays of its own. */
  readonly buffers: readonly PortableBuffer[];
  /** The products that it can leave to others, in its order. */
  readonly products: readonly SteadyProduct[];
}

/** Returns a new typed array of the type that holds `dtype`. */
export function arrayOf(dtype: DType, precision: Precision, size: number): HostData {
  if (dtype === "int32") return new Int32Array(size);
  if (dtype === "bool") return new Uint8Array(size);
  return precision === "float64" ? new Float64Array(size) : new Float32Array(size);
}
