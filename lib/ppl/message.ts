import type { Constraint, Distribution } from "../distributions/mod.ts";
import type { Key, Shape, Tensor } from "../tensor/mod.ts";
import type { PlateFrame } from "./plate_frame.ts";
import type { EnumeratedSite } from "./enum/enumerated_site.ts";
import type { Subsample } from "./subsample_indices.ts";

/** Hints for inference at a sample site. Algorithms add their own by declaration merging. */
export interface InferOptions {
  /**
   * Asks to sum out a discrete site: all its values at once along a batch axis, or one run for each
   * of them. `TraceEnumELBO`, `inferDiscrete` and `enumLogDensity` do so, see `configEnumerate`.
   */
  enumerate?: "parallel" | "sequential";
  /** True for enumerated values with the axes of their plates (default false: ones instead). */
  expand?: boolean;
  /** True for a guide's site that the model lacks on purpose (default false). */
  isAuxiliary?: boolean;
  /** The baseline of a guide's site whose draws are not reparameterised, for `TraceGraphELBO`. */
  baseline?: BaselineOptions;
}

/**
 * The baseline of a site: an estimate of the cost that follows its draw, made before that is seen,
 * with the names of Pyro's `infer={"baseline": {...}}`. It is subtracted from the cost in the
 * score-function term, which keeps the gradient's mean and takes from its variance.
 */
export interface BaselineOptions {
  /**
   * A network, such as `module` returns: from `nnBaselineInput` to a tensor that broadcasts to the
   * batch shape of the site. It learns the cost by least squares, as a part of the same training.
   */
  nnBaseline?: (input: any) => Tensor;
  /** The input of the network, a tree of tensors, through which no derivative flows. */
  nnBaselineInput?: unknown;
  /** Takes the decaying average of the costs of earlier steps (default false). */
  useDecayingAvgBaseline?: boolean;
  /** The weight of the average so far in the next one, from 0 to below 1 (default 0.9). */
  baselineBeta?: number;
  /** The baseline itself, in place of a network, trained like the output of one. */
  baselineValue?: Tensor;
}

/** The part of a stacked message that only sample sites inside a loop over time have. */
export interface ScannedSite {
  /** The number of the scan: the same for all its sites. */
  readonly loop: number;
  /** The number of steps, the leading axis of the value. */
  readonly length: number;
  /** The log densities of all steps, stacked; undefined where nobody records them. */
  logProb?: Tensor;
  /** The distribution of all steps, for handlers that keep it, where it can be put together. */
  terms?: StackedTerms;
  /** Within `enumerate`: the log density of all steps without weight, and the weight in a step. */
  factor?: { readonly density: Tensor; readonly scale: number | Tensor };
}

/** The distribution, mask and scale that score the sites of all steps of a loop. */
export interface StackedTerms {
  /** The distribution: the steps are its leftmost batch axis. */
  readonly distribution: Distribution;
  /** The mask within the steps: true where log densities count. */
  readonly mask: boolean | Tensor;
  /** The factor of log densities within the steps. */
  readonly scale: number | Tensor;
}

/** The fields that messages of all types have. */
export interface AnyMessage {
  /** The name of the site, parameter or plate; of a request for a key, who asks. */
  name: string;
  /** True where the message is hidden from handlers further out. */
  stop: boolean;
}

/** A random choice, or an observation. */
export interface SampleMessage extends AnyMessage {
  /** The type. */
  readonly type: "sample";
  /** The distribution of the value; plates expand it. */
  distribution: Distribution;
  /** The value; undefined until it is drawn or given. */
  value: Tensor | undefined;
  /** True where the value is data. */
  isObserved: boolean;
  /** True where the value was set by an intervention. */
  isIntervened: boolean;
  /** Hints for inference. */
  infer: InferOptions;
  /** The key it is drawn with. */
  key: Key | undefined;
  /** The plates around it, innermost first. */
  plates: readonly PlateFrame[];
  /** The factor of its log density. */
  scale: number | Tensor;
  /** The mask of its log density: true where it counts. */
  mask: boolean | Tensor;
  /** Set for the stacked sites of `scan`. */
  scanned: ScannedSite | undefined;
  /** Set within `enumerate`: the enumerated sites it may depend on. */
  enumerated: EnumeratedSite | undefined;
}

/** A parameter to be learnt. */
export interface ParamMessage extends AnyMessage {
  /** The type. */
  readonly type: "param";
  /** Makes the first value. */
  readonly init: (key: Key | undefined) => Tensor;
  /** True where `init` draws from its key. */
  readonly needsKey: boolean;
  /** The shape of the value where it is known without making one. */
  readonly shape: Shape | undefined;
  /** The set that the value stays in. */
  readonly constraint: Constraint;
  /** The number of rightmost axes that are no plates' (undefined: all). */
  readonly eventDim: number | undefined;
  /** The network or tree it is of, where `module` registered it: all who register that share it. */
  readonly owner: object | undefined;
  /** The value; undefined until it is given or made. */
  value: Tensor | undefined;
  /** The key for `init`. */
  key: Key | undefined;
  /** The plates around it, innermost first. */
  plates: readonly PlateFrame[];
}

/** A named value that is computed from others. */
export interface DeterministicMessage extends AnyMessage {
  /** The type. */
  readonly type: "deterministic";
  /** The value. */
  value: Tensor;
  /** The plates around it, innermost first. */
  plates: readonly PlateFrame[];
  /** Set for the stacked values of `scan`. */
  scanned: ScannedSite | undefined;
}

/** A plate being entered. */
export interface PlateMessage extends AnyMessage {
  /** The type. */
  readonly type: "plate";
  /** Its whole size. */
  readonly size: number;
  /** The number of members that take part. */
  readonly subsampleSize: number;
  /** The members that take part; undefined until chosen or given. */
  subsample: Subsample | undefined;
  /** The key that a random subsample is drawn with. */
  key: Key | undefined;
}

/** A request for a key, as NumPyro's `prng_key`. */
export interface KeyMessage extends AnyMessage {
  /** The type. */
  readonly type: "key";
  /** The key; undefined until a handler gives one. */
  value: Key | undefined;
}

/** A message from a primitive to the handlers around it. */
export type Message = SampleMessage | ParamMessage | DeterministicMessage | PlateMessage | KeyMessage;

/** The messages whose value is a tensor; `lift` may turn one into another. */
export type ValueMessage = SampleMessage | ParamMessage | DeterministicMessage;
