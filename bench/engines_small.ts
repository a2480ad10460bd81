import { compile, scan, valueAndGrad } from "../lib/compile/mod.ts";
import { median } from "../lib/statistics/mod.ts";
import { type Key, random, type Tensor, tf } from "../lib/tensor/mod.ts";
import type { Measurement } from "./shared/measurement.ts";

const STEPS = 1000, POINTS = 170, RUNS = 15, WARM_UP = 8, PARAMETERS = 5, LEARNING_RATE = 0.02;

/** The data of a linear regression with an interaction, drawn from known coefficients. */
function data(): [group: Tensor, x: Tensor, y: Tensor] {
  const [a, b, c] = random.key(0).split(3);
  const group = tf.cast(tf.greater(random.uniform(a, [POINTS]), 0.7), "float32"),
    x = random.uniform(b, [POINTS], { max: 6 });
  const mean = tf.add(9, group.mul(-1.9)).add(x.mul(-0.2)).add(group.mul(x).mul(0.4));
  return [group, x, mean.add(random.normal(c, [POINTS]).mul(0.95))];
}

const normal = (x: Tensor, loc: number | Tensor, scale: number | Tensor): Tensor =>
  tf.sub(-0.5 * Math.log(2 * Math.PI), tf.log(scale)).sub(tf.square(tf.div(tf.sub(x, loc), scale)).mul(0.5));

/**
 * The negative evidence lower bound with one draw from independent normals, written by hand in
 * tensor operations.
 */
function loss({ loc, rho }: Record<"loc" | "rho", Tensor>, key: Key, [group, x, y]: Tensor[]): Tensor {
  const scale = tf.softplus(rho), noise = random.normal(key, [PARAMETERS]);
  const [a, bG, bX, bGX, s] = tf.unstack(loc.add(scale.mul(noise)));
  const sigma = tf.sigmoid(s).mul(10), mean = a.add(bG.mul(group)).add(bX.mul(x)).add(bGX.mul(group.mul(x)));
  const prior = normal(a, 0, 10).add(normal(bG, 0, 1)).add(normal(bX, 0, 1)).add(normal(bGX, 0, 1));
  const jacobian = tf.neg(tf.softplus(s)).sub(tf.softplus(tf.neg(s)));
  const entropy = tf.log(scale).sum().add(tf.square(noise).mul(0.5).sum());
  return tf.neg(normal(y, mean, sigma).sum().add(prior).add(jacobian).add(entropy));
}

type State = any;

/** One step of Adam; the state holds parameters, moments and the powers of the decay rates. */
function update(state: State, key: Key, points: Tensor[]): [State, Tensor] {
  const { value, grad } = valueAndGrad((p: Record<"loc" | "rho", Tensor>) => loss(p, key, points))({
    loc: state.loc,
    rho: state.rho,
  });
  const next: State = { first: state.first.mul(0.9), second: state.second.mul(0.999), m: {}, v: {} };
  for (const name of ["loc", "rho"] as const) {
    const g = (grad as Record<string, Tensor>)[name];
    next.m[name] = state.m[name].mul(0.9).add(g.mul(0.1));
    next.v[name] = state.v[name].mul(0.999).add(tf.square(g).mul(0.001));
    const size = tf.sqrt(next.v[name].div(tf.sub(1, next.second))).add(1e-8);
    next[name] = state[name].sub(next.m[name].div(tf.sub(1, next.first)).mul(LEARNING_RATE).div(size));
  }
  return [next, value];
}

/**
 * Milliseconds for 1,000 steps of variational inference of a regression with 5 parameters and 170
 * points, as one run of one program: in generated JavaScript and in ONNX Runtime (one thread, which
 * is its fastest here).
 */
export async function run(_options: unknown = {}): Promise<Measurement[]> {
  const points = data(), zeros = tf.zeros([PARAMETERS]), key = random.key(1), results: Measurement[] = [];
  const init = {
    loc: zeros,
    rho: tf.fill([PARAMETERS], -2),
    m: { loc: zeros, rho: zeros },
    v: { loc: zeros, rho: zeros },
    first: tf.scalar(1),
    second: tf.scalar(1),
  };
  const train = (key: Key, state: State, steps: Tensor) =>
    scan((s: State, _x: Tensor, k?: Key) => update(s, k!, points), state, steps, { key });
  for (const engine of ["js", "onnx"] as const) {
    const fn = compile(train, { engine, threads: 1, axes: [undefined, undefined, ["steps"]] });
    const steps = tf.zeros([STEPS]), times: number[] = [];
    for (let i = -WARM_UP; i < RUNS; i++) {
      const start = performance.now();
      await fn.arrays(key, init, steps);
      if (i >= 0) times.push(performance.now() - start);
    }
    results.push({ name: `engines/small/${engine}_ms`, value: median(times), unit: "ms", n: RUNS });
    await fn.release();
  }
  return results;
}

if (import.meta.main) console.table(await run());
