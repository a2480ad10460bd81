/** The settings of a kernel, plain data: what a chain in a Worker is made from. */
export interface KernelSettings {
  /** The trajectories: of NUTS, with the most doublings in the warm-up and after it, or of HMC. */
  readonly trajectory:
    | { readonly maxDepths: readonly [warmup: number, after: number] }
    | { readonly time: number }
    | { readonly steps: number };
  /** The adaptation of the mass matrix: all the while, likewise as nutpie does, or in windows. */
  readonly adaptation: "running" | "gradient" | "windowed";
  /** The step size that the search begins with, or that stays. */
  readonly stepSize: number;
  /** The share by which the step size of a transition varies at random. */
  readonly jitter: number;
  /** True to search a step size at the start and after each new mass matrix. */
  readonly searches: boolean;
  /** The mean acceptance to reach. */
  readonly target: number;
  /** True to adapt the step size. */
  readonly adaptsStepSize: boolean;
  /** True to adapt the mass matrix. */
  readonly adaptsMassMatrix: boolean;
  /** True where the mass matrix to begin with was given. */
  readonly hasMassMatrix: boolean;
}

/** The settings of the chains of one model. */
export interface ChainSettings extends KernelSettings {
  /** The indices of the numbers of each block of the mass matrix that has all its correlations. */
  readonly dense: readonly (readonly number[])[];
}
