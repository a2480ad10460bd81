import { compile, type CompileOptions, exportOnnx } from "../../compile/mod.ts";
import type { RepositoryModel } from "../repository.ts";
import { type LoadedModel, loadModel } from "../session.ts";
import { type HostArray, type Tensor, tf, toHostArray, toTensor } from "../../tensor/mod.ts";

/** A function of tensors with named results. */
export type Part = (...inputs: Tensor[]) => Record<string, Tensor>;

/** A part of a trained model, to be exported. */
export interface PartToExport {
  /** The name it is served under. */
  readonly name: string;
  /** Its function. */
  readonly part: Part;
  /** Its arguments by name, in order: a name for each axis that may change length, else null. */
  readonly inputs: Readonly<Record<string, readonly (string | null)[]>>;
  /**
   * True where the first axis of all arguments and results is that of a batch, which the server may
   * fill from several requests.
   */
  readonly batches: boolean;
  /** Arguments to check it at: the more lengths, the better. */
  readonly examples: readonly (readonly HostArray[])[];
  /** The same function by other means: the library's own model, say. */
  readonly reference?: Part;
  /** Further entries of the model's configuration. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The parts of a trained model, and the metadata of its file of parameters. */
export interface Exportable {
  /** The parts. */
  readonly parts: readonly PartToExport[];
  /** Entries of the file's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The distance of the exported model from the library. */
export interface Check {
  /** The model. */
  readonly name: string;
  /** The largest difference from the function run eagerly by tfjs, and from the reference. */
  readonly eager: number;
  /** The largest difference from the compiled function. */
  readonly compiled: number;
  /** The number of numbers that were compared. */
  readonly numbers: number;
}

/** The largest difference that is no error: float32 has 7 digits, and loops lose some. */
const TOLERANCE = 1e-4;

const TYPES = { float32: "FP32", float64: "FP64", int32: "INT32", bool: "BOOL" } as const;

/** The most rows in a batch that servers put together. */
const MAX_BATCH = 1024;

/**
 * Returns the largest difference, absolute below 1 and relative above.
 *
 * @throws Error where it is beyond the tolerance.
 */
function difference(
  found: Record<string, HostArray>,
  expected: Record<string, HostArray>,
  what: string,
): number {
  let largest = 0;
  for (const [name, { data, shape }] of Object.entries(expected)) {
    if (!Object.hasOwn(found, name) || `${found[name].shape}` !== `${shape}`) {
      throw new Error(`${what}: "${name}" has shape [${found[name]?.shape}], expected [${shape}]`);
    }
    for (let i = 0; i < data.length; i++) {
      const error = Math.abs(found[name].data[i] - data[i]) / Math.max(1, Math.abs(data[i]));
      if (!(error <= TOLERANCE)) {
        throw new Error(`${what}: "${name}" is ${found[name].data[i]} at place ${i}, expected ${data[i]}`);
      }
      largest = Math.max(largest, error);
    }
  }
  return largest;
}

/** Runs a function eagerly. */
function eagerly(part: Part, example: readonly HostArray[]): Record<string, HostArray> {
  const results: [string, HostArray][] = [];
  tf.tidy(() => {
    for (const [name, tensor] of Object.entries(part(...example.map(toTensor)))) {
      results.push([name, toHostArray(tensor)]);
    }
  });
  return Object.fromEntries(results);
}

async function check(model: LoadedModel, to: PartToExport, axes: CompileOptions["axes"]): Promise<Check> {
  const { name, part, reference, examples } = to, inputs = Object.keys(to.inputs);
  const program = compile(part, { axes });
  let eager = 0, compiled = 0, numbers = 0;
  try {
    for (const example of examples) {
      const found = await model.run(Object.fromEntries(inputs.map((input, i) => [input, example[i]])));
      const shapes = example.map(({ shape }) => `[${shape}]`).join(", ");
      const from = (other: string, expected: Record<string, HostArray>) =>
        difference(
          found,
          expected,
          `Cannot export ${name}: for inputs of shapes ${shapes} ONNX Runtime and ${other} differ`,
        );
      eager = Math.max(eager, from("tfjs", eagerly(part, example)));
      if (reference) eager = Math.max(eager, from("the library's model", eagerly(reference, example)));
      compiled = Math.max(compiled, from("the compiled function", await program.arrays(...example)));
      for (const { data } of Object.values(found)) numbers += data.length;
    }
  } finally {
    await program.release();
  }
  return { name, eager, compiled, numbers };
}

/**
 * Exports a part and holds it, in ONNX Runtime, against the same function run eagerly, compiled,
 * and against its reference.
 *
 * @param metadata is stored in the model and in its configuration
 * @throws (rejects) Error where they differ.
 */
export async function checkedExport(
  to: PartToExport,
  metadata: Readonly<Record<string, string>>,
): Promise<{ model: RepositoryModel; check: Check }> {
  const { name, part, batches, parameters } = to;
  const inputs = Object.keys(to.inputs), axes = Object.values(to.inputs);
  const exported = exportOnnx(part, to.examples[0], { inputs, axes, metadata: { ...metadata } });
  const loaded = await loadModel(exported.bytes, { source: name });
  try {
    const tensors = (values: typeof exported.inputs) =>
      values.map(({ name, dtype, shape }) => {
        const dims = shape.slice(batches ? 1 : 0).map((length) => typeof length === "number" ? length : -1);
        const lengths = dims.length > 0 ? { dims } : { dims: [1], reshape: [] };
        return { name, dataType: TYPES[dtype], ...lengths };
      });
    const config = {
      name,
      maxBatchSize: batches ? MAX_BATCH : 0,
      input: tensors(exported.inputs),
      output: tensors(exported.outputs),
      parameters: { ...metadata, ...parameters },
    };
    return { model: { config, bytes: exported.bytes }, check: await check(loaded, to, axes) };
  } finally {
    await loaded.release();
  }
}
