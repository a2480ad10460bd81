import type { Metric } from "./metric.ts";
import { LARGEST_ERROR, type Point, type Potential, type Trajectory, type Transition } from "./point.ts";
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
  potential = 0;
  energy = 0;
  /** The log of the sum of the weights of its points. */
  weight = 0;
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
    [this.potential, this.energy, this.weight, this.depth] = [potential, energy, weight, 0];
  }

  /** Turns round: its first end becomes its last. */
  turn(): void {
    [this.firstMomentum, this.lastMomentum] = [this.lastMomentum, this.firstMomentum];
    [this.firstVelocity, this.lastVelocity] = [this.lastVelocity, this.firstVelocity];
  }

  /** Takes the draw of another branch, which gets this one's arrays. */
  take(other: Branch): void {
    [this.position, other.position] = [other.position, this.position];
    [this.gradient, other.gradient] = [other.gradient, this.gradient];
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
    [this.lastMomentum, next.lastMomentum] = [next.lastMomentum, this.lastMomentum];
    [this.lastVelocity, next.lastVelocity] = [next.lastVelocity, this.lastVelocity];
    this.depth++;
    return first > 0 && last > 0 && left > 0 && leftNext > 0 && right > 0 && rightNext > 0;
  }
}

/** log(exp(a) + exp(b)). */
const logAdd = (a: number, b: number): number =>
  a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));

/**
 * The trajectory of NUTS as Stan has it: doubled in a random direction until it turns, with
 * multinomial weights, biased towards the newer half (Hoffman and Gelman 2014; Betancourt 2017).
 * Its arrays are made once; the tree is a stack of branches, joined like digits of a binary
 * counter.
 */
export class Tree implements Trajectory {
  readonly transition: Transition = { acceptance: 0, energy: 0, divergent: false, gradients: 0, depth: 0 };
  readonly #momentum: Float64Array;
  readonly #velocity: Float64Array;
  /** Positions and gradients at the two ends: backwards, forwards. */
  readonly #positions: readonly [Float64Array, Float64Array];
  readonly #gradients: readonly [Float64Array, Float64Array];
  readonly #stack: Branch[];
  #height = 0;
  #whole: Branch;
  #start = 0;
  #accepted = 0;
  #direction: 0 | 1 = 0;
  #step = 0;
  #stepSize = 0;
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
    this.#whole.leaf(momentum, velocity, position, gradient, potential, this.#start, 0);
    for (const end of [0, 1]) {
      this.#positions[end].set(position);
      this.#gradients[end].set(gradient);
    }
    this.#accepted = transition.gradients = transition.depth = 0;
    transition.divergent = false;
    this.#extend();
  }

  /** Begins a branch as long as the trajectory, at one of its ends. */
  #extend(): void {
    const { potential: { position, gradient } } = this, whole = this.#whole;
    const end = this.#direction = this.stream.uniform() > 0.5 ? 1 : 0;
    this.#step = end ? this.#stepSize : -this.#stepSize;
    this.#height = 0;
    position.set(this.#positions[end]);
    gradient.set(this.#gradients[end]);
    this.#momentum.set(end ? whole.lastMomentum : whole.firstMomentum);
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
    const { potential: { position, gradient, energy: [potential] }, transition } = this;
    const momentum = this.#momentum, velocity = this.#velocity, half = this.#step / 2;
    for (let i = 0; i < momentum.length; i++) momentum[i] -= half * gradient[i];
    this.metric.velocity(momentum, velocity);
    const energy = potential + kinetic(momentum, velocity), weight = this.#start - energy;
    transition.gradients++;
    if (!(weight >= -LARGEST_ERROR && weight < Infinity)) {
      transition.divergent = true;
      return this.#end();
    }
    this.#accepted += weight > 0 ? 1 : Math.exp(weight);
    const stack = this.#stack;
    stack[this.#height++].leaf(momentum, velocity, position, gradient, potential, energy, weight);
    while (this.#height > 1 && stack[this.#height - 1].depth === stack[this.#height - 2].depth) {
      const next = stack[--this.#height], branch = stack[this.#height - 1];
      const both = logAdd(branch.weight, next.weight);
      if (this.stream.uniform() < Math.exp(next.weight - both)) branch.take(next);
      branch.weight = both;
      if (!branch.join(next)) return this.#end();
    }
    if (stack[0].depth < this.#whole.depth) {
      this.#move();
      return true;
    }
    return this.#grow();
  }

  /** Joins a branch that is complete to the trajectory. */
  #grow(): boolean {
    const branch = this.#stack[0], whole = this.#whole, { potential } = this;
    if (branch.weight >= whole.weight || this.stream.uniform() < Math.exp(branch.weight - whole.weight)) {
      whole.take(branch);
    }
    whole.weight = logAdd(whole.weight, branch.weight);
    this.#positions[this.#direction].set(potential.position);
    this.#gradients[this.#direction].set(potential.gradient);
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
    point.position.set(whole.position);
    point.gradient.set(whole.gradient);
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
