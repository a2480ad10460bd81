import { compile } from "../../lib/compile/mod.ts";
import type { HostArray, Tensor } from "../../lib/tensor/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { median } from "../../lib/statistics/mod.ts";
import type { StepSize } from "./configuration.ts";

/**
 * A matrix product of a step: [rows, inner] times [inner, columns], so often; `sums`: over the rows
 * of both.
 */
interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly times: number;
  /** True where the left matrix comes transposed: the gradient of a weight. */
  readonly transposed?: boolean;
}

/** Sizes of the published model. */
const [X, Z, E, R, H, F] = [88, 100, 100, 200, 600, 100];

/** A layer whose steps are all there at once: forward, backward, and the gradient of its weight. */
function batched(rows: number, inner: number, columns: number, needsInput = true): Product[] {
  return [
    { rows, inner, columns, times: 1 },
    ...(needsInput ? [{ rows, inner: columns, columns: inner, times: 1 }] : []),
    { rows: columns, inner: rows, columns: inner, times: 1, transposed: true },
  ];
}

/**
 * A layer on the recurrence: forward and backward at each step, the gradient of its weight over all
 * steps at once.
 */
function recurrent(steps: number, batch: number, inner: number, columns: number): Product[] {
  return [
    { rows: batch, inner, columns, times: steps },
    { rows: batch, inner: columns, columns: inner, times: steps },
    { rows: columns, inner: steps * batch, columns: inner, times: 1, transposed: true },
  ];
}

/** The matrix products of one training step. */
function productsOf({ batch, steps, iafs }: StepSize): Product[] {
  const rows = batch * steps;
  return [
    ...batched(rows, X, H, false),
    ...recurrent(steps, batch, H, H),
    ...recurrent(steps, batch, Z, H),
    ...recurrent(steps, batch, H, Z),
    ...recurrent(steps, batch, H, Z),
    ...Array.from({ length: iafs }, () => [
      ...recurrent(steps, batch, Z, F),
      ...recurrent(steps, batch, F, 2 * Z),
    ]).flat(),
    ...[[Z, R], [R, Z], [Z, R], [R, Z], [Z, Z], [Z, Z], [Z, E], [E, E], [E, X]].flatMap(([inner, columns]) =>
      batched(rows, inner, columns)
    ),
  ];
}

const filled = (shape: number[]): HostArray => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i)),
  shape,
});

/**
 * Milliseconds of one bare product in ONNX Runtime, measured over several at once where it is
 * small.
 */
async function time({ rows, inner, columns, transposed = false }: Product): Promise<number> {
  const copies = Math.max(1, Math.min(64, Math.floor(2e8 / (rows * inner * columns))));
  const run = compile(
    (xs: Tensor[], w: Tensor) => xs.map((x) => tf.matMul(x, w, transposed)),
    { engine: "onnx" },
  );
  const left = transposed ? [inner, rows] : [rows, inner];
  const xs = Array.from({ length: copies }, () => filled(left)), w = filled([inner, columns]);
  const program = await run.program(xs, w), outputs = program.allocate(new Map());
  const times: number[] = [];
  for (let i = -2; i < 9; i++) {
    const begin = performance.now();
    await program.run([...xs, w], [], { outputs });
    if (i >= 0) times.push((performance.now() - begin) / copies);
  }
  await run.release();
  return median(times);
}

/**
 * The time of all matrix products of a training step, each on its own and with nothing between
 * them.
 */
export async function gemmLimit(size: StepSize): Promise<number> {
  const known = new Map<string, number>();
  let total = 0;
  for (const product of productsOf(size)) {
    const { times, ...shape } = product, key = JSON.stringify(shape);
    if (!known.has(key)) known.set(key, await time(product));
    total += times * known.get(key)!;
  }
  return total;
}
