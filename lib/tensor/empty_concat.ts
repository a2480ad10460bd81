import { tf } from "./tf.ts";

/** The part of tfjs's backend `cpu` that holds the values of tensors. */
interface Values {
  data: { get(id: object): { values: ArrayLike<unknown> } };
}

const typed = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/**
 * Gives tensors without elements, as tfjs's backend `cpu` makes them by `concat` and `stack`, typed
 * arrays in place of plain ones, which its `slice` and `unstack` cannot read.
 */
for (const name of ["Concat", "Pack"]) {
  const kernel = tf.getKernel(name, "cpu"), run = kernel.kernelFunc;
  kernel.kernelFunc = (call) => {
    const made = run(call);
    for (const { dataId, dtype } of [made].flat()) {
      const held = (call.backend as Values).data.get(dataId);
      if (held.values.length === 0 && dtype in typed) held.values = new typed[dtype as keyof typeof typed](0);
    }
    return made;
  };
}
