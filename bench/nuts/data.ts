import { countriesOf } from "../../experiments/rugged/notebook.ts";
import { resolveDataset } from "../../lib/data/mod.ts";
import { type HostArray, type HostData, random, type Tensor, toHostArray } from "../../lib/tensor/mod.ts";
import type { Arguments } from "./files.ts";

const vector = (numbers: ArrayLike<number>): HostArray => ({
  data: Float64Array.from(numbers),
  shape: [numbers.length],
});

const normals = (key: number, count: number): HostData =>
  toHostArray(random.normal(random.key(key), [count]) as Tensor).data;

/** The ruggedness of countries' terrain; countries without a GDP are left out. */
async function rugged(): Promise<Arguments> {
  const { value, notice } = await resolveDataset("rugged");
  if (notice !== null) console.error(notice);
  const { isAfrica, ruggedness, logGdp } = countriesOf(value);
  return { isAfrica: vector(isAfrica), ruggedness: vector(ruggedness), logGdp: vector(logGdp) };
}

/** Simulated rows of standard normals, and what weights of size 1 / sqrt(d) make of them. */
function logistic(n: number, d: number): Arguments {
  const x = Float64Array.from(normals(0, n * d)), weights = normals(1, d);
  const uniform = toHostArray(random.uniform(random.key(2), [n]) as Tensor).data;
  const y = Float64Array.from({ length: n }, (_, i) => {
    let logit = 0;
    for (let j = 0; j < d; j++) logit += x[i * d + j] * weights[j] / Math.sqrt(d);
    return Number(uniform[i] < 1 / (1 + Math.exp(-logit)));
  });
  return { x: { data: x, shape: [n, d] }, y: { data: y, shape: [n] } };
}

/** Simulated returns: the log variance has mean -1.02, persistence 0.95 and innovations of 0.25. */
function returns(count: number): Arguments {
  const [mu, phi, sigma] = [-1.02, 0.95, 0.25], noise = normals(3, count), shock = normals(4, count);
  let h = mu;
  const y = Float64Array.from({ length: count }, (_, t) => {
    h = mu + phi * (h - mu) + sigma * noise[t];
    return Math.exp(h / 2) * shock[t];
  });
  return { y: { data: y, shape: [count] } };
}

/** Makes the data of each model, as `models` names them. */
export const data: Readonly<Record<string, () => Arguments | Promise<Arguments>>> = {
  schools: () => ({
    y: vector([28, 8, -3, 7, -1, 1, 18, 12]),
    sigma: vector([15, 10, 16, 11, 9, 11, 10, 18]),
  }),
  rugged,
  logistic_1k: () => logistic(1000, 20),
  logistic_20k: () => logistic(20_000, 50),
  volatility: () => returns(1000),
};
