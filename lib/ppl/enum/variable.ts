import type { Tensor } from "../../tensor/mod.ts";
import type { PlateFrame } from "../plate_frame.ts";

/** A discrete site all of whose values are looked at at once, along a batch axis of their own. */
export interface Variable {
  /** The name of the site. */
  readonly name: string;
  /** The batch axis that its values lie along, counted from the right, left of all plates. */
  readonly dim: number;
  /** The number of values. */
  readonly size: number;
  /** The plates the site stands in. */
  readonly plates: readonly PlateFrame[];
  /** The values: as the site has them, `[size, 1 ...]` with the axis `dim` and the event axes. */
  readonly values: Tensor;
  /** The number of event axes of the values. */
  readonly eventDim: number;
}

/** The record of enumeration at a sample site. */
export interface EnumeratedSite {
  /** The variables that the site may depend on, by their batch axis; its own among them. */
  readonly variables: ReadonlyMap<number, Variable>;
  /** The site's own variable, where it is enumerated. */
  readonly own: Variable | undefined;
}
