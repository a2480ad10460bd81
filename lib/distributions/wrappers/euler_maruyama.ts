import {
  asTensor,
  constant,
  describeNode,
  formatShape,
  type Key,
  sameShape,
  type Shape,
  type Tensor,
  type TensorLike,
  tf,
  tryBroadcastShapes,
} from "../../tensor/mod.ts";
import { checkExpand, checkShape, checkValueShape, given } from "../checks.ts";
import { type Constraint, independent, real } from "../constraints/mod.ts";
import { Distribution } from "../distribution.ts";
import { checkDistribution } from "./check_of_numbers.ts";
import { Normal } from "../families/normal.ts";
import { broadcastTo, sumRightmost } from "../shapes.ts";

/**
 * The right side of a stochastic differential equation, dx = drift dt + diffusion dW, of states and
 * times that broadcast with them; further axes may stand left of a state's.
 */
export type Dynamics = (state: Tensor, time: Tensor) => readonly [drift: Tensor, diffusion: Tensor];

/** Returns the batch shape of a first state's distribution. @throws Error for anything else. */
function batchOf(initial: Distribution): Shape {
  checkDistribution("EulerMaruyama", initial);
  return initial.batchShape;
}

/**
 * The states of a stochastic differential equation at given times, by the steps of Euler and
 * Maruyama: x(t + dt) is normal with mean x + drift dt and standard deviation diffusion sqrt(dt).
 * NumPyro: `EulerMaruyama`.
 *
 * @example An Ornstein-Uhlenbeck process
 * ```ts
 * import { EulerMaruyama, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { constant, random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const first = new Normal([0, 5], 1);
 * const path = new EulerMaruyama([0, 0.1, 0.3], (x) => [x.neg(), constant(0.5)], first);
 * assert.deepEqual([path.batchShape, path.eventShape], [[2], [3]]);
 * const states = path.sample(random.key(0), [7]);
 * assert.deepEqual([states.shape, path.logProb(states).shape], [[7, 2, 3], [7, 2]]);
 * ```
 */
export class EulerMaruyama extends Distribution {
  /** The times. */
  readonly times: Tensor;
  /** The shape of one draw: the times, then the axes of a state. */
  override readonly eventShape: Shape;

  /**
   * Makes the distribution.
   *
   * @param times increasing, along one axis
   * @param dynamics the right side of the equation
   * @param initial the distribution of the first state
   * @param batchShape default: that of `initial`
   * @throws Error unless the times have one axis of 2 or more.
   */
  constructor(
    times: TensorLike,
    /** The right side of the equation. */
    readonly dynamics: Dynamics,
    /** The distribution of the first state. */
    readonly initial: Distribution,
    override readonly batchShape: Shape = batchOf(initial),
  ) {
    super();
    this.times = given("EulerMaruyama", "times", times);
    if (typeof dynamics !== "function") {
      throw new Error(
        `Cannot make EulerMaruyama: found ${describeNode(dynamics)}, expected a function of states and times`,
      );
    }
    checkShape("make EulerMaruyama", batchShape, "a batch shape, such as [4]");
    checkDistribution("EulerMaruyama", initial);
    const { shape } = this.times;
    if (shape.length !== 1 || shape[0] < 2) {
      throw new Error(
        `Cannot make EulerMaruyama: found times of shape [${shape}], expected 2 or more along one axis`,
      );
    }
    this.eventShape = [shape[0], ...initial.eventShape];
  }

  /** All paths. */
  override get support(): Constraint {
    return independent(real, this.eventShape.length);
  }

  /** True where draws are differentiable. */
  override get hasRsample(): boolean {
    return this.initial.hasRsample;
  }

  /** Returns drift and diffusion. @throws Error where the equation does not take several states. */
  private rightSide(state: Tensor, time: Tensor): readonly [drift: Tensor, diffusion: Tensor] {
    const { eventShape } = this.initial, [leftmost] = state.shape;
    if (state.rank > eventShape.length && eventShape.includes(leftmost)) {
      // As many times, or members, as components: those of the first axis would look right.
      const count = Math.max(...eventShape) + 1;
      this.checkedSides(broadcastTo(state, [count, ...state.shape]), time);
    }
    return this.checkedSides(state, time);
  }

