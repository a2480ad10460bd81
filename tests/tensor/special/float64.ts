/**
 * A double-precision stand-in for a tfjs backend, for tests alone: every kernel computes in
 * float64, and constants reach it unrounded. It shows whether formulas written in tensor operations
 * hold in a graph of dtype float64.
 */
import {
  type Primitive,
  type Shape,
  type Tensor,
  tf,
  type Tracer,
  withTracer,
} from "../../../lib/tensor/mod.ts";

import {
  composedDigamma,
  composedErf,
  composedErfc,
  composedLgamma,
  ofTensors,
} from "../../../lib/tensor/special/composed.ts";

const NAME = "float64-test";
const store = new WeakMap<object, Float64Array>();

class Backend extends tf.KernelBackend {
  override write(values: any): object {
    const id = {};
    store.set(id, Float64Array.from(values ?? []));
    return id;
  }
  override readSync(id: object): any {
    return store.get(id);
  }
  override numDataIds(): number {
    return 0;
  }
  override disposeData(): boolean {
    return true;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override incRef(): void {}
  override timerAvailable(): boolean {
    return false;
  }
}
tf.registerBackend(NAME, () => new Backend());

interface Info {
  dataId: object;
  shape: Shape;
  dtype: string;
}
const size = (shape: Shape) => shape.reduce((a, b) => a * b, 1);
const strides = (shape: Shape) => shape.map((_, i) => size(shape.slice(i + 1)));
const values = (info: Info) => store.get(info.dataId)!;
function make(data: ArrayLike<number>, shape: Shape, dtype = "float32"): Info {
  const dataId = {};
  store.set(dataId, Float64Array.from(data));
  return { dataId, shape, dtype };
}
function index(flat: number, shape: Shape): number[] {
  return strides(shape).map((stride, i) => Math.floor(flat / stride) % shape[i]);
}
/** Builds a tensor from a function of its index. */
function build(shape: Shape, f: (at: number[]) => number, dtype?: string): Info {
  return make(Array.from({ length: size(shape) }, (_, i) => f(index(i, shape))), shape, dtype);
}
function get(info: Info, at: number[]): number {
  const s = strides(info.shape), skip = at.length - info.shape.length;
  return values(info)[info.shape.reduce((sum, n, i) => sum + (n === 1 ? 0 : at[i + skip]) * s[i], 0)];
}
function broadcast(...shapes: Shape[]): Shape {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((s) => s[i - rank + s.length] ?? 1);
    return sizes.find((n) => n !== 1) ?? 1;
  });
}
const kernel = (kernelName: string, f: (inputs: Record<string, Info>, attrs: any) => Info) =>
  tf.registerKernel({
    kernelName,
    backendName: NAME,
    kernelFunc: ({ inputs, attrs }: any) => f(inputs, attrs) as any,
  });
const unary = (name: string, f: (x: number) => number) =>
  kernel(name, ({ x }) => make(values(x).map(f), x.shape, x.dtype));
const binary = (name: string, f: (a: number, b: number) => number, dtype?: string) =>
  kernel(name, ({ a, b }) => build(broadcast(a.shape, b.shape), (at) => f(get(a, at), get(b, at)), dtype));
const roundEven = (x: number) => {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r;
};

unary("Abs", Math.abs), unary("Exp", Math.exp), unary("Log", Math.log), unary("Neg", (x) => -x);
unary("Sqrt", Math.sqrt),
  unary("Square", (x) => x * x),
  unary("Reciprocal", (x) => 1 / x),
  unary("Sin", Math.sin);
unary("Asin", Math.asin);
unary("Tan", Math.tan),
  unary("Atan", Math.atan),
  unary("Tanh", Math.tanh),
  unary("Sigmoid", (x) => 1 / (1 + Math.exp(-x)));
