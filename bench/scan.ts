import { compile, grad, scan, trace, valueAndGrad } from "../lib/compile/mod.ts";
import { optimise } from "../lib/compile/internals.ts";
import { type HostArray, sizeOf, type Tensor, tf } from "../lib/tensor/mod.ts";
import { median } from "../lib/statistics/mod.ts";
import type { Measurement } from "./shared/measurement.ts";

/** Sizes of the Deep Markov Model as published: notes, latent, emission, transition, recurrence. */
const [X, Z, E, R, H] = [88, 100, 100, 200, 600];
const PARAMETERS: Record<string, number[]> = {
  emit1: [Z, E],
  emit1b: [E],
  emit2: [E, E],
  emit2b: [E],
  emit3: [E, X],
  emit3b: [X],
  gate1: [Z, R],
  gate1b: [R],
  gate2: [R, Z],
  gate2b: [Z],
  move1: [Z, R],
  move1b: [R],
  move2: [R, Z],
  move2b: [Z],
  scale: [Z, Z],
  scaleb: [Z],
  loc: [Z, Z],
  locb: [Z],
  combine: [Z, H],
  combineb: [H],
  guideLoc: [H, Z],
  guideLocb: [Z],
  guideScale: [H, Z],
  guideScaleb: [Z],
  input: [X, H],
  hidden: [H, H],
  hiddenb: [H],
  z0: [Z],
  guideZ0: [Z],
  h0: [H],
};

type Parameters = Record<string, Tensor>;

/**
 * The negative ELBO of a Deep Markov Model, step by step: the guide's network, the guide's chain,
 * the model under replay.
 */
function loss(p: Parameters, x: Tensor, mask: Tensor, noise: Tensor): Tensor {
  const batch = x.shape[1], rows = (v: Tensor) => tf.ones([batch, 1]).mul(v);
  const layer = (v: Tensor, name: string) => v.matMul(p[name]).add(p[`${name}b`]);
  const [, hs] = scan(
    (h: Tensor, [xt, m]: Tensor[]) => {
      const next = tf.relu(layer(h, "hidden").add(xt.matMul(p.input)));
      const kept = m.mul(next).add(tf.sub(1, m).mul(p.h0));
      return [kept, kept];
    },
    rows(p.h0),
    [x, mask],
    { reverse: true },
  );
  const [, guide] = scan(
    (z: Tensor, [h, e]: Tensor[]) => {
      const joint = tf.tanh(layer(z, "combine")).add(h).mul(0.5);
      const scale = tf.softplus(layer(joint, "guideScale")),
        next = layer(joint, "guideLoc").add(scale.mul(e));
      return [next, { z: next, logq: tf.square(e).mul(-0.5).sub(tf.log(scale)) }];
    },
    rows(p.guideZ0),
    [hs, noise],
  );
  const [{ total }] = scan(
    ({ before, total }: { before: Tensor; total: Tensor }, [z, logq, xt, m]: Tensor[]) => {
      const gate = tf.sigmoid(layer(tf.relu(layer(before, "gate1")), "gate2")),
        move = layer(tf.relu(layer(before, "move1")), "move2");
      const loc = tf.sub(1, gate).mul(layer(before, "loc")).add(gate.mul(move)),
        scale = tf.softplus(layer(tf.relu(move), "scale"));
      const logp = tf.square(z.sub(loc).div(scale)).mul(-0.5).sub(tf.log(scale));
      const logits = layer(tf.relu(layer(tf.relu(layer(z, "emit1")), "emit2")), "emit3");
      const term = tf.sum(m.mul(logq.sub(logp))).sub(tf.sum(m.mul(xt.mul(logits).sub(tf.softplus(logits)))));
      return [{ before: z, total: total.add(term) }, null];
    },
    { before: rows(p.z0), total: tf.scalar(0) },
    [guide.z, guide.logq, x, mask],
  );
  return total;
}

/** The loss and its gradients: what a training step of the model computes. */
export function dmmStep(
  p: Parameters,
  x: Tensor,
  mask: Tensor,
  noise: Tensor,
): { value: Tensor; grad: Parameters } {
  return valueAndGrad(loss)(p, x, mask, noise);
}

/** Axis names of the arguments of `dmmStep`. */
export const dmmAxes = [undefined, ["T", "B", null], ["T", "B", null], ["T", "B", null]];

