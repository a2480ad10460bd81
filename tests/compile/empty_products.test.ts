import assert from "node:assert/strict";
import { compile, grad } from "../../lib/compile/mod.ts";
import { type HostArray, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { engines, isAbsent } from "./engines.ts";

/** Products over an inner axis, which may be empty, with and without something added to them. */
function products(a: Tensor, b: Tensor, bias: Tensor): Tensor[] {
  const batch = (x: Tensor) => tf.stack([x, x]),
    loss = (a: Tensor) => a.matMul(b).add(bias).square().sum() as Tensor;
  return [
    a.matMul(b),
    a.matMul(b).add(bias),
    a.transpose().matMul(b.transpose(), true, true),
    batch(a).matMul(batch(b)),
    tf.einsum("ij,jk->ik", a, b),
    tf.fused.matMul({ a: a as never, b: b as never, bias }) as Tensor,
    grad(loss)(a),
  ];
}

for (const engine of [...engines, "tfjs"] as const) {
  for (const dtype of ["float32", "float64"] as const) {
    for (const isNamed of [false, true]) {
      Deno.test({
        name: `products over no elements are 0, ${
          isNamed ? "of a named axis, " : ""
        }in ${dtype} with ${engine}`,
        ignore: engine === "tfjs" ? dtype === "float64" : isAbsent(engine),
        async fn() {
          const axes = isNamed ? [[null, "K"], ["K", null], null] : undefined;
          const compiled = compile(products, { engine, dtype, axes });
          const bias = { data: Float64Array.of(1, 2, 3), shape: [3] };
          for (const inner of isNamed ? [2, 0, 1, 0] : [0]) {
            const ones = (shape: number[]) => ({
              data: new Float64Array(2 * inner + inner).fill(1).slice(0, shape[0] * shape[1]),
              shape,
            });
            const found: HostArray[] = await compiled.arrays(ones([2, inner]), ones([inner, 3]), bias);
            const n = inner,
              row = [n, n, n],
              added = [n + 1, n + 2, n + 3],
              slope = 2 * added.reduce((x, y) => x + y);
            const expected = [[row, row], [added, added], [row, row], [row, row, row, row], [row, row], [
              added,
              added,
            ]];
            expected.forEach((rows, i) =>
              assert.deepEqual([...found[i].data], rows.flat(), `product ${i} over ${inner}`)
            );
            assert.deepEqual([...found[6].shape], [2, inner]);
            assert.ok(found[6].data.every((v: number) => v === slope));
          }
          await compiled.release();
        },
      });
    }
  }
}
