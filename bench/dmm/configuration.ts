/** One size of a training step. */
export interface StepSize {
  /** Sequences. */
  readonly batch: number;
  /** Steps of each. */
  readonly steps: number;
  /** Flows. */
  readonly iafs: number;
}

/** Returns the name of figures of a size: `dmm/B=20,T=128`, with flows `dmm/B=20,T=128,iafs=2`. */
export const nameOf = ({ batch, steps, iafs }: StepSize): string =>
  `dmm/B=${batch},T=${steps}${iafs > 0 ? `,iafs=${iafs}` : ""}`;
