import type { Metric } from "./metric.ts";
import {
  LARGEST_ERROR,
  noTransition,
  type Point,
  type Potential,
  type Trajectory,
  type Transition,
} from "./point.ts";
import type { Stream } from "./stream.ts";

/** Part of a trajectory: its ends, the sum of its momenta, its weight, and the draw from it. */
class Branch {
  /** The sum of the momenta. */
  readonly sum: Float64Array;
  /** Momentum and velocity at the end that was there first, and at the other. */
  firstMomentum: Float64Array;
  firstVelocity: Float64Array;
  lastMomentum: Float64Array;
  lastVelocity: Float64Array;
  /** The draw. */
  position: Float64Array;
  gradient: Float64Array;
  potential = NaN;
  energy = NaN;
  /** The sum of the weights of its points. */
  weight = NaN;
  depth = 0;

  constructor(size: number) {
    const array = () => new Float64Array(size);
    [this.sum, this.firstMomentum, this.firstVelocity, this.lastMomentum] = [
      array(),
      array(),
      array(),
      array(),
    ];
    [this.lastVelocity, this.position, this.gradient] = [array(), array(), array()];
  }

  /** Becomes one point. */
  leaf(
    momentum: Float64Array,
    velocity: Float64Array,
    position: Float64Array,
    gradient: Float64Array,
    potential: number,
    energy: number,
    weight: number,
  ): void {
    for (let i = 0; i < momentum.length; i++) {
      this.sum[i] = this.firstMomentum[i] = this.lastMomentum[i] = momentum[i];
      this.firstVelocity[i] = this.lastVelocity[i] = velocity[i];
      this.position[i] = position[i];
      this.gradient[i] = gradient[i];
    }
    this.potential = potential;
    this.energy = energy;
    this.weight = weight;
    this.depth = 0;
  }

  /** Turns round: its first end becomes its last. */
  turn(): void {
    const { firstMomentum, firstVelocity } = this;
    this.firstMomentum = this.lastMomentum;
    this.firstVelocity = this.lastVelocity;
    this.lastMomentum = firstMomentum;
    this.lastVelocity = firstVelocity;
  }

  /** Takes the draw of another branch, which gets this one's arrays. */
  take(other: Branch): void {
    const { position, gradient } = this;
    this.position = other.position;
    this.gradient = other.gradient;
    other.position = position;
    other.gradient = gradient;
    this.potential = other.potential;
    this.energy = other.energy;
  }

  /**
   * Grows by a branch that begins at its last end; returns whether the whole still moves away from
   * itself: its two ends against the sum of the momenta, and each part with the next point of the
   * other (the generalised criterion of Betancourt 2017, with Stan's checks across branches).
   */
  join(next: Branch): boolean {
    const { sum, firstVelocity: a, lastVelocity: b, lastMomentum } = this;
    const { sum: other, firstVelocity: c, lastVelocity: d, firstMomentum } = next;
    let first = 0, last = 0, left = 0, leftNext = 0, right = 0, rightNext = 0;
    for (let i = 0; i < sum.length; i++) {
      const before = sum[i], whole = before + other[i];
      const across = before + firstMomentum[i], back = other[i] + lastMomentum[i];
      first += a[i] * whole;
      last += d[i] * whole;
      left += a[i] * across;
      leftNext += c[i] * across;
      right += b[i] * back;
      rightNext += d[i] * back;
      sum[i] = whole;
    }
    this.lastMomentum = next.lastMomentum;
    this.lastVelocity = d;
    next.lastMomentum = lastMomentum;
    next.lastVelocity = b;
    this.depth++;
    return first > 0 && last > 0 && left > 0 && leftNext > 0 && right > 0 && rightNext > 0;
  }
}

/** The log of the largest weight: sums of as many as a tree has stay far from infinity. */
const LARGEST_WEIGHT = 500;

/** Copies numbers; for few of them faster than `set`. */
function copy(from: Float64Array, to: Float64Array): void {
  for (let i = 0; i < from.length; i++) to[i] = from[i];
}

/**
 * The trajectory of NUTS as Stan has it: doubled in a random direction until it turns, with
 * multinomial weights, biased towards the newer half (Hoffman and Gelman 2014; Betancourt 2017).
 * Its arrays are made once; the tree is a stack of branches, joined like digits of a binary
 * counter.
 */
export class Tree implements Trajectory {
  readonly transition: Transition = noTransition();
  readonly #momentum: Float64Array;
  readonly #velocity: Float64Array;
  /** Positions and gradients at the two ends: backwards, forwards. */
  readonly #positions: readonly [Float64Array, Float64Array];
  readonly #gradients: readonly [Float64Array, Float64Array];
  readonly #stack: Branch[];
  #height = 0;
  #whole: Branch;
  #start = NaN;
  #accepted = NaN;
  /** The log of the weight, times the start's, that counts as 1. */
  #offset = NaN;
  #direction: 0 | 1 = 0;
  #step = NaN;
  #stepSize = NaN;
  #maxDepth = 0;
  #point!: Point;

