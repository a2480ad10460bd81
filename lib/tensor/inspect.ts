import { tf } from "./tf.ts";
import { inConsoles } from "../system/mod.ts";

/** Shows tensors in `console.log` by their numbers; those traced or on a GPU by their shape. */
Object.defineProperty(tf.Tensor.prototype, inConsoles, {
  configurable: true,
  value(this: InstanceType<typeof tf.Tensor>): string {
    try {
      return this.toString().replace(/^Tensor\s+/, "Tensor ");
    } catch {
      return `Tensor ${this.dtype} [${this.shape.join(", ")}]`;
    }
  },
});
