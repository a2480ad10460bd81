import { emptyRecord } from "../../system/mod.ts";
import { currentGraph } from "../../compile/internals.ts";
import { type Constraint, type Distribution, isValidationEnabled } from "../../distributions/mod.ts";
import { type AnyFunction, around, cutFrom, type SampleMessage } from "../../ppl/mod.ts";
import { constant, type HostArray, knownValues, type Tensor, tf } from "../../tensor/mod.ts";

/**
 * The look at a site's data on the first batch, as scalars: whether some lie outside, and one that
 * does.
 */
export interface Look<T = Tensor> {
  readonly isOutside: T;
  readonly value: T;
}

/**
 * A check of observations that are computed from the arguments (cut out, gathered, shifted), which
 * a trace does not know: a look at each is a further output of the graph of first values. What a
 * plate cuts by chance is checked whole.
 */
export class ObservationCheck {
  readonly #distributions = new Map<string, Distribution>();
  /** The looks by site. */
  readonly looks: Record<string, Look> = emptyRecord();

  /** Returns a model that is looked at as it runs in the graph that is being traced now. */
  watch(model: AnyFunction): AnyFunction {
    if (!isValidationEnabled()) return model;
    const graph = currentGraph();
    const sample = (message: SampleMessage): void => {
      const look = this.#look(message, graph);
      if (look) this.looks[message.name] = look;
    };
    return around(model, () => ({ label: "check of observations", postprocess: { sample } }));
  }

  /** Looks at an observed site of the model; undefined where there is nothing to look at. */
  #look(message: SampleMessage, graph: unknown): Look | undefined {
    const { name, distribution, isObserved, isIntervened, mask, value, scanned } = message,
      { support } = distribution;
    // A loop has masks of its own.
    if (!isObserved || isIntervened || mask === false || scanned || !value) return undefined;
    if (!distribution.validates) return undefined;
    const whole = mask === true ? cutFrom(value) : undefined, values = whole && knownValues(whole);
    if (values) {
      const at = support.violation(values, whole.shape);
      if (at) {
        refuse(name, distribution, support.eventDim ? undefined : values[flatIndex(at, whole.shape)], at);
      }
    }
    // Those that are known are checked where they are scored; those within a loop, where it runs.
    if (currentGraph() !== graph || knownValues(value)) return undefined;
    const found = outside(support, value, mask);
    if (!found) return undefined;
    this.#distributions.set(name, distribution);
    const shown = support.eventDim === 0 ? tf.where(found, value, constant(-Infinity)).max() : constant(NaN);
    return { isOutside: found.cast("float32").max(), value: shown };
  }

  /** Throws for the first site with a value outside. */
  check(looks: Readonly<Record<string, Look<HostArray>>>): void {
    for (const [name, { isOutside, value }] of Object.entries(looks)) {
      const at = isOutside.data.findIndex(Boolean);
      if (at >= 0) refuse(name, this.#distributions.get(name)!, value.data[at]);
    }
  }
}

/** Tells which values, where the mask is true, lie outside; undefined where none can. */
function outside(support: Constraint, value: Tensor, mask: Tensor | boolean): Tensor | undefined {
  const found = support.outside(value);
  return found && typeof mask !== "boolean" ? tf.logicalAnd(found, mask.cast("bool")) : found;
}

const flatIndex = (at: readonly number[], shape: readonly number[]): number =>
  at.length === shape.length ? at.reduce((n, i, axis) => n * shape[axis] + i, 0) : at[0];

function refuse(name: string, distribution: Distribution, value?: number, at?: readonly number[]): never {
  const shown = value === undefined || Number.isNaN(value) ? "a value" : String(value);
  const place = at ? `${at.length ? ` at [${at.join(", ")}]` : ""} of the data` : " on the first batch";
  throw new Error(
    `Cannot observe site "${name}": found ${shown}${place}, expected values in the support of ` +
      `${distribution.name}, ${distribution.support}`,
  );
}
