import { type Tensor, tf } from "../tensor/mod.ts";
import type { KernelFunc } from "@tensorflow/tfjs";

type Arguments = Parameters<KernelFunc>[0];
type Inputs = Record<string, Tensor>;
type Patch = (inputs: Inputs, args: Arguments, kernel: KernelFunc) => Tensor;

/** Runs a kernel on inputs of which some were made for it alone, and frees those. */
function on(inputs: Inputs, made: Tensor[], args: Arguments, kernel: KernelFunc): Tensor {
  try {
    return kernel({ ...args, inputs }) as unknown as Tensor;
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** Casts a tensor that nobody else holds. */
const cast = (x: Tensor, dtype: "bool" | "int32"): Tensor => {
  const result = tf.cast(x, dtype) as Tensor;
  x.dispose();
  return result;
};

/** Runs a kernel on integers in the place of booleans, where all inputs are booleans. */
const asIntegers: Patch = (inputs, args, kernel) => {
  if (Object.values(inputs).some((x) => x.dtype !== "bool")) return on(inputs, [], args, kernel);
  const entries = Object.entries(inputs).map(([name, x]) => [name, tf.cast(x, "int32") as Tensor] as const);
  return on(Object.fromEntries(entries), entries.map(([, x]) => x), args, kernel);
};

/** And makes booleans of the result. */
const asIntegersAndBack: Patch = (inputs, args, kernel) => {
  const result = asIntegers(inputs, args, kernel);
  return Object.values(inputs).every((x) => x.dtype === "bool") ? cast(result, "bool") : result;
};

/**
 * Patches where tfjs-node's kernels refuse inputs that tfjs's own backends take, or answer
 * otherwise. TensorFlow has no arithmetic, order or reduction of booleans.
 */
const patches: Readonly<Record<string, Patch>> = {
  Greater: asIntegers,
  GreaterEqual: asIntegers,
  Less: asIntegers,
  LessEqual: asIntegers,
  Cumsum: asIntegers,
  Max: asIntegersAndBack,
  Min: asIntegersAndBack,
  Add: asIntegersAndBack,
  Multiply: asIntegersAndBack,
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
