import type { Constraint, Distribution } from "../distributions/mod.ts";
import type { Key, Shape, Tensor } from "../tensor/mod.ts";
import type { Subsample } from "./subsample_indices.ts";

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

/** Hints for inference at a sample site. Inference algorithms add their own by declaration merging. */
export interface InferOptions {
  /** Sum out a discrete site, in parallel along a new axis or one value after the other. */
  enumerate?: "parallel" | "sequential";
  /** Whether enumerated values are expanded to the batch shape (default true). */
  expand?: boolean;
  /** How many samples stand for the enumeration. */
  numSamples?: number;
  /** A guide's site that the model lacks on purpose. */
  isAuxiliary?: boolean;
}

/** What a sample site inside a loop over time adds to its stacked message. */
export interface ScannedSite {
  /** Which scan: the same for all its sites. */
  readonly loop: number;
  /** The number of steps, the leading axis of the value. */
  readonly length: number;
  /** The log densities of all steps, stacked; undefined where nobody records them. */
  logProb: Tensor | undefined;
  /** The distribution of all steps, for handlers that keep distributions, where it can be put together. */
  terms?: StackedTerms;
}

/** What the sites of all steps of a loop are scored by. */
export interface StackedTerms {
  /** The distribution: the steps are its leftmost batch axis. */
  readonly distribution: Distribution;
  /** Where log densities count, within the steps. */
  readonly mask: boolean | Tensor;
  /** What log densities are multiplied by, within the steps. */
  readonly scale: number | Tensor;
}

/** A random choice, or an observation. */
export interface SampleMessage {
  /** Tells the messages apart. */
  readonly type: "sample";
  /** The site's name. */
  name: string;
  /** Where the value comes from; plates expand it. */
  distribution: Distribution;
  /** The value; undefined until it is drawn or given. */
  value: Tensor | undefined;
  /** Whether the value is data. */
  isObserved: boolean;
  /** Whether the value was set by an intervention. */
  isIntervened: boolean;
  /** Hints for inference. */
  infer: InferOptions;
  /** The key it is drawn with. */
  key: Key | undefined;
  /** The plates around it, innermost first. */
  plates: readonly PlateFrame[];
  /** What its log density is multiplied by; 1 is no scale. */
  scale: number | Tensor;
  /** Where its log density counts; true is everywhere. */
  mask: boolean | Tensor;
  /** Set for the stacked sites of `scan`. */
  scanned: ScannedSite | undefined;
  /** Set to hide the message from handlers further out. */
  stop: boolean;
}

/** A parameter to be learnt. */
export interface ParamMessage {
  /** Tells the messages apart. */
  readonly type: "param";
  /** The parameter's name. */
  name: string;
  /** Makes the first value. */
  readonly init: (key: Key | undefined) => Tensor;
  /** Whether `init` draws from its key. */
  readonly needsKey: boolean;
  /** The shape of the value where it is known without making one. */
  readonly shape: Shape | undefined;
  /** The set that the value stays in. */
  readonly constraint: Constraint;
  /** How many rightmost axes are no plates' (undefined: all). */
  readonly eventDim: number | undefined;
  /** The value; undefined until it is given or made. */
  value: Tensor | undefined;
  /** The key for `init`. */
  key: Key | undefined;
  /** The plates around it, innermost first. */
  plates: readonly PlateFrame[];
  /** Set to hide the message from handlers further out. */
  stop: boolean;
}

/** A named value that is computed from others. */
export interface DeterministicMessage {
  /** Tells the messages apart. */
  readonly type: "deterministic";
  /** The site's name. */
  name: string;
  /** The value. */
  value: Tensor;
  /** The plates around it, innermost first. */
  plates: readonly PlateFrame[];
  /** Set for the stacked values of `scan`. */
  scanned: ScannedSite | undefined;
  /** Set to hide the message from handlers further out. */
  stop: boolean;
}

/** A plate being entered. */
export interface PlateMessage {
  /** Tells the messages apart. */
  readonly type: "plate";
  /** The plate's name. */
  name: string;
  /** Its whole size. */
  readonly size: number;
  /** How many of its members take part. */
  readonly subsampleSize: number;
  /** Which members take part; undefined until chosen or given. */
  subsample: Subsample | undefined;
  /** The key that a random subsample is drawn with. */
  key: Key | undefined;
  /** Set to hide the message from handlers further out. */
  stop: boolean;
}

/** A request for a key, as NumPyro's `prng_key`. */
export interface KeyMessage {
  /** Tells the messages apart. */
  readonly type: "key";
  /** Who asks, for messages. */
  name: string;
  /** The key; undefined until a handler gives one. */
  value: Key | undefined;
  /** Set to hide the message from handlers further out. */
  stop: boolean;
}

/** What a primitive tells the handlers around it. */
export type Message = SampleMessage | ParamMessage | DeterministicMessage | PlateMessage | KeyMessage;
