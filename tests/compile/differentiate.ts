import assert from "node:assert/strict";
import { compile, type EngineName, grad } from "../../lib/compile/mod.ts";
import { type HostArray, sizeOf, type Tensor, tf, toTensor } from "../../lib/tensor/mod.ts";

/** A function of tensors to be held against its derivatives. */
export interface Case {
  name: string;
  fn: (...x: Tensor[]) => Tensor;
  inputs: HostArray[];
  /** Inputs the function is differentiable in (default: all float inputs). */
  wrt?: number[];
  /** Which orders of derivative are checked (default 2). */
  order?: 0 | 1 | 2;
  /** Finite differences are less exact near kinks and poles. */
  tolerance?: number;
}

/** An array of float64 numbers from a smooth, seeded sequence within (low, high). */
export function numbers(shape: number[], low = -2, high = 2, phase = 0): HostArray {
  const size = sizeOf(shape);
  const fraction = (x: number) => x - Math.floor(x);
  return {
    data: Float64Array.from(
      { length: size },
      (_, i) => low + (high - low) * fraction(0.377 + 0.6180339887 * (i + 1) + 0.17 * phase),
    ),
    shape,
  };
}

/** An int32 array. */
export function integers(values: number[], shape = [values.length]): HostArray {
  return { data: Int32Array.from(values), shape };
}

const weighted = (y: Tensor, phase: number): Tensor => {
  const weights = numbers(y.shape, 0.5, 1.5, phase);
  return tf.sum(tf.mul(y.dtype === "float32" ? y : tf.cast(y, "float32"), toTensor(weights)));
};

function close(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(expected[i]) && Number.isNaN(actual[i])) continue;
    const error = Math.abs(actual[i] - expected[i]);
    assert.ok(
      error <= tolerance * (1 + Math.abs(expected[i])),
      `${what}: element ${i} is ${actual[i]}, expected ${expected[i]}`,
    );
  }
}

/** Eager against compiled in float32, then first and second derivatives against finite differences in float64. */
export async function check(
  { name, fn, inputs, wrt, order = 2, tolerance = 1e-6 }: Case,
  engine: EngineName,
): Promise<void> {
  const eager = fn(...inputs.map(toTensor));
  const compiled = compile(fn, { engine });
  const single = inputs.map((x) =>
    x.data instanceof Float64Array ? { ...x, data: Float32Array.from(x.data) } : x
  );
  const result = await compiled.arrays(...single) as HostArray;
  assert.deepEqual([...result.shape], eager.shape, `${name}: shape`);
  close(result.data, eager.dataSync(), 2e-5, `${name}: compiled against eager`);
  await compiled.release();
  if (order === 0) return;

  const places = wrt ?? inputs.flatMap((x, i) => x.data instanceof Float64Array ? [i] : []);
  const loss = (...x: Tensor[]) => weighted(fn(...x), 1);
  const first = (...x: Tensor[]) => grad(loss, { argnums: places })(...x) as Tensor[];
  const along = (...x: Tensor[]) =>
    first(...x).map((g, i) => weighted(g, i + 2)).reduce((a, b) => tf.add(a, b));
  const second = (...x: Tensor[]) => grad(along, { argnums: places })(...x) as Tensor[];
  const all = compile((...x: Tensor[]) => ({
    loss: loss(...x),
    first: first(...x),
    along: along(...x),
    ...(order === 2 ? { second: second(...x) } : {}),
  }), { engine, dtype: "float64" });
  const at = await all.arrays(...inputs);
  const eagerGradient = first(...inputs.map(toTensor));
  places.forEach((_, k) =>
    close(eagerGradient[k].dataSync(), at.first[k].data, 2e-4, `${name}: eager gradient`)
  );
  const h = 1e-5;
  for (const [k, place] of places.entries()) {
    const { data, shape } = inputs[place];
    for (const i of new Set([0, data.length >> 1, data.length - 1])) {
      const moved = async (by: number) => {
        const copy = Float64Array.from(data);
        copy[i] += by;
        return await all.arrays(...inputs.map((x, j) => j === place ? { data: copy, shape } : x));
      };
      const [up, down] = [await moved(h), await moved(-h)];
      const difference = (of: "loss" | "along") => (up[of].data[0] - down[of].data[0]) / (2 * h);
      close(
        [at.first[k].data[i]],
        [difference("loss")],
        tolerance,
        `${name}: gradient of input ${place}[${i}]`,
      );
      if (order === 2) {
        close(
          [at.second[k].data[i]],
          [difference("along")],
          tolerance * 10,
          `${name}: second derivative of input ${place}[${i}]`,
        );
      }
    }
  }
  await all.release();
}
