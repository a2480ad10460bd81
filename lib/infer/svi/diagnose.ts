import { eagerly } from "../../compile/internals.ts";
import { withoutValidation } from "../../distributions/mod.ts";
import { formatShape, type Shape, type Tensor } from "../../tensor/mod.ts";
import { type AnyFunction, around, type Handler, type Hooks, SampleSite } from "../../ppl/mod.ts";

/** Training met NaN or an infinity. */
export class NonFiniteError extends Error {
  /**
   * Says what happened where.
   *
   * @param step the number of the step, from 0 at the start of training
   * @param site the site or parameter it was met at first, where that was found
   * @param state the state before that step
   */
  constructor(
    message: string,
    readonly step: number,
    readonly site: string | undefined,
    readonly state: unknown,
  ) {
    super(message);
    this.name = "NonFiniteError";
  }
}

/** Where a number was met that is none. */
export interface Culprit {
  readonly site: string;
  readonly what: string;
}

/** Looks at every value and log density that comes by, and remembers the first that is not finite. */
class Watch implements Handler {
  readonly label = "diagnosis";
  culprit: Culprit | undefined;

  readonly postprocess: Hooks = {
    param: ({ name, value }) => this.#look(name, `the value of parameter "${name}"`, value),
    deterministic: ({ name, value }) => this.#look(name, `the value of site "${name}"`, value),
    sample: (message) => {
      const { name: site, value, distribution: { name, parameters }, scanned } = message;
      this.#look(site, `the value of site "${site}"`, value);
      if (this.culprit || scanned) return;
      try {
        const { logProb } = new SampleSite(message);
        for (const [parameter, tensor] of Object.entries(parameters)) {
          this.#look(site, `the parameter ${parameter} of ${name} at site "${site}"`, tensor);
        }
        this.#look(site, `the log density of site "${site}" (${name})`, logProb);
      } catch { /* what cannot be scored here says so elsewhere */ }
    },
  };

  #look(site: string, what: string, tensor: Tensor | undefined): void {
    if (this.culprit) return;
    const found = tensor && nonFinite(tensor);
    if (found) this.culprit = { site, what: `${what} is ${found}` };
  }
}

function nonFinite(tensor: Tensor): string | undefined {
  const values = tensor.dataSync() as ArrayLike<number>;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return `${values[i]}${at(i, tensor.shape)}`;
  }
  return undefined;
}

function at(index: number, shape: Shape): string {
  if (shape.length === 0) return "";
  const place: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(index % shape[axis]);
    index = Math.floor(index / shape[axis]);
  }
  return ` at ${formatShape(place)}`;
}

/**
 * Runs a loss eagerly, with the noise of the step that failed, and says where NaN or an infinity
 * comes up first. Undefined where none does, because only a derivative is not finite.
 */
export function findCulprit(
  model: AnyFunction,
  guide: AnyFunction,
  run: (model: AnyFunction, guide: AnyFunction) => void,
): Culprit | undefined {
  const watch = new Watch();
  const watched = () => run(around(model, () => watch), around(guide, () => watch));
  try {
    // Checks would throw at the first bad parameter, before its site is known.
    withoutValidation(() => eagerly("cpu", watched));
  } catch { /* a failure behind the first bad number is its consequence */ }
  return watch.culprit;
}
