/** The settings of a kernel, plain data: what a chain in a Worker is made from. */
export interface KernelSettings {
  /** The most doublings of a tree: in the warm-up, and after it. */
  readonly maxDepths: readonly [number, number];
  /** The step size that the search begins with, or that stays. */
  readonly stepSize: number;
  /** True to search a step size at the start and after each new mass matrix. */
  readonly searches: boolean;
  /** The mean acceptance to reach. */
  readonly target: number;
  /** True to adapt the step size. */
  readonly adaptsStepSize: boolean;
  /** True to adapt the mass matrix. */
  readonly adaptsMassMatrix: boolean;
}
