import { reasonOf } from "../../system/mod.ts";
import { eagerly } from "../../compile/internals.ts";
import { withoutValidation } from "../../distributions/mod.ts";
import {
  type AnyFunction,
  around,
  type Handler,
  type Hooks,
  type SampleMessage,
  SampleSite,
} from "../../ppl/mod.ts";
import { flatten, formatShape, isTensor, linalg, type Shape, type Tensor } from "../../tensor/mod.ts";

/** A number that is not finite, and the site or parameter that it was met at. */
export interface NonFinite {
  readonly site?: string;
  /** The number as a clause: `the value of site "x" is NaN at [2, 0]`. */
  readonly what: string;
  /** The remedy, where there is a better one than smaller steps. */
  readonly remedy?: string;
}

/** The remedy where nothing better is known. */
export const SMALLER_STEPS = "a smaller learning rate, clipped gradients or other first values may help";

const NOT_DEFINITE =
  "where its covariance is no longer positive definite, add a small multiple of the identity";

const CORRECT = "correct the data, or mask what is missing";

/** The handler that looks at values, parameters of distributions and log densities. */
class Watch implements Handler {
  readonly label = "diagnosis";
  found: NonFinite | undefined;

  readonly postprocess: Hooks = {
    param: ({ name, value }) => this.#look(name, `the value of parameter "${name}"`, value),
    deterministic: ({ name, value }) => this.#look(name, `the value of site "${name}"`, value),
    sample: (message) => {
      const { name: site, value, distribution: { name, parameters }, scanned } = message;
      if (this.found) return;
      this.#look(site, `the value of site "${site}"`, value);
      if (message.isObserved) this.#explain(CORRECT);
      if (this.found) return;
      try {
        // Within a scan the parameters are those of each step; its log densities lie stacked.
        const logProb = scanned ? scanned.logProb : new SampleSite(message).logProb;
        for (const [parameter, tensor] of scanned ? [] : Object.entries(parameters)) {
          this.#look(site, `the parameter ${parameter} of ${name} at site "${site}"`, tensor);
          if (parameter === "scaleTril") this.#explain(NOT_DEFINITE);
        }
        this.#look(site, `the log density of site "${site}" (${name})`, logProb);
        if (this.found && message.isObserved) this.found = aboutData(this.found, message);
        else if (name === "Delta") {
          this.#explain("a site without spread is none to search: make it computed, by deterministic");
        }
      } catch { /* a site that cannot be scored here says so elsewhere */ }
    },
  };

  /** Adds a remedy to what was found, if it was. */
  #explain(remedy: string): void {
    if (this.found) this.found = { ...this.found, remedy };
  }

  #look(site: string, what: string, tensor: Tensor | undefined): void {
    if (this.found) return;
    const values: ArrayLike<number> = tensor?.dataSync() ?? [];
    const i = firstBad(values);
    if (i >= 0) this.found = { site, what: `${what} is ${values[i]}${placeOf(i, tensor!.shape)}` };
  }
}

/** Adds to what was found at an observed site that its data lie outside the support, if they do. */
function aboutData(found: NonFinite, { value, distribution: { support } }: SampleMessage): NonFinite {
  const values = value!.dataSync() as ArrayLike<number>,
    { shape } = value!,
    at = support.violation(values, shape);
  if (!at) return found;
  const index = at.reduce((n, i, axis) => n * shape[axis] + i, 0);
  const datum = support.eventDim > 0 || at.length !== shape.length ? "a value" : String(values[index]);
  const what = `${found.what}: its data have ${datum}${
    at.length ? ` at ${formatShape(at)}` : ""
  }, outside the support, ${support}`;
  return { ...found, what, remedy: CORRECT };
}

/** Adds to what was found, where nothing better is known, the argument that has such numbers. */
function fromArguments(found: NonFinite | undefined, args: readonly unknown[]): NonFinite | undefined {
  if (!found || found.remedy) return found;
  for (const [index, arg] of args.entries()) {
    for (const tensor of flatten(arg, isTensor).leaves) {
      const values: ArrayLike<number> = tensor.dataSync(), i = firstBad(values);
      if (i < 0) continue;
      const culprit = `argument ${index} of the model has ${values[i]}${placeOf(i, tensor.shape)}`;
      return { ...found, remedy: `${culprit}: ${CORRECT}` };
    }
  }
  return found;
}

const firstBad = (values: ArrayLike<number>): number =>
  Array.prototype.findIndex.call(values, (x) => !Number.isFinite(x));

/** Writes the place of an element, such as ` at [2, 0]`; nothing for a scalar. */
function placeOf(index: number, shape: Shape): string {
  if (shape.length === 0) return "";
  const place: number[] = [];
  for (const size of shape.toReversed()) {
    place.unshift(index % size);
    index = Math.floor(index / size);
  }
  return ` at ${formatShape(place)}`;
}

/**
 * Runs functions eagerly and returns the first value or log density of a site that is not finite.
 *
 * @param run is given the functions, which watch themselves; what it throws ends the search
 * @param args the arguments of the functions, tensors: numbers in them that are not finite are told
 */
export function firstNonFinite<F extends readonly AnyFunction[]>(
  functions: F,
  run: (...watched: F) => void,
  args: readonly unknown[] = [],
): NonFinite | undefined {
  const watch = new Watch(), watched = functions.map((fn) => around(fn, () => watch)) as unknown as F;
  try {
    // Checks would throw at the first bad parameter, before its site is known.
    withoutValidation(() => linalg.withNaNFactors(() => eagerly("cpu", () => run(...watched))));
  } catch (error) {
    // A failure behind the first bad number is its consequence.
    return fromArguments(watch.found, args) ?? { what: `the model fails there: ${reasonOf(error)}` };
  }
  return fromArguments(watch.found, args);
}
