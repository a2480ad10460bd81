import { tf } from "./tf.ts";
import { formatShape } from "./shape.ts";
import { inConsoles } from "../system/mod.ts";

/** Shows tensors in `console.log` by shape and numbers; those traced or on a GPU by their shape. */
Object.defineProperty(tf.Tensor.prototype, inConsoles, {
  configurable: true,
  value(this: InstanceType<typeof tf.Tensor>): string {
    const { dtype, rank, shape } = this, kind = dtype === "float32" ? "Tensor" : `Tensor ${dtype}`;
    try {
      // Seven digits are all that float32 has.
      if (rank === 0) {
        return `${kind} ${
          dtype === "float32" ? Number(this.dataSync()[0].toPrecision(7)) : this.dataSync()[0]
        }`;
      }
      return `${kind} ${formatShape(shape)} ${this.toString().replace(/^Tensor\s+/, "")}`;
    } catch {
      return `Tensor ${dtype} ${formatShape(shape)}`;
    }
  },
});
