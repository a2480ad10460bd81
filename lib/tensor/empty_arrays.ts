import { asTensor } from "./constant.ts";
import { broadcastShapes } from "./shape.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "./tf.ts";

/** The part of tfjs's backend `cpu` that holds the values of tensors. */
interface Values {
  data: { get(id: object): { values: ArrayLike<number> } };
}

const typed = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** Has a kernel of tfjs's backend `cpu` followed by a repair of what it holds of each result. */
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

// Tensors without elements are plain arrays after `concat` and `stack`: slice and unstack cannot
// read them.
for (const name of ["Concat", "Pack"]) {
  repair(name, (held, dtype) => {
    if (held.values.length === 0) held.values = new typed[dtype](0);
  });
}

// A reduction of nothing is its neutral element, which these kernels leave out: they take the first
// value.
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

// An axis of length 1 broadcasts to none by being cut; tfjs's `broadcastTo` repeats it no times,
// which it takes for once, and its `where` is built on it.
const { broadcastTo: repeated } = tf;
function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  const tensor = asTensor(x), missing = shape.length - tensor.rank;
  if (!shape.includes(0) || missing < 0) return repeated(tensor, shape);
  const full = [...Array(missing).fill(1), ...tensor.shape];
  const cut = full.map((length, i) => length === 1 && shape[i] === 0 ? 0 : length);
  return repeated(tf.slice(tf.reshape(tensor, full), cut.map(() => 0), cut), shape);
}
Object.assign(tf, { broadcastTo });
Object.assign(tf.Tensor.prototype, {
  broadcastTo(this: Tensor, shape: Shape): Tensor {
    return broadcastTo(this, shape);
  },
});
const select = tf.getKernel("Select", "cpu"), { kernelFunc: chosen } = select;
select.kernelFunc = (call) => {
  const { condition, t, e } = call.inputs as Record<string, Tensor>;
  if (t.size > 0 && e.size > 0 && condition.size > 0) return chosen(call);
  const shape = broadcastShapes(condition.shape, t.shape, e.shape);
  return tf.zeros(shape, tf.upcastType(t.dtype, e.dtype));
};