unary("Log1p", Math.log1p), unary("Expm1", Math.expm1);
unary("Softplus", (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
unary("Relu", (x) => Math.max(x, 0)),
  unary("Sign", Math.sign),
  unary("Round", roundEven),
  unary("ZerosLike", () => 0);
unary("OnesLike", () => 1), unary("Identity", (x) => x);
// As engines without them have them.
for (
  const [name, compose] of Object.entries({
    Lgamma: composedLgamma,
    Digamma: composedDigamma,
    Erf: composedErf,
    Erfc: composedErfc,
  })
) {
  kernel(name, ({ x }) => compose(x as Tensor, ofTensors) as Info);
}
binary("Add", (a, b) => a + b), binary("Sub", (a, b) => a - b), binary("Multiply", (a, b) => a * b);
binary("RealDiv", (a, b) => a / b),
  binary("Pow", Math.pow),
  binary("Atan2", Math.atan2),
  binary("Minimum", Math.min),
  binary("Maximum", Math.max);
binary("ItakuraSaito", (a, b) => a / b - 1 - Math.log(a / b));
binary("Less", (a, b) => +(a < b), "bool"), binary("LessEqual", (a, b) => +(a <= b), "bool");
binary("Greater", (a, b) => +(a > b), "bool"), binary("GreaterEqual", (a, b) => +(a >= b), "bool");
binary("Equal", (a, b) => +(a === b), "bool"), binary("NotEqual", (a, b) => +(a !== b), "bool");
binary("LogicalAnd", (a, b) => +(a !== 0 && b !== 0), "bool");
binary("LogicalOr", (a, b) => +(a !== 0 || b !== 0), "bool");
unary("Floor", Math.floor);
kernel("IsNan", ({ x }) => make(values(x).map((v) => +Number.isNaN(v)), x.shape, "bool"));
kernel("Cast", ({ x }, { dtype }) => make(values(x), x.shape, dtype));
kernel(
  "Reshape",
  ({ x }, { shape }) =>
    make(values(x), shape.map((n: number) => n === -1 ? size(x.shape) / -size(shape) : n), x.dtype),
);
kernel("ExpandDims", ({ input }, { dim }) => {
  const shape = input.shape.slice();
  shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1);
  return make(values(input), shape, input.dtype);
});
kernel(
  "ClipByValue",
  ({ x }, { clipValueMin, clipValueMax }) =>
    make(values(x).map((v) => Math.min(Math.max(v, clipValueMin), clipValueMax)), x.shape),
);
kernel(
  "Select",
  ({ condition, t, e }) =>
    build(broadcast(condition.shape, t.shape, e.shape), (at) => get(condition, at) ? get(t, at) : get(e, at)),
);
kernel(
  "Tile",
  ({ x }, { reps }) =>
    build(x.shape.map((n, i) => n * reps[i]), (at) => get(x, at.map((k, i) => k % x.shape[i])), x.dtype),
);
function reduction(name: string, f: (a: number, b: number) => number, start: number): void {
  kernel(name, ({ x }, attrs) => {
    const given = attrs.axis ?? attrs.reductionIndices;
    const axes = (Array.isArray(given) ? given : [given]).map((a: number) => a < 0 ? a + x.shape.length : a);
    const kept = x.shape.map((n, i) => axes.includes(i) ? 1 : n);
    const out = new Float64Array(size(kept)).fill(start), s = strides(kept);
    values(x).forEach((v, flat) => {
      const at = index(flat, x.shape).reduce((sum, k, i) => sum + (axes.includes(i) ? 0 : k * s[i]), 0);
      out[at] = f(out[at], v);
    });
    return make(out, attrs.keepDims ? kept : x.shape.filter((_, i) => !axes.includes(i)), x.dtype);
  });
}
reduction("Sum", (a, b) => a + b, 0),
  reduction("Max", Math.max, -Infinity),
  reduction("Min", Math.min, Infinity),
  reduction("Any", Math.max, 0);
kernel(
  "Slice",
  ({ x }, { begin, size: wanted }) =>
    build(
      x.shape.map((n, i) => wanted[i] === -1 ? n - begin[i] : wanted[i]),
      (at) => get(x, at.map((k, i) => k + begin[i])),
    ),
);
kernel("SplitV", ({ x }, { numOrSizeSplits: sizes, axis }) => {
  const dim = axis < 0 ? axis + x.shape.length : axis;
  let begin = 0;
  return sizes.map((size: number) => {
    const start = begin;
    begin += size;
    return build(x.shape.with(dim, size), (at) => get(x, at.with(dim, at[dim] + start)));
  });
});
kernel("Transpose", ({ x }, { perm }) =>
  build(perm.map((p: number) => x.shape[p]), (at) => {
    const from: number[] = [];
    perm.forEach((p: number, i: number) => from[p] = at[i]);
    return get(x, from);
  }));
kernel("Concat", (inputs, { axis }) => {
  const list = Object.values(inputs), dim = axis < 0 ? axis + list[0].shape.length : axis;
  const shape = list[0].shape.slice();
  shape[dim] = list.reduce((sum, x) => sum + x.shape[dim], 0);
  return build(shape, (at) => {
    let k = at[dim], i = 0;
    while (k >= list[i].shape[dim]) k -= list[i++].shape[dim];
    return get(list[i], at.map((v, j) => j === dim ? k : v));
  });
});
kernel("Pack", (inputs, attrs) => {
  const list = Object.values(inputs), shape = list[0].shape.slice();
  const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis;
  shape.splice(axis, 0, list.length);
  return build(shape, (at) => get(list[at[axis]], at.filter((_, i) => i !== axis)));
});
kernel(
  "PadV2",
  ({ x }, { paddings, constantValue }) =>
    build(x.shape.map((n, i) => n + paddings[i][0] + paddings[i][1]), (at) => {
      const from = at.map((k, i) => k - paddings[i][0]);
      return from.every((k, i) => k >= 0 && k < x.shape[i]) ? get(x, from) : constantValue;
    }),
);
kernel("BatchMatMul", ({ a, b }, { transposeA, transposeB }) => {
  const r = a.shape.length, q = b.shape.length;
  const [n, inner] = transposeA ? [a.shape[r - 1], a.shape[r - 2]] : [a.shape[r - 2], a.shape[r - 1]];
  const m = transposeB ? b.shape[q - 2] : b.shape[q - 1];
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return build([...batch, n, m], (at) => {
    const lead = at.slice(0, -2), [i, j] = at.slice(-2);
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum += get(a, [...lead, ...(transposeA ? [k, i] : [i, k])]) *
        get(b, [...lead, ...(transposeB ? [j, k] : [k, j])]);
    }
    return sum;
  });
});
kernel("Cumsum", ({ x }, { axis, exclusive, reverse }) => {
  const dim = axis < 0 ? axis + x.shape.length : axis;
  return build(x.shape, (at) => {
    let sum = 0;
    for (let k = 0; k < x.shape[dim]; k++) {
      const counts = reverse ? k > at[dim] : k < at[dim];
      if (counts || (!exclusive && k === at[dim])) sum += get(x, at.map((v, i) => i === dim ? k : v));
    }
    return sum;
  });
});
kernel(
  "GatherV2",
  ({ x, indices }, { axis }) =>
    build(
      [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
      (at) => get(x, [...at.slice(0, axis), values(indices)[at[axis]], ...at.slice(axis + 1)]),
    ),
);
kernel("Softmax", ({ logits }) => {
  const n = logits.shape[logits.shape.length - 1], out = values(logits).map(Math.exp);
  for (let i = 0; i < out.length; i += n) {
    const sum = out.slice(i, i + n).reduce((a, b) => a + b, 0);
    for (let j = 0; j < n; j++) out[i + j] /= sum;
  }
  return make(out, logits.shape);
});
kernel("Fill", (_, { shape, value }) => make(new Float64Array(size(shape)).fill(value), shape));
kernel(
  "Range",
  (_, { start, stop, step }) =>
    make(Array.from({ length: Math.ceil((stop - start) / step) }, (_, i) => start + i * step), [
      Math.ceil((stop - start) / step),
    ]),
);
kernel(
  "OneHot",
  ({ indices }, { depth }) =>
    build([...indices.shape, depth], (at) => +(get(indices, at.slice(0, -1)) === at[at.length - 1])),
);

/** A float64 tensor on the stand-in backend. */
export function f64(data: number | readonly unknown[]): Tensor {
  const shape: Shape = [];
  for (let level: any = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const flat = (Array.isArray(data) ? data.flat(Infinity) : [data]) as number[];
  return tf.engine().makeTensor(Float64Array.from(flat) as any, shape, "float32");
}

const tracer: Tracer = {
  constant: (value) => f64(value),
  apply: (definition: Primitive, inputs) => definition.forward(...inputs),
  isTraced: () => false,
  known: () => undefined,
  constantValues: () => undefined,
};

/** Runs `body` in float64. */
export function inFloat64<T>(body: () => T): T {
  const before = tf.getBackend();
  tf.setBackend(NAME);
  try {
    return withTracer(tracer, body);
  } finally {
    tf.setBackend(before);
  }
}

/** The values of a float64 tensor; to be read inside `inFloat64`. */
export function read(tensor: Tensor): number[] {
  return [...(tensor.dataSync() as unknown as Float64Array)];
}

/** The cotangents that a function that is one primitive gives for its inputs, from its own rule. */
export function vjpOf(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: Tensor[],
  cotangent: Tensor,
): (Tensor | undefined)[] {
  let found: Primitive | undefined, output: Tensor | undefined;
  const recorder: Tracer = {
    ...tracer,
    apply(definition, given) {
      if (found) return definition.forward(...given);
      found = definition;
      return output = definition.forward(...given);
    },
  };
  withTracer(recorder, () => f(...inputs));
  if (!found) throw new Error("The function is not a primitive");
  return found.vjp(cotangent, output!, ...inputs);
}
