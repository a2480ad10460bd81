import { checkOptions, type OptionNames } from "../system/mod.ts";
import { encodeOnnx } from "./onnx/encode.ts";
import type { Precision } from "./engine/portable.ts";
import { optimise } from "./passes/mod.ts";
import { type Axes, trace } from "./trace/trace.ts";

/** Options of `exportOnnx`. */
export interface ExportOptions {
  /** Names of the inputs, one per tensor of the arguments, in order (default `x0`, `x1` ...). */
  inputs?: readonly string[];
  /** Names of the outputs (default: where they stand in the result, else `y0`, `y1` ...). */
  outputs?: readonly string[];
  /** Names for axes that may change length, in a tree that follows the arguments. */
  axes?: Axes;
  /** Element type of floats (default "float32"). */
  dtype?: Precision;
  /** Stored in the model: experiment, commit, hash of the data. */
  metadata?: Record<string, string>;
}

const optionNames: OptionNames<ExportOptions> = {
  inputs: true,
  outputs: true,
  axes: true,
  dtype: true,
  metadata: true,
};

/** A model and what it takes and gives. */
export interface ExportedModel {
  /** The file. */
  readonly bytes: Uint8Array;
  /** Its inputs: the tensors of the arguments, then the draws. */
  readonly inputs: readonly ExportedValue[];
  /** Its outputs. */
  readonly outputs: readonly ExportedValue[];
}

/** An input or output of an exported model. */
export interface ExportedValue {
  /** Its name in the model. */
  readonly name: string;
  /** Its element type. */
  readonly dtype: "float32" | "float64" | "int32" | "bool";
  /** Lengths; a name stands for an axis that may change. */
  readonly shape: readonly (number | string)[];
}

/**
 * Writes a function as an ONNX model of standard operators: the same trace that trains, with every
 * tensor the function closes over stored inside. Draws from keys among the arguments become inputs
 * named `noise0`, `noise1` ...
 *
 * Throws where names do not match the number of inputs or outputs, are empty, or repeat, among
 * inputs, outputs and draws together.
 *
 * @example A model with a batch axis
 * ```ts
 * import assert from "node:assert/strict";
 * import { exportOnnx } from "@pyrosaur/pyrosaur/compile";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 *
 * const weight = tf.tensor([[1], [2]]);
 * const product = (x: Tensor) => ({ y: x.matMul(weight) });
 * const model = exportOnnx(product, [tf.zeros([1, 2])], { axes: [["batch", null]] });
 * assert.deepEqual(model.outputs, [{ name: "y", dtype: "float32", shape: ["batch", 1] }]);
 * ```
 */
export function exportOnnx(
  fn: (...args: any[]) => unknown,
  args: readonly unknown[],
  options?: ExportOptions,
): ExportedModel {
  checkOptions("export", options, optionNames);
  const { axes, dtype = "float32", metadata } = options ?? {};
  const traced = trace(fn, args, axes);
  optimise(traced.graph);
  const named = (kind: string, given: readonly string[] | undefined, fallback: string[]): string[] => {
    const names = given ? [...given] : fallback;
    if (names.length !== fallback.length) {
      throw new Error(`Cannot export: ${names.length} names for ${fallback.length} ${kind}`);
    }
    for (const name of names) {
      if (typeof name !== "string" || name === "" || !name.isWellFormed() || name.includes("\0")) {
        throw new Error(
          `Cannot export: found ${
            JSON.stringify(name)
          } among the names of ${kind}, expected a text that is not empty`,
        );
      }
      const other = taken.get(name);
      if (other) {
        throw new Error(
          `Cannot export: ${
            other === kind ? `two ${kind}` : `one of the ${other} and one of the ${kind}`
          } are named "${name}"; ` +
            "give each a name of its own",
        );
      }
      taken.set(name, kind);
    }
    return names;
  };
  const taken = new Map<string, string>();
  named("draws", undefined, traced.noise.map(({ value }) => value.name!));
  const inputNames = named("inputs", options?.inputs, traced.inputs.map((_, i) => `x${i}`));
  const plain = traced.outputPaths.map((p, i) =>
    p.replace(/[^\w.]+/g, "_").replace(/^[_.]+|_+$/g, "") || `y${i}`
  );
  const outputNames = named(
    "outputs",
    options?.outputs,
    unlike(plain, taken),
  );
  const inputs = [
    ...traced.inputs.map(({ value }, i) => ({ value, name: inputNames[i] })),
    ...traced.noise.map(({ value }) => ({ value, name: value.name! })),
  ];
  const bytes = encodeOnnx(traced.graph, { double: dtype === "float64", inputs, outputNames, metadata });
  const describe = (name: string, { shape, dtype: type }: typeof inputs[0]["value"]): ExportedValue => ({
    name,
    dtype: type === "float" ? dtype : type,
    shape: shape.map((s) => typeof s === "number" ? s : s.key),
  });
  return {
    bytes,
    inputs: inputs.map(({ value, name }) => describe(name, value)),
    outputs: traced.graph.outputs.map((value, i) => describe(outputNames[i], value)),
  };
}

/** Returns names unlike each other and those that are taken: `y0`, `y1` ... where they are not. */
function unlike(names: readonly string[], taken: ReadonlyMap<string, string>): string[] {
  const free = new Set<string>();
  names.forEach((name, i) => {
    let own = name;
    for (let n = i; free.has(own) || taken.has(own); n++) own = `y${n}`;
    free.add(own);
  });
  return [...free];
}
