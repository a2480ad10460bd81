import type { LossFunction } from "@pyrosaur/pyrosaur/infer";
import type { NeuralProcessPoints } from "@pyrosaur/pyrosaur/models";
import { constant, type Key, random, type Tensor, tf, toTensor } from "@pyrosaur/pyrosaur/tensor";
import { remedy } from "./settings.ts";
import { column, OBS_SCALE, X } from "./system.ts";

const EXTRA = remedy.at.length, ALL = X.length + EXTRA;
const flags = (known: (i: number) => boolean) => ({
  data: Uint8Array.from({ length: ALL }, (_, i) => +known(i)),
  shape: [ALL],
});

/**
 * One of the many functions through the points: known at the data, drawn elsewhere. All of it is to
 * be predicted from the data alone.
 *
 * @param y the values at the data, [5, 1]
 */
export function functionThrough(key: Key, y: Tensor): NeuralProcessPoints {
  const elsewhere = random.normal(key, [EXTRA, 1]).mul(constant(remedy.sd));
  const scales = [...X.map(() => OBS_SCALE), ...remedy.at.map(() => remedy.scale)];
  return {
    x: toTensor(column([...X, ...remedy.at])),
    y: tf.concat([y, elsewhere], 0),
    context: toTensor(flags((i) => i < X.length)),
    target: toTensor(flags(() => true)),
    scale: toTensor(column(scales)),
  };
}

/** A loss for such functions, a new one at each step; the arguments are x and y of the data. */
export function withManyFunctions(loss: LossFunction): LossFunction {
  return (key, model, guide, args) => {
    const [forFunction, forLoss] = key.split(2);
    return loss(forLoss, model, guide, [functionThrough(forFunction, args[1] as Tensor)]);
  };
}
