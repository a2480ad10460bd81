/** A plate that a site stands in, as Pyro's `CondIndepStackFrame`. */
export interface PlateFrame {
  /** The plate's name. */
  readonly name: string;
  /** The batch axis it takes, counted from the right: -1, -2 ... */
  readonly dim: number;
  /** Its length along that axis: the size of the subsample where it subsamples. */
  readonly size: number;
  /** Its whole size. */
  readonly fullSize: number;
}