  /** Returns drift and diffusion, whose shapes must be those of the states. */
  private checkedSides(state: Tensor, time: Tensor): readonly [drift: Tensor, diffusion: Tensor] {
    const why = (found: string) =>
      `Cannot follow EulerMaruyama: the equation ${found} of shape ${
        formatShape(state.shape)
      }, whose axes on the ` +
      `left are times and members; it is of the ${this.initial.eventShape.length || "no"} last ones`;
    let sides: readonly [Tensor, Tensor];
    try {
      sides = this.dynamics(state, time);
    } catch (cause) {
      throw new Error(`${why("fails for states")}: ${(cause as Error).message}`, { cause });
    }
    for (const side of sides) {
      const both = tryBroadcastShapes(side.shape, state.shape);
      if (!both || !sameShape(both, state.shape)) {
        throw new Error(why(`gives ${formatShape(side.shape)} for states`));
      }
    }
    return sides;
  }

  /** The distribution of states after others, a step of `dt` later. */
  private next(state: Tensor, time: Tensor, dt: Tensor): Normal {
    const [drift, diffusion] = this.rightSide(state, time);
    return new Normal(state.add(drift.mul(dt)), diffusion.mul(dt.sqrt()), { validate: false });
  }

  /** Draws paths of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    const [firstKey, stepKey] = key.split(2), initial = this.expanded();
    const states = [initial.sample(firstKey, sampleShape)], steps = this.times.shape[0] - 1;
    const noise = tf.unstack(stepKey.draw("normal", [steps, ...initial.shape(sampleShape)])) as Tensor[];
    const times = tf.unstack(this.times) as Tensor[];
    for (let i = 0; i < steps; i++) {
      const { loc, scale } = this.next(states[i], times[i], times[i + 1].sub(times[i]));
      states.push(noise[i].mul(scale).add(loc));
    }
    return tf.stack(states, states[0].rank - this.initial.eventShape.length) as Tensor;
  }

  /** Draws paths that are differentiable in what the equation depends on. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.hasRsample ? this.sample(key, sampleShape) : super.rsample(key);
  }

  /** Returns the log density of paths. */
  override logProb(value: TensorLike): Tensor {
    const path = asTensor(value), stateRank = this.initial.eventShape.length;
    checkValueShape("score EulerMaruyama", path.shape, this.batchShape, this.eventShape);
    const axis = path.rank - stateRank - 1, rest = path.shape.map((_, i) => i).filter((i) => i !== axis);
    // Times to the left, so that what the equation holds broadcasts with states.
    const states = path.transpose([axis, ...rest]), begin = states.shape.map(() => 0);
    const [count, ...shape] = states.shape, size = [count - 1, ...shape];
    const [before, after] = [states.slice(begin, size), states.slice(begin.with(0, 1), size)];
    const column = (t: Tensor) => t.reshape([count - 1, ...shape.map(() => 1)]);
    const time = this.times.slice([0], [count - 1]), dt = this.times.slice([1], [count - 1]).sub(time);
    const steps = this.next(before, column(time), column(dt)).logProb(after);
    const first = this.expanded().logProb(states.slice(begin, [1, ...shape]).squeeze([0]));
    return sumRightmost(steps, stateRank).sum(0).add(first);
  }

  /** A path that stays where it begins. */
  override feasibleLike(value: Tensor): Tensor {
    return value.mul(constant(0));
  }

  /** Returns the same distribution with a larger batch shape. */
  override expand(batchShape: Shape): Distribution {
    checkExpand("EulerMaruyama", this.batchShape, batchShape);
    return new EulerMaruyama(this.times, this.dynamics, this.initial, batchShape);
  }

  /** Returns the distribution of first states with the batch shape. */
  private expanded(): Distribution {
    return this.initial.expand(this.batchShape);
  }
}
