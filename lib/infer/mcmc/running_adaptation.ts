import type { Adaptation, AdaptationState } from "./adaptation.ts";
import { DualAveraging } from "./dual_averaging.ts";
import type { KernelSettings } from "./kernel_settings.ts";
import type { Metric } from "./metric.ts";
import type { Point, Transition } from "./point.ts";
import { shrink, VarianceEstimator } from "./welford.ts";

/** The shares of the warm-up with short estimates, and with the step size alone at its end. */
const EARLY = 0.3, FINAL = 0.15;
/** The draws of an estimate at least: of the first, in that early part, and after it. */
const FIRST = 3, SHORT = 10, LONG = 80;
/** The share of the transitions so far that an estimate of variances alone rests on, at least. */
const SHARE = 0.25;
/** The bounds of an inverse mass. */
const LEAST = 1e-20, MOST = 1e20;

/** Estimates of the variances of draws and of their gradients. */
interface Estimates {
  draws: VarianceEstimator;
  gradients: VarianceEstimator;
}

/**
 * The warm-up with the schedule of nutpie (the package nuts-rs): a diagonal mass matrix anew after
 * every transition, from the gradient at the start on; two estimates take turns, of which the older
 * one counts. The step size is adapted all the while.
 *
 * Its inverse is, with "gradient", nutpie's: the ratio of the standard deviations of draws and
 * gradients, the mean of marginal and conditional variances by their logs. With "running" it is the
 * variances of the draws, to which that ratio counts as five draws: a number that many others pin
 * down, such as the spread of a hierarchy, moves as far as it varies. As these are less certain
 * than ratios, its estimates grow with the warm-up, and where one is less than the ratio, which it
 * never is in truth (marginal variances are the larger ones), the ratio counts.
 */
export class RunningAdaptation implements Adaptation {
  readonly #stepSize: DualAveraging;
  readonly #inverse: Float64Array;
  #now: Estimates;
  #next: Estimates;
  #given = NaN;

  constructor(
    private readonly settings: KernelSettings,
    private readonly warmup: number,
    private readonly metric: Metric,
    size: number,
  ) {
    const estimates = () => ({ draws: new VarianceEstimator(size), gradients: new VarianceEstimator(size) });
    this.#stepSize = new DualAveraging(settings.target);
    this.#inverse = new Float64Array(size);
    [this.#now, this.#next] = [estimates(), estimates()];
  }

  get #isOfDraws(): boolean {
    return this.settings.adaptation === "running";
  }

  get stepSize(): number {
    return this.settings.adaptsStepSize ? this.#stepSize.stepSize : this.#given;
  }

  get finalStepSize(): number {
    return this.settings.adaptsStepSize ? this.#stepSize.mean : this.#given;
  }

  start({ gradient }: Point): void {
    if (!this.settings.adaptsMassMatrix || this.settings.hasMassMatrix) return;
    const inverse = this.#inverse;
    for (let i = 0; i < inverse.length; i++) inverse[i] = clamp(1 / Math.abs(gradient[i]));
    this.metric.set(inverse);
  }

  restart(stepSize: number): void {
    this.#given = stepSize;
    this.#stepSize.restart(stepSize);
  }

  update(step: number, point: Point, { acceptance, divergent, depth }: Transition): boolean {
    const { warmup, settings } = this, end = warmup - Math.ceil(FINAL * warmup);
    if (settings.adaptsStepSize) this.#stepSize.update(acceptance);
    if (!settings.adaptsMassMatrix || step >= end) return false;
    // A trajectory that diverged at once says nothing of the posterior's width.
    if (!(divergent && depth < 3)) {
      for (const { draws, gradients } of [this.#now, this.#next]) {
        draws.add(point.position);
        gradients.add(point.gradient);
      }
    }
    const length = step < EARLY * warmup ? SHORT : this.#isOfDraws ? Math.max(LONG, SHARE * step) : LONG;
    if (this.#next.draws.count >= length && step + length <= end) {
      const { draws, gradients } = this.#now;
      [this.#now, this.#next] = [this.#next, { draws, gradients }];
      draws.reset();
      gradients.reset();
    }
    const { count } = this.#now.draws, first = settings.hasMassMatrix ? SHORT : FIRST;
    if (count < first) return false;
    this.#estimate();
    return count === first && step < SHORT;
  }

  /** Sets the inverse mass matrix, where there is a finite estimate. */
  #estimate(): void {
    const inverse = this.#inverse, { draws, gradients } = this.#now, size = inverse.length;
    const { count } = draws, factor = this.#isOfDraws ? shrink(count).factor : 0;
    for (let i = 0; i < size; i++) {
      const squares = draws.memory[size + i], ratio = Math.sqrt(squares / gradients.memory[size + i]);
      const mixed = factor * squares / (count - 1) + (1 - factor) * ratio;
      const found = this.#isOfDraws ? Math.max(mixed, ratio) : ratio;
      inverse[i] = found > 0 && found < Infinity ? clamp(found) : this.metric.inverse[i];
    }
    this.metric.set(inverse);
  }

  get state(): AdaptationState {
    const all = [this.#now, this.#next].flatMap(({ draws, gradients }) => [draws, gradients]);
    return {
      kind: this.settings.adaptation,
      stepSize: this.#stepSize.state,
      counts: all.map(({ count }) => count),
      memories: all.map(({ memory }) => memory.slice()),
    };
  }

  set state({ stepSize, counts, memories }: AdaptationState) {
    this.#stepSize.state = stepSize;
    [this.#now, this.#next].flatMap(({ draws, gradients }) => [draws, gradients])
      .forEach((estimator, i) => estimator.restore(counts[i], memories[i]));
  }
}

const clamp = (x: number): number => Math.min(Math.max(x, LEAST), MOST);
