import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../lib/tensor/tf.ts";
import * as random from "../../../lib/tensor/random/mod.ts";

// Reference values of JAX 0.10.2 (threefry2x32, jax_threefry_partitionable=True).
const { cases } = JSON.parse(Deno.readTextFileSync(new URL("../../golden/random.json", import.meta.url)));

/** How many float32 numbers lie between two. */
function ulps(a: number, b: number): number {
  const [x, y] = new Int32Array(Float32Array.of(a, b).buffer);
  return a === b ? 0 : Math.abs(x - y);
}

function assertDraws(tensor: Tensor, expected: number[], tolerance: number): void {
  const values = [...tensor.dataSync()];
  assert.deepEqual(tensor.shape, [expected.length]);
  const off = Math.max(...values.map((v, i) => ulps(v, expected[i])));
  assert.ok(off <= tolerance, `${off} units in the last place: ${values} instead of ${expected}`);
}

for (const golden of cases) {
  const key = random.key(golden.seed);
  const test = (name: string, body: () => void): void =>
    Deno.test(`${name} is JAX's, seed ${golden.seed}`, body);

  test("key()", () => assert.deepEqual(key.toJSON(), golden.key_data));
  test("split()", () => assert.deepEqual(random.split(key, 3).map((k) => k.toJSON()), golden.split3));
  test("foldIn()", () => assert.deepEqual(random.foldIn(key, 7).toJSON(), golden.fold_in_7));
  test("bits()", () => {
    assert.deepEqual([...random.bits(key, [5]).data], golden.bits_u32_5);
    assert.deepEqual(random.bits(key, [2, 3]), {
      data: Uint32Array.from(golden.bits_u32_2x3.flat()),
      shape: [2, 3],
    });
  });
  test("uniform()", () => {
    assertDraws(random.uniform(key, [6]), golden.uniform_f32_6, 0);
    assertDraws(random.uniform(key, [4], { min: -2, max: 3 }), golden["uniform_-2_3_f32_4"], 1);
  });
  test("normal()", () => assertDraws(random.normal(key, [6]), golden.normal_f32_6, 0));
  test("bernoulli()", () => {
    const draws = random.bernoulli(key, 0.3, [8]);
    assert.equal(draws.dtype, "bool");
    assertDraws(draws, golden["bernoulli_p.3_8"], 0);
  });
  test("categorical()", () => {
    const draws = random.categorical(key, tf.tensor1d([1, 0, -1]), [8]);
    assert.equal(draws.dtype, "int32");
    assertDraws(draws, golden["categorical_logits_1_0_-1_8"], 0);
  });
  test("randint()", () => assertDraws(random.randint(key, [6], 0, 100), golden.randint_0_100_6, 0));
  test("permutation()", () => assertDraws(random.permutation(key, 10), golden.permutation_10, 0));
  test("exponential()", () => assertDraws(random.exponential(key, [4]), golden.exponential_4, 1));
  test("gumbel()", () => assertDraws(random.gumbel(key, [4]), golden.gumbel_4, 1));
  test("laplace()", () => assertDraws(random.laplace(key, [4]), golden.laplace_4, 1));
  test("cauchy()", () => assertDraws(random.cauchy(key, [3]), golden.cauchy_3, 1));
}
