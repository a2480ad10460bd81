import { type Tensor, tf } from "../tensor/mod.ts";
import type { KernelFunc } from "@tensorflow/tfjs";

type Arguments = Parameters<KernelFunc>[0];
type Inputs = Record<string, Tensor>;
type Patch = (inputs: Inputs, args: Arguments, kernel: KernelFunc) => Tensor;
type ElementType = "float32" | "int32" | "bool";

/** Runs a kernel on inputs of which some were made for it alone, and frees those. */
function on(inputs: Inputs, made: Tensor[], args: Arguments, kernel: KernelFunc): Tensor {
  try {
    return kernel({ ...args, inputs }) as unknown as Tensor;
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

const cast = (x: Tensor, dtype: ElementType): Tensor => {
  const result = tf.cast(x, dtype) as Tensor;
  x.dispose();
  return result;
};

/** Returns the kernel on inputs of another element type, where all of them have the type `from`. */
const through = (from: ElementType, dtype: ElementType): Patch => (inputs, args, kernel) => {
  if (Object.values(inputs).some((x) => x.dtype !== from)) return on(inputs, [], args, kernel);
  const entries = Object.entries(inputs).map(([name, x]) => [name, tf.cast(x, dtype) as Tensor] as const);
  return on(Object.fromEntries(entries), entries.map(([, x]) => x), args, kernel);
};

/** And back to the type it came from. */
const throughAndBack = (from: ElementType, dtype: ElementType): Patch => {
  const there = through(from, dtype);
  return (inputs, args, kernel) => {
    const result = there(inputs, args, kernel);
    return Object.values(inputs).every((x) => x.dtype === from) ? cast(result, from) : result;
  };
};

/**
 * Patches where tfjs-node's kernels refuse inputs that tfjs's own backends take, or answer
 * otherwise. TensorFlow has no arithmetic, order or reduction of booleans.
 */
const patches: Readonly<Record<string, Patch>> = {
  Greater: through("bool", "int32"),
  GreaterEqual: through("bool", "int32"),
  Less: through("bool", "int32"),
  LessEqual: through("bool", "int32"),
  Cumsum: through("bool", "int32"),
  Max: throughAndBack("bool", "int32"),
  Min: throughAndBack("bool", "int32"),
  Add: throughAndBack("bool", "int32"),
  Multiply: throughAndBack("bool", "int32"),
  // The mean of integers is no integer; tfjs-node casts, but tells TensorFlow the type from before.
  Mean: ({ x }, args, kernel) => {
    if (x.dtype === "float32") return on({ x }, [], args, kernel);
    const floats = tf.cast(x, "float32") as Tensor;
    return on({ x: floats }, [floats], args, kernel);
  },
  // TensorFlow rounds integers to 0.
  Round: ({ x }, args, kernel) => x.dtype === "int32" ? tf.clone(x) as Tensor : on({ x }, [], args, kernel),
  // The quotient is an integer in tfjs, whatever was divided.
  FloorDiv: (inputs, args, kernel) => {
    const result = on(inputs, [], args, kernel);
    return result.dtype === "int32" ? result : cast(result, "int32");
  },
  // tfjs-node knows no axis from behind.
  GatherV2: (inputs, args, kernel) => {
    const { axis, ...attrs } = args.attrs as { axis: number };
    return on(inputs, [], {
      ...args,
      attrs: { ...attrs, axis: axis < 0 ? axis + inputs.x.shape.length : axis },
    }, kernel);
  },
};

/** Replaces kernels of a backend by patched ones. */
export function patchKernels(backendName: string): void {
  for (const [kernelName, patch] of Object.entries(patches)) {
    const config = tf.getKernel(kernelName, backendName);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      ...config,
      kernelFunc: (args) => patch(args.inputs as unknown as Inputs, args, config.kernelFunc),
    });
  }
}
