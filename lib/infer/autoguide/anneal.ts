import { grad, scan } from "../../compile/mod.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";

/** The settings of an annealed path, and where it begins. */
export interface AnnealedPath {
  /** The places it begins at, `[..., D]`. */
  readonly start: Tensor;
  /** Standard normal noise of the momenta, `[K, ..., D]`. */
  readonly noise: Tensor;
  /** The log density of where paths begin, summed over paths. */
  readonly base: (at: Tensor) => Tensor;
  /** The gradient of the log density that they lead to, at `[..., D]`. */
  readonly slope: (at: Tensor) => Tensor;
  /** The weights of that density, rising to 1: `[K, ...]`. */
  readonly betas: Tensor;
  /** The sizes of steps: `[K, ...]`. */
  readonly steps: Tensor;
  /** The part of a momentum that stays, between 0 and 1: `[...]`. */
  readonly damping: Tensor;
  /** The variances of momenta: `[..., D]`. */
  readonly mass: Tensor;
}

/**
 * Goes along uncorrected Hamiltonian steps through densities between two (Geffner and Domke 2021;
 * Zhang et al. 2021). Returns the ends `[..., D]` and the log density of the momenta's changes
 * `[...]`, which belongs to that of the guide.
 */
export function anneal(path: AnnealedPath): { end: Tensor; logFactor: Tensor } {
  const { start, base, slope, mass } = path, damping = path.damping.expandDims(-1);
  const width = mass.sqrt(), rest = constant(1).sub(damping.square()).sqrt(), ofBase = grad(base);
  const energy = (v: Tensor) => v.square().div(mass).sum(-1).mul(constant(0.5));
  type Carry = readonly [at: Tensor, momentum: Tensor, logFactor: Tensor];
  type Slice = { eps: Tensor; beta: Tensor; step: Tensor };
  const body = ([at, momentum, logFactor]: Carry, { eps, beta, step }: Slice): [Carry, null] => {
    const share = beta.expandDims(-1), size = step.expandDims(-1), half = size.div(mass).mul(constant(0.5));
    const middle = at.add(momentum.mul(half));
    const force = ofBase(middle).mul(constant(1).sub(share)).add(slope(middle).mul(share));
    const pushed = momentum.add(force.mul(size)), change = energy(pushed).sub(energy(momentum));
    const refreshed = pushed.mul(damping).add(eps.mul(width).mul(rest));
    return [[middle.add(pushed.mul(half)), refreshed, logFactor.add(change)], null];
  };
  // The momentum after the last step is of no use: its noise is that of the first.
  const last = path.noise.shape[0] - 1, { noise } = path;
  const first = noise.slice([last], [1]).squeeze([0]).mul(width);
  const zero = tf.zeros(start.shape.slice(0, -1)) as Tensor;
  const xs: Slice = { eps: noise, beta: path.betas, step: path.steps };
  const [[end, , logFactor]] = scan(body, [start, first, zero] as Carry, xs);
  return { end, logFactor };
}
