/**
 * A process that takes one measurement with one engine and prints it as JSON, `{ value, n }`.
 *
 * usage: measure.ts COLUMN DEVICE TASK [ARGUMENT ...], with tasks `matmul SIZE` (GFLOP/s), `vae
 * BATCH` (ms a step), `dmm BATCH STEPS` (ms a step), `np RUNS STEPS` (s in all), `request BATCH
 * STEPS` (ms), `small` (us a call)
 *
 * @module
 */
import { compile, type CompileOptions } from "../../lib/compile/mod.ts";
import { adam, clippedAdam, SVI, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { dmm } from "../../lib/models/mod.ts";
import { type HostArray, random, type Tensor, tf, toHostArray } from "../../lib/tensor/mod.ts";
import { chooseBackend } from "../../lib/backend/mod.ts";
import { batchAxes, tutorial } from "../../experiments/dmm/notebook.ts";
import { fullBatch } from "../dmm/batch.ts";
import { train } from "../np/train.ts";
import { median } from "../../lib/statistics/mod.ts";
import { type Column, CPU_COLUMNS, CUDA_COLUMNS } from "./columns.ts";
import { requests } from "./request.ts";
import { guide, model, PIXELS } from "./vae.ts";

/** A measurement, without its name and unit. */
export interface Measured {
  readonly value: number;
  readonly n: number;
}

/**
 * Milliseconds of each call: some untimed ones first, then as many as fit in the time, three at
 * least.
 */
async function timed(call: () => unknown, { warm = 2, seconds = 3, most = 50 } = {}): Promise<number[]> {
  for (let i = 0; i < warm; i++) await call();
  const times: number[] = [], begin = performance.now();
  while (times.length < 3 || (times.length < most && performance.now() - begin < seconds * 1000)) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times;
}

const summary = (times: readonly number[]): Measured => ({ value: median(times), n: times.length });

async function matmul({ engine, device }: Column, size: number): Promise<Measured> {
  const square = { data: toHostArray(random.normal(random.key(0), [size * size])).data, shape: [size, size] };
  const flops = 2 * size ** 3;
  let times: number[];
  if (engine === "tfjs") {
    const x = tf.tensor2d(square.data as Float32Array, [size, size]);
    // One number is read, so that the product has been computed and nothing else is moved.
    times = await timed(() => tf.tidy(() => tf.matMul(x, x).slice([0, 0], [1, 1]).dataSync()));
  } else {
    const product = compile((x: Tensor) => tf.matMul(x, x).slice([0, 0], [1, 1]), { engine, device });
    times = await timed(() => product.arrays(square));
  }
  const { value, n } = summary(times);
  return { value: flops / (value * 1e6), n };
}

/** The median step of a training; its arguments stay the same. */
async function step(svi: SVI, args: readonly unknown[], steps: number): Promise<Measured> {
  const first = await svi.init(random.key(0), ...args), times: number[] = [];
  const { state } = await svi.run(random.key(0), 2, () => args, { state: first, progress: false });
  let last = 0;
  await svi.run(random.key(0), steps + 1, () => args, {
    state,
    progress: () => {
      const now = performance.now();
      if (last > 0) times.push(now - last);
      last = now;
    },
  });
  return summary(times);
}

async function vae({ engine, device, backend }: Column, batch: number): Promise<Measured> {
  const pixels = random.uniform(random.key(1), [batch, PIXELS]).greater(0.8).cast("float32");
  const images = toHostArray(pixels);
  const svi = new SVI(model, guide, adam({ lr: 1e-3 }), new TraceMeanFieldELBO(), { engine, device });
  return await step(svi, [images], backend === "cpu" ? 3 : 20);
}

async function dmmStep({ engine, device, backend }: Column, batch: number, steps: number): Promise<Measured> {
  const { model, guide } = dmm(), factor: HostArray = { data: Float32Array.of(0.5), shape: [] };
  const svi = new SVI(model, guide, clippedAdam(tutorial.optimiser), undefined, {
    engine,
    device,
    axes: [batchAxes, null] as CompileOptions["axes"],
  });
  return await step(svi, [fullBatch(batch, steps), factor], backend === "cpu" || backend === "wasm" ? 1 : 10);
}

async function np({ engine, device }: Column, runs: number, steps: number): Promise<Measured> {
  const begin = performance.now();
  await train({ runs, steps, engine, device });
  return { value: (performance.now() - begin) / 1000, n: 1 };
}

async function small({ engine, device }: Column): Promise<Measured> {
  const calls = 2000, x = { data: new Float32Array(10), shape: [10] };
  let call: () => unknown;
  if (engine === "tfjs") {
    const a = tf.zeros([10]), b = tf.ones([10]);
    call = () => {
      for (let i = 0; i < calls; i++) a.add(b).dispose();
    };
  } else {
    const program = await compile((x: Tensor) => x.add(1), { engine, device }).program(x);
    const outputs = program.allocate(new Map());
    call = async () => {
      for (let i = 0; i < calls; i++) await program.run([x], [], { outputs });
    };
  }
  const { value, n } = summary(await timed(call));
  return { value: value * 1000 / calls, n };
}

if (import.meta.main) {
  const [name, device, task, ...rest] = Deno.args, [a, b] = rest.map(Number);
  const columns = device === "cuda" ? CUDA_COLUMNS : CPU_COLUMNS;
  const column = columns.find((c) => c.name === name);
  if (!column) {
    throw new Error(
      `Unknown engine "${name}" on ${device}: there are ${columns.map((c) => c.name).join(", ")}`,
    );
  }
  if (column.backend) await chooseBackend(column.backend);
  const tasks: Record<string, () => Promise<Measured>> = {
    matmul: () => matmul(column, a),
    vae: () => vae(column, a),
    dmm: () => dmmStep(column, a, b),
    np: () => np(column, a, b),
    request: async () => summary(await timed(await requests(column, a, b))),
    small: () => small(column),
  };
  console.log(JSON.stringify(await tasks[task]()));
}
