/**
 * A whole process: imports the library, reads the data, trains a guide of the regression for 1,000
 * steps, and ends.
 *
 * usage: first.ts DATA.csv autonormal|mvn
 *
 * @module
 */
import { adam, AutoMultivariateNormal, AutoNormal, key, SVI, type Tensor, tf, TraceELBO } from "../../mod.ts";
import { ruggedRegression } from "../../lib/models/rugged.ts";
import { readColumns } from "./columns.ts";

/** A training of the regression, ready to be run as often as one likes. */
export function training(path: string, name: string): () => Promise<{ losses: ArrayLike<number> }> {
  const { isAfrica, ruggedness, logGdp } = readColumns(path);
  const data: [Tensor, Tensor, Tensor] = [
    tf.tensor1d(isAfrica),
    tf.tensor1d(ruggedness),
    tf.tensor1d(logGdp),
  ];
  const guide = name === "mvn"
    ? new AutoMultivariateNormal(ruggedRegression)
    : new AutoNormal(ruggedRegression);
  const svi = new SVI(ruggedRegression, guide, adam({ lr: 0.02 }), new TraceELBO());
  return () => svi.run(key(1), 1000, data);
}

if (import.meta.main) {
  const [path, name] = Deno.args, { losses } = await training(path, name)();
  console.log(losses[999]);
}
