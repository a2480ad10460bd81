import { random, type Tensor } from "../../lib/tensor/mod.ts";
import type { GoldenFile, Outcome } from "./reader.ts";

const numbers = (tensor: Tensor): number[] => Array.from(tensor.dataSync());

/** The meaning of each field of a case, with the shape that its name ends in. */
function draws(key: random.ThreefryKey, field: string): number[] | undefined {
  const [, name, size] = field.match(/^(.*?)_?((?:\d+x)*\d+)?$/)!;
  const shape = size?.split("x").map(Number) ?? [];
  switch (name) {
    case "key_data":
      return [...key.data];
    case "split":
    case "split3":
      return key.split(shape[0] ?? 3).flatMap((k) => [...(k as random.ThreefryKey).data]);
    case "fold_in":
      return [...(key.foldIn(shape[0]) as random.ThreefryKey).data];
    case "bits_u32":
      return [...random.bits(key, shape).data];
    case "uniform_f32":
      return numbers(random.uniform(key, shape));
    case "uniform_-2_3_f32":
      return numbers(random.uniform(key, shape, { min: -2, max: 3 }));
    case "normal_f32":
      return numbers(random.normal(key, shape));
    case "bernoulli_p.3":
      return numbers(random.bernoulli(key, 0.3, shape));
    case "categorical_logits_1_0_-1":
      return numbers(random.categorical(key, [1, 0, -1] as unknown as Tensor, shape));
    case "randint_0_100":
      return numbers(random.randint(key, shape, 0, 100));
    case "permutation":
      return numbers(random.permutation(key, shape[0]));
    case "exponential":
      return numbers(random.exponential(key, shape));
    case "gumbel":
      return numbers(random.gumbel(key, shape));
    case "laplace":
      return numbers(random.laplace(key, shape));
    case "cauchy":
      return numbers(random.cauchy(key, shape));
  }
}

/** Returns how many float32 numbers lie between two. */
function ulps(a: number, b: number): number {
  const order = (x: number) => {
    const bits = new Int32Array(Float32Array.of(x).buffer)[0];
    return bits < 0 ? -(bits & 0x7fffffff) : bits;
  };
  return Math.abs(order(a) - order(b));
}

const integers = /^(key_data|split|fold_in|bits|bernoulli|categorical|randint|permutation)/;

/**
 * `random.json`: a seed and what JAX's generator gives for it. Integers are met bit for bit, floats
 * to 1 ulp.
 */
export default async function* random_(file: GoldenFile): AsyncIterable<Outcome> {
  for (const { seed, ...fields } of file.cases) {
    const key = random.key(seed);
    for (const [field, value] of Object.entries(fields)) {
      const name = `seed ${seed} ${field}`,
        expected = [value].flat(Infinity) as number[],
        actual = draws(key, field);
      if (!actual) {
        yield { case: name, unsupported: field };
        continue;
      }
      const distance = integers.test(field)
        ? (actual.length === expected.length && actual.every((a, i) => a === expected[i]) ? 0 : Infinity)
        : Math.max(...expected.map((e, i) => ulps(actual[i], e)));
      // One unit in the last place of a float32 is what libm may differ by.
      const error = distance <= 1 ? distance * 2 ** -24 : Infinity;
      yield {
        case: name,
        float32: error,
        float64: 0,
        note: distance === 1 ? field.replace(/_[\dx]+$/, "") : undefined,
      };
    }
  }
}