/** Arguments of `dmmStep` for sequences of a length. */
export function dmmArguments(
  length: number,
  batch: number,
): [Record<string, HostArray>, HostArray, HostArray, HostArray] {
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  const array = (shape: number[], next: () => number): HostArray => ({
    data: Float32Array.from({ length: sizeOf(shape) }, next),
    shape,
  });
  const parameters = Object.fromEntries(
    Object.entries(PARAMETERS).map(([k, s]) => [k, array(s, () => uniform() / Math.sqrt(s[0]))]),
  );
  return [
    parameters,
    array([length, batch, X], () => Number(uniform() > 0.3)),
    array([length, batch, 1], () => 1),
    array([length, batch, Z], () => uniform() * 3.4),
  ];
}

/** Returns the numbers of nodes, inner graphs included, and of loops of the step's graph. */
function dmmNodes(fission: boolean): { nodes: number; loops: number } {
  const { graph } = trace(dmmStep as never, dmmArguments(3, 2), dmmAxes);
  optimise(graph, { fission });
  const count = (g: typeof graph): [number, number] =>
    g.nodes.reduce(([n, l], { body }) => {
      const [m, k] = body ? count(body) : [0, 0];
      return [n + 1 + m, l + Number(body !== undefined) + k];
    }, [0, 0] as [number, number]);
  const [nodes, loops] = count(graph);
  return { nodes, loops };
}

async function medianTime(run: () => Promise<unknown>, n: number): Promise<number> {
  const times: number[] = [];
  for (let i = -2; i < n; i++) {
    const start = performance.now();
    await run();
    if (i >= 0) times.push(performance.now() - start);
  }
  return median(times);
}

/**
 * A training loop as one scan: Bayesian linear regression of 170 points by mean-field variational
 * inference with Adam.
 */
function training(init: any, x: Tensor, y: Tensor, noise: Tensor): unknown {
  return scan(
    (s: any, e: Tensor) => {
      const negative = (q: Tensor) => {
        const [loc, raw] = tf.split(q, 2), scale = tf.softplus(raw), z = loc.add(scale.mul(e));
        const fit = tf.sum(tf.square(y.sub(x.matMul(z.reshape([-1, 1])).reshape([-1]))));
        return fit.mul(0.5).add(tf.sum(tf.square(z)).mul(0.5)).sub(tf.sum(tf.log(scale)));
      };
      const value = negative(s.q), g = grad(negative)(s.q), step = s.step.add(1);
      const m = s.m.mul(0.9).add(g.mul(0.1)), v = s.v.mul(0.999).add(tf.square(g).mul(0.001));
      const rate = tf.sqrt(tf.sub(1, tf.pow(0.999, step))).div(tf.sub(1, tf.pow(0.9, step))).mul(0.01);
      return [{ q: s.q.sub(rate.mul(m).div(tf.sqrt(v).add(1e-8))), m, v, step }, value];
    },
    init,
    noise,
  );
}

/** Step times of a Deep Markov Model and of a training loop, with and without loop fission. */
export async function run(_options?: unknown): Promise<Measurement[]> {
  const results: Measurement[] = [], n = 7;
  for (const [length, batch] of [[32, 20], [128, 20]]) {
    const given = dmmArguments(length, batch);
    for (const fission of [true, false]) {
      const step = compile(dmmStep, { engine: "onnx", axes: dmmAxes, fission });
      const value = await medianTime(() => step.arrays(...given), n);
      results.push({ name: `scan/dmm${length}/${fission ? "fission" : "plain"}_ms`, value, unit: "ms", n });
      await step.release();
    }
  }
  for (const fission of [true, false]) {
    const { nodes, loops } = dmmNodes(fission), kind = fission ? "" : "plain_";
    results.push({ name: `scan/${kind}nodes`, value: nodes, unit: "nodes", n: 1 }, {
      name: `scan/${kind}loops`,
      value: loops,
      unit: "loops",
      n: 1,
    });
  }
  const steps = 1000, zeros = (size: number) => ({ data: new Float32Array(size), shape: [size] });
  const wave = (shape: number[]) => ({
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * i)),
    shape,
  });
  const init = { q: zeros(10), m: zeros(10), v: zeros(10), step: { data: Float32Array.of(0), shape: [] } };
  const given = [init, wave([170, 5]), wave([170]), wave([steps, 5])];
  for (const engine of ["onnx", "js"] as const) {
    for (const fission of [true, false]) {
      const axes = [undefined, undefined, undefined, ["K", null]];
      const loop = compile(training, { engine, axes, fission, threads: 1 });
      const value = await medianTime(() => loop.arrays(...given), n) * 1000 / steps;
      const kind = fission ? "fission" : "plain";
      results.push({ name: `scan/training/${engine}_${kind}_us`, value, unit: "us", n });
      await loop.release();
    }
  }
  return results;
}
