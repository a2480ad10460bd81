import { Normal, param, plate, sample } from "../../mod.ts";
import { random, type Tensor } from "../../lib/tensor/mod.ts";

/** A network of two layers, with products large enough for vectors, and draws. */
export function network(x: Tensor, y: Tensor) {
  const weights = (name: string, shape: [number, number]) =>
    param(name, (k) => random.normal(k, shape).mul(0.3));
  const hidden = x.matMul(weights("first", [3, 9])).tanh(), noise = sample("noise", new Normal(0, 1));
  const mean = hidden.matMul(weights("last", [9, 1])).squeeze([1]).add(noise.mul(0.1));
  using _data = plate("data", x.shape[0]);
  sample("y", new Normal(mean, 0.5), { obs: y });
}