  /** @param maxDepths the most doublings: in the warm-up, and after it */
  constructor(
    private readonly potential: Potential,
    private readonly metric: Metric,
    private readonly stream: Stream,
    private readonly maxDepths: readonly [number, number],
  ) {
    const { length } = potential.position, array = () => new Float64Array(length);
    [this.#momentum, this.#velocity] = [array(), array()];
    [this.#positions, this.#gradients] = [[array(), array()], [array(), array()]];
    this.#stack = Array.from({ length: Math.max(...maxDepths) + 1 }, () => new Branch(length));
    this.#whole = new Branch(length);
  }

  /** Begins at a point. */
  begin(point: Point, stepSize: number, isWarmup: boolean): void {
    const momentum = this.#momentum, velocity = this.#velocity, { transition } = this;
    this.#point = point;
    this.#stepSize = stepSize;
    this.#maxDepth = this.maxDepths[isWarmup ? 0 : 1];
    this.stream.normals(momentum);
    this.metric.momentum(momentum);
    this.metric.velocity(momentum, velocity);
    this.#start = point.potential + kinetic(momentum, velocity);
    const { position, gradient, potential } = point;
    this.#whole.leaf(momentum, velocity, position, gradient, potential, this.#start, 1);
    for (let end = 0; end < 2; end++) {
      copy(position, this.#positions[end]);
      copy(gradient, this.#gradients[end]);
    }
    this.#accepted =
      this.#offset =
      transition.gradients =
      transition.depth =
        0;
    transition.divergent = false;
    this.#extend();
  }

  /** Begins a branch as long as the trajectory, at one of its ends. */
  #extend(): void {
    const { potential: { position, gradient } } = this, whole = this.#whole;
    const end = this.#direction = this.stream.uniform() > 0.5 ? 1 : 0;
    this.#step = end ? this.#stepSize : -this.#stepSize;
    this.#height = 0;
    copy(this.#positions[end], position);
    copy(this.#gradients[end], gradient);
    copy(end ? whole.lastMomentum : whole.firstMomentum, this.#momentum);
    this.#move();
  }

  /** Moves half a step of the momentum and a step of the position. */
  #move(): void {
    const { potential: { position, gradient } } = this, momentum = this.#momentum, velocity = this.#velocity;
    const step = this.#step, half = step / 2;
    for (let i = 0; i < momentum.length; i++) momentum[i] -= half * gradient[i];
    this.metric.velocity(momentum, velocity);
    for (let i = 0; i < momentum.length; i++) position[i] += step * velocity[i];
  }

  /** Goes on with the gradient at the newest position; returns whether it needs another. */
  advance(): boolean {
    const { position, gradient, energy: { 0: potential } } = this.potential, { transition } = this;
    const momentum = this.#momentum, velocity = this.#velocity, half = this.#step / 2;
    for (let i = 0; i < momentum.length; i++) momentum[i] -= half * gradient[i];
    this.metric.velocity(momentum, velocity);
    const energy = potential + kinetic(momentum, velocity), gain = this.#start - energy;
    transition.gradients++;
    if (!(gain >= -LARGEST_ERROR && gain < Infinity)) {
      transition.divergent = true;
      return this.#end();
    }
    if (gain - this.#offset > LARGEST_WEIGHT) this.#rescale(gain);
    const weight = Math.exp(gain - this.#offset), stack = this.#stack;
    this.#accepted += gain > 0 ? 1 : this.#offset === 0 ? weight : Math.exp(gain);
    stack[this.#height++].leaf(momentum, velocity, position, gradient, potential, energy, weight);
    while (this.#height > 1 && stack[this.#height - 1].depth === stack[this.#height - 2].depth) {
      const next = stack[--this.#height], branch = stack[this.#height - 1];
      branch.weight += next.weight;
      if (this.stream.uniform() * branch.weight < next.weight) branch.take(next);
      if (!branch.join(next)) return this.#end();
    }
    if (stack[0].depth < this.#whole.depth) {
      this.#move();
      return true;
    }
    return this.#grow();
  }

  /** Makes a gain of the log density that of weight 1, far from infinity. */
  #rescale(gain: number): void {
    const factor = Math.exp(this.#offset - gain);
    this.#whole.weight *= factor;
    for (const branch of this.#stack) branch.weight *= factor;
    this.#offset = gain;
  }

  /** Joins a branch that is complete to the trajectory. */
  #grow(): boolean {
    const branch = this.#stack[0], whole = this.#whole, { potential } = this;
    if (branch.weight >= whole.weight || this.stream.uniform() * whole.weight < branch.weight) {
      whole.take(branch);
    }
    whole.weight += branch.weight;
    copy(potential.position, this.#positions[this.#direction]);
    copy(potential.gradient, this.#gradients[this.#direction]);
    // A branch that goes backwards joins the trajectory turned round.
    if (this.#direction === 0) whole.turn();
    const goesOn = whole.join(branch);
    if (this.#direction === 0) whole.turn();
    this.transition.depth = whole.depth;
    if (!goesOn || whole.depth >= this.#maxDepth) return this.#end();
    this.#extend();
    return true;
  }

  /** Hands over the draw. */
  #end(): false {
    const { transition } = this, whole = this.#whole, point = this.#point;
    copy(whole.position, point.position);
    copy(whole.gradient, point.gradient);
    point.potential = whole.potential;
    transition.energy = whole.energy;
    transition.acceptance = this.#accepted / transition.gradients;
    return false;
  }
}

/** Returns half the product of momentum and velocity. */
export function kinetic(momentum: Float64Array, velocity: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < momentum.length; i++) sum += momentum[i] * velocity[i];
  return sum / 2;
}
