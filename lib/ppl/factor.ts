import { Unit } from "../distributions/unit.ts";
import { asTensor, type TensorLike, tf } from "../tensor/mod.ts";
import { sample } from "./sample.ts";

/** Adds a term to the log density, as Pyro's `factor`: an observed site with the `Unit` distribution. */
export function factor(name: string, logFactor: TensorLike): void {
  const term = asTensor(logFactor);
  sample(name, new Unit(term), { obs: tf.fill([...term.shape, 0], 0) });
}
