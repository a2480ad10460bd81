import { inferDiscrete } from "@pyrosaur/pyrosaur/infer";
import { trace } from "@pyrosaur/pyrosaur/ppl";
import { type HostArray, isHostArray, mapTree, type Tensor, tf, toTensor } from "@pyrosaur/pyrosaur/tensor";
import { form, type Tables } from "./model.ts";
import { NOTES } from "./notes.ts";

/**
 * Returns the function from sequences to their most probable states (Viterbi): notes [steps,
 * sequences, notes] and lengths, int32 [sequences], to states, int32 [steps, sequences], -1 beyond
 * a sequence's length.
 */
export function decoder(
  tables: Readonly<Record<string, HostArray>>,
): (notes: Tensor, lengths: Tensor) => Tensor {
  const given = mapTree(tables, isHostArray, toTensor) as Tables, [hidden] = tables.probs_y.shape;
  const decode = inferDiscrete(form("plain", hidden, NOTES).sequences, { temperature: 0 });
  return (values, lengths) => {
    // 1, 2, 3 ... along time, whatever its length.
    const steps = tf.cumsum(tf.onesLike(values.slice([0, 0, 0], [-1, -1, 1])), 0).squeeze([2]);
    const mask = tf.lessEqual(steps, lengths.cast("float32").reshape([1, -1]));
    const states = trace(decode).get(given, { values, before: values, mask }).value("x").cast("int32");
    return tf.where(mask, states, tf.onesLike(states).neg());
  };
}
