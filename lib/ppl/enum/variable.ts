import type { Distribution } from "../../distributions/mod.ts";
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

/** A sample site as far as its values are concerned. */
export interface DiscreteSite {
  /** The name. */
  readonly name: string;
  /** The distribution, within its plates. */
  readonly distribution: Distribution;
  /** The hints for inference. */
  readonly infer: { readonly expand?: boolean };
  /** The plates it stands in. */
  readonly plates: readonly PlateFrame[];
}
