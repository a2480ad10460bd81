import { compile, type EngineName, scan, valueAndGrad } from "../../lib/compile/mod.ts";
import { type HostArray, sizeOf, special, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { findEngine } from "../../lib/tensorflow/mod.ts";
import type { Measurement } from "../shared/measurement.ts";

const LENGTHS = [32, 128, 512], STATES = [4, 16, 64], LANES = [1, 20];
/** The most numbers in the products of all pairs of steps: more would take seconds. */
const MOST = 2e7;
/** The time for one figure, in ms, and the fewest calls. */
const BUDGET = 100, FEWEST = 3;

/** Log densities of steps by the states before and after: [steps, sequences, states, states]. */
type Form = (steps: Tensor) => Tensor;

/** Sums states out from step to step, as the library does. */
const inSteps: Form = (steps) => {
  const [, lanes, states] = steps.shape;
  const step = (message: Tensor, table: Tensor): [Tensor, null] => [
    special.logsumexp(table.add(message.expandDims(1)), -1),
    null,
  ];
  const [first] = scan(step, tf.zeros([lanes, states]) as Tensor, steps, { reverse: true });
  return first.slice([0, 0], [lanes, 1]).sum();
};

/**
 * Multiplies the steps as matrices, two by two: each round halves their number (Särkkä and
 * García-Fernández, "Temporal parallelization of Bayesian smoothers", 2021).
 */
const inPairs: Form = (steps) => {
  const [, lanes, states] = steps.shape, rest = [lanes, states, states];
  let left = steps;
  while (left.shape[0] > 1) {
    const count = left.shape[0], half = Math.floor(count / 2);
    const paired = left.slice([0, 0, 0, 0], [2 * half, ...rest]).reshape([half, 2, ...rest]);
    const [earlier, later] = tf.unstack(paired, 1);
    const product = special.logsumexp(earlier.expandDims(4).add(later.expandDims(2)), 3);
    left = count % 2 === 0 ? product : tf.concat([product, left.slice([count - 1, 0, 0, 0], [1, ...rest])]);
  }
  return special.logsumexp(left.slice([0, 0, 0, 0], [1, lanes, 1, states]), -1).sum();
};

function tablesOf(shape: number[]): HostArray {
  return { data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => 2 * Math.sin(i * i) - 2), shape };
}

async function timeOf(
  form: Form,
  engine: EngineName,
  shape: number[],
): Promise<{ value: number; n: number }> {
  const step = compile(valueAndGrad(form), { engine }), tables = tablesOf(shape);
  await step.arrays(tables);
  const times: number[] = [], begin = performance.now();
  while (times.length < FEWEST || performance.now() - begin < BUDGET) {
    const start = performance.now();
    await step.arrays(tables);
    times.push(performance.now() - start);
  }
  await step.release();
  // The least: what else the machine does makes calls longer, none shorter.
  return { value: Math.min(...times), n: times.length };
}

/**
 * Times of the sum over all paths of chains, with its gradient, by the two ways through them. In
 * pairs the work is times the number of states more: it pays only where a step costs more by its
 * call than by its numbers, which is so with ONNX Runtime alone, and there the other engines are
 * faster still (`auto` takes JavaScript for chains so small).
 */
export async function chainForms(): Promise<Measurement[]> {
  const engines: EngineName[] = ["js", "onnx", ...findEngine() ? ["xla" as const] : []];
  const results: Measurement[] = [];
  for (const engine of engines) {
    for (const lanes of LANES) {
      for (const states of STATES) {
        for (const length of LENGTHS) {
          const shape = [length, lanes, states, states];
          const name = `enum/chain/engine=${engine},lanes=${lanes},states=${states},steps=${length}`;
          results.push({ name: `${name}/steps_ms`, unit: "ms", ...await timeOf(inSteps, engine, shape) });
          if (lanes * length / 2 * states ** 3 > MOST) continue;
          results.push({ name: `${name}/pairs_ms`, unit: "ms", ...await timeOf(inPairs, engine, shape) });
        }
      }
    }
  }
  return results;
}
