import { grad } from "../../lib/compile/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";
import { blockAutoregressive, denseNN, made } from "../../lib/nn/mod.ts";
import type { HostArray, Tensor } from "../../lib/tensor/mod.ts";
import { array, bothPrecisions, filled, type GoldenFile, type Outcome } from "./reader.ts";

/** Tensors by PyTorch's names as a tree: `nn.layers.0.weight` is `layers[0].weight`. */
function tree(names: readonly string[], tensors: readonly Tensor[]): any {
  const root: any = {};
  names.forEach((name, i) => {
    const path = name.replace(/^(nn|arn)\./, "").split(".").map((part) => part.replace(/^_/, ""));
    let at = root;
    path.slice(0, -1).forEach((key, k) => at = at[key] ??= /^\d+$/.test(path[k + 1]) ? [] : {});
    at[path.at(-1)!] = tensors[i];
  });
  return root;
}

/**
 * Returns the parameters of a case, by the file's rule; the last one of conditional flows is their
 * context.
 */
export function flowParameters(c: any): HostArray[] {
  const own: HostArray[] = c.params.map(([name, shape]: [string, number[]], k: number) =>
    filled(shape, (i) => (c.scale * Math.sin(i + 1 + k)) ** (name === "movingVariance" ? 2 : 1))
  );
  return c.context ? [...own, filled([4, 2], (i) => Math.sin(1.3 * i + 0.4))] : own;
}

const activations: Readonly<Record<string, dist.FlowActivation>> = { ELU: "elu", LeakyReLU: "leakyRelu" };
const bins = ([widths, heights, derivatives, lambdas]: Tensor[]): dist.SplineParams => ({
  widths,
  heights,
  derivatives,
  lambdas,
});

/** Transforms by the names of the file, from a case, parameters by name, and a list of them. */
const makers: Readonly<Record<string, (c: any, p: any, all: Tensor[]) => dist.Transform>> = {
  Planar: (_c, _p, [bias, u, w]) => new dist.Planar(bias, u, w),
  Radial: (_c, _p, [x0, alpha, beta]) => new dist.Radial(x0, alpha, beta),
  Householder: (_c, _p, [u]) => new dist.Householder(u),
  MatrixExponential: ({ iterations }, _p, [weights]) => new dist.MatrixExponential(weights, { iterations }),
  Spline: ({ bound }, _p, all) => new dist.Spline(bins(all), { bound }),
  Sylvester: (_c, p) => new dist.Sylvester(p),
  BatchNorm: ({ training }, p) => new dist.BatchNorm(p, { training }),
  AffineCoupling({ split, hidden, paramDims, dim, clip }, p) {
    const inputs = split * (dim === -2 ? 2 : 1);
    const network = denseNN(inputs, hidden, { paramDims: paramDims, nonlinearity: "tanh" });
    const [logScaleMinClip, logScaleMaxClip] = clip ?? [];
    const options = { dim, logScaleMinClip, logScaleMaxClip };
    return new dist.AffineCoupling(split, (x) => network.apply(p, x), options);
  },
  NeuralAutoregressive({ activation, hidden, units, x }, p) {
    const paramDims = [units, units, units];
    const network = made(x[0].length, hidden, { paramDims, nonlinearity: "tanh" });
    return new dist.NeuralAutoregressive((x) => network.apply(p, x), {
      activation: activations[activation] ?? activation,
    });
  },
  SplineAutoregressive({ hidden, paramDims, x }, p) {
    const network = made(x[0].length, hidden, { paramDims, nonlinearity: "tanh" });
    return new dist.SplineAutoregressive((x) => network.apply(p, x));
  },
  BlockAutoregressive({ activation, residual, factors, x }, p) {
    const network = blockAutoregressive(x[0].length, {
      hiddenFactors: factors,
      activation: activations[activation] ?? activation,
      residual: residual ?? undefined,
    });
    return new dist.BlockAutoregressive((x) => network.apply(p, x));
  },
};

/** Parameters of a conditional flow, from what its network gives for the context. */
const conditioned: Readonly<Record<string, (results: Tensor[]) => Tensor[]>> = {
  Householder: ([u]) => [u.expandDims(-2)],
  MatrixExponential: ([weights]) => [weights.reshape([4, 3, 3])],
  Spline: (rows) => rows.map((row) => row.reshape([4, 3, -1])),
};

/** Makes the flow of a case from its parameters. */
export function makeFlow(c: any, tensors: readonly Tensor[]): dist.Transform {
  const names: string[] = c.params.map(([name]: [string]) => name), own = tensors.slice(0, names.length);
  const params = tree(names, own), make = makers[c.transform];
  if (!c.context) return make(c, params, own);
  const network = denseNN(2, [5], { paramDims: c.paramDims, nonlinearity: "tanh" });
  const results = network.apply(params, tensors.at(-1)!);
  return make(c, undefined, conditioned[c.transform]?.(results) ?? results);
}

/** Returns a flow's results in the direction that a case holds them for, and their gradient. */
export function flowResults(c: any, given: Tensor, tensors: readonly Tensor[]): Record<string, Tensor> {
  const isInverse = c.direction === "inverse";
  const run = (v: Tensor) => {
    const flow = makeFlow(c, tensors), w = isInverse ? flow.inverse(v) : flow.forward(v);
    return { w, volume: isInverse ? flow.logAbsDetJacobian(w, v) : flow.logAbsDetJacobian(v, w) };
  };
  const { w, volume } = run(given);
  const objective = (v: Tensor): Tensor => {
    const { w, volume } = run(v);
    return volume.sum().add(w.square().sum());
  };
  return { [isInverse ? "x" : "y"]: w, log_abs_det_jacobian: volume, gradient: grad(objective)(given) };
}

/** Returns what a case expects of `flowResults`, and the value to give it. */
export function flowExpected({ direction, x, y, log_abs_det_jacobian, gradient }: any) {
  const isInverse = direction === "inverse";
  return {
    given: isInverse ? y : x,
    expected: { ...isInverse ? { x } : { y }, log_abs_det_jacobian, gradient },
  };
}

/**
 * `flows.json`: flows with parameters by rule: `y` (or `x`, the other way round), the
 * log-determinants, and the gradient of their sum and that of the result squared.
 */
export default async function* flows(file: GoldenFile): AsyncIterable<Outcome> {
  for (const c of file.cases) {
    const details = [
      c.activation,
      c.residual,
      c.order,
      c.context && "conditional",
      c.training && "in training",
    ];
    const name = [c.transform, ...details.filter(Boolean)].join(", ");
    if (!Object.hasOwn(makers, c.transform)) {
      yield { case: name, unsupported: c.transform };
      continue;
    }
    const fn = (v: Tensor, ...tensors: Tensor[]) => flowResults(c, v, tensors),
      { given, expected } = flowExpected(c);
    yield { case: name, ...await bothPrecisions(fn, [array(given), ...flowParameters(c)], expected) };
  }
}
