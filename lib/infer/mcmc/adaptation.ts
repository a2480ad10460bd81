import { DualAveraging, type DualAveragingState } from "./dual_averaging.ts";
import type { KernelSettings } from "./kernel_settings.ts";
import type { Metric } from "./metric.ts";
import type { Point, Transition } from "./point.ts";
import type { Estimator } from "./welford.ts";
import { type Window, windowsOf } from "./windows.ts";

/** The memory of an adaptation, plain data. */
export interface AdaptationState {
  /** The option `adaptation` that it is of. */
  readonly kind: KernelSettings["adaptation"];
  /** That of the step size. */
  readonly stepSize: DualAveragingState;
  /** The number of draws in each estimate for the mass matrix. */
  readonly counts: readonly number[];
  /** The numbers of each of these estimates. */
  readonly memories: readonly Float64Array[];
}

/** The adaptation of step size and mass matrix during the warm-up. */
export interface Adaptation {
  /** The step size for the next transition. */
  readonly stepSize: number;
  /** The step size to stay with after the warm-up. */
  readonly finalStepSize: number;
  /** Looks at the point that a chain begins at. */
  start?(point: Point): void;
  /** Begins with a step size. */
  restart(stepSize: number): void;
  /**
   * Takes in a transition of the warm-up.
   *
   * @param step its number
   * @returns whether the mass matrix has changed so much that a step size is to be searched
   */
  update(step: number, point: Point, transition: Transition): boolean;
  /** The memory, to go on from later. */
  state: AdaptationState;
}

/** Stan's warm-up: in windows, each with a mass matrix at its end. */
export class WindowedAdaptation implements Adaptation {
  readonly #stepSize: DualAveraging;
  /** The step size that was given last, exactly. */
  #given = NaN;
  readonly #windows: readonly Window[];

  constructor(
    private readonly settings: KernelSettings,
    warmup: number,
    private readonly metric: Metric,
    private readonly estimator: Estimator,
  ) {
    this.#stepSize = new DualAveraging(settings.target);
    this.#windows = windowsOf(warmup);
  }

  get stepSize(): number {
    return this.settings.adaptsStepSize ? this.#stepSize.stepSize : this.#given;
  }

  get finalStepSize(): number {
    return this.settings.adaptsStepSize ? this.#stepSize.mean : this.#given;
  }

  restart(stepSize: number): void {
    this.#given = stepSize;
    this.#stepSize.restart(stepSize);
  }

  update(step: number, { position }: Point, { acceptance }: Transition): boolean {
    const { adaptsStepSize, adaptsMassMatrix } = this.settings, windows = this.#windows;
    if (adaptsStepSize) this.#stepSize.update(acceptance);
    const index = windows.findIndex(({ end }) => step < end);
    if (!adaptsMassMatrix || index === 0 || index === windows.length - 1) return false;
    this.estimator.add(position);
    if (step < windows[index].end - 1) return false;
    this.metric.set(this.estimator.estimate());
    this.estimator.reset();
    return true;
  }

  get state(): AdaptationState {
    const { count, memory } = this.estimator;
    return { kind: "windowed", stepSize: this.#stepSize.state, counts: [count], memories: [memory.slice()] };
  }

  set state({ stepSize, counts: [count], memories: [memory] }: AdaptationState) {
    this.#stepSize.state = stepSize;
    this.estimator.restore(count, memory);
  }
}
