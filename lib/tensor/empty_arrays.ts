import { type Tensor, tf } from "./tf.ts";

/** The part of tfjs's backend `cpu` that holds the values of tensors. */
interface Values {
  data: { get(id: object): { values: ArrayLike<number> } };
}

const typed = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** Lets a kernel of tfjs's backend `cpu` be followed by a repair of what it holds of each result. */
function repair(
  name: string,
  mend: (
    held: { values: ArrayLike<number> },
    dtype: keyof typeof typed,
    inputs: Record<string, Tensor>,
  ) => void,
) {
  const kernel = tf.getKernel(name, "cpu"), run = kernel.kernelFunc;
  kernel.kernelFunc = (call) => {
    const made = run(call);
    for (const { dataId, dtype } of [made].flat()) {
      if (dtype in typed) {
        const held = (call.backend as Values).data.get(dataId);
        mend(held, dtype as keyof typeof typed, call.inputs as Record<string, Tensor>);
      }
    }
    return made;
  };
}

// Tensors without elements are plain arrays after `concat` and `stack`: slice and unstack cannot read them.
for (const name of ["Concat", "Pack"]) {
  repair(name, (held, dtype) => {
    if (held.values.length === 0) held.values = new typed[dtype](0);
  });
}

// A reduction of nothing is its neutral element, which these kernels leave out: they take the first value.
const neutral = {
  Max: { float32: -Infinity, int32: -2147483648, bool: 0 },
  Min: { float32: Infinity, int32: 2147483647, bool: 1 },
  All: { float32: 1, int32: 1, bool: 1 },
};
for (const [name, values] of Object.entries(neutral)) {
  repair(name, (held, dtype, { x }) => {
    if (x.size === 0) held.values = new typed[dtype](held.values.length).fill(values[dtype]);
  });
}
