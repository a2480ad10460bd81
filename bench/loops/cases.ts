import { type Precision, scan, valueAndGrad } from "../../lib/compile/mod.ts";
import { type HostArray, sizeOf, special, type Tensor, tf } from "../../lib/tensor/mod.ts";

/** One kind of work on arrays. */
export interface LoopCase {
  readonly name: string;
  fn(...args: Tensor[]): unknown;
  /** The shapes of the arguments, filled with numbers from 0.1 to 2. */
  readonly shapes: readonly (readonly number[])[];
  /** Elements computed, or floating-point operations, in one run. */
  readonly work: number;
  readonly unit: "ns" | "GFlop/s";
}

/** Elements of the arrays of simple loops. */
const MANY = 20_000;

/** Parameters that Adam updates, and its steps in one run. */
const PARAMETERS = 1_000_000, STEPS = 10;

const ROWS = 1000, COLUMNS = 20;

function elementwise(name: string, fn: (x: Tensor) => Tensor): LoopCase {
  return { name, fn, shapes: [[MANY]], work: MANY, unit: "ns" };
}

function product(size: number): LoopCase {
  return {
    name: `matmul_${size}`,
    fn: (a, b) => tf.matMul(a, b),
    shapes: [[size, size], [size, size]],
    work: 2 * size ** 3,
    unit: "GFlop/s",
  };
}

/** Steps of Adam on simple gradients, as in training: the state stays in the loop. */
function adam(p: Tensor, m: Tensor, v: Tensor): unknown {
  const step = (state: Tensor[]): [Tensor[], null] => {
    const [p, m, v] = state, g = p.mul(0.01);
    const first = m.mul(0.9).add(g.mul(0.1)), second = v.mul(0.999).add(g.square().mul(0.001));
    return [[p.sub(first.mul(1e-3).div(second.sqrt().add(1e-8))), first, second], null];
  };
  return scan(step, [p, m, v], undefined, { length: STEPS })[0];
}

function logisticLoss(w: Tensor, x: Tensor, y: Tensor): Tensor {
  const logits = x.matMul(w.expandDims(1)).squeeze([1]);
  return tf.softplus(logits).sub(y.mul(logits)).sum();
}

/** The work that is measured. */
export const cases: readonly LoopCase[] = [
  elementwise("exp", (x) => tf.exp(x)),
  elementwise("log", (x) => tf.log(x)),
  elementwise("sigmoid", (x) => tf.sigmoid(x)),
  elementwise("tanh", (x) => tf.tanh(x)),
  elementwise("lgamma", (x) => special.lgamma(x)),
  { name: "axpy", fn: (x, y) => x.mul(2.5).add(y), shapes: [[MANY], [MANY]], work: MANY, unit: "ns" },
  elementwise("sum", (x) => x.sum()),
  { name: "softmax", fn: (x) => tf.softmax(x), shapes: [[200, 100]], work: 20_000, unit: "ns" },
  {
    name: "adam",
    fn: adam,
    shapes: [[PARAMETERS], [PARAMETERS], [PARAMETERS]],
    work: PARAMETERS * STEPS,
    unit: "ns",
  },
  product(32),
  product(128),
  {
    name: `logistic_gradient_${ROWS}x${COLUMNS}`,
    fn: (w, x, y) => {
      const { value, grad } = valueAndGrad((w: Tensor) => logisticLoss(w, x, y))(w);
      return [value, grad];
    },
    shapes: [[COLUMNS], [ROWS, COLUMNS], [ROWS]],
    work: ROWS * COLUMNS,
    unit: "ns",
  },
];

/** Returns the arguments of a case. */
export function argumentsOf({ shapes }: LoopCase, precision: Precision): HostArray[] {
  return shapes.map((shape) => {
    const data = precision === "float64" ? new Float64Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
    return { shape: [...shape], data: data.map((_, i) => 0.1 + 1.9 * ((0.6180339887 * (i + 1)) % 1)) };
  });
}
