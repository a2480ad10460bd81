import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { handler, type HandlerForms } from "../forms.ts";
import type { Handler, Hooks } from "../handler.ts";
import type { SampleMessage } from "../message.ts";
import type { PlateFrame } from "../plate_frame.ts";
import { activeScopes, type Frame, type MarkovScope } from "./markov.ts";
import { EnumeratedLoop } from "./loop.ts";
import { variableAt } from "./support.ts";
import type { Variable } from "./variable.ts";

/** Options of `enumerate`. */
export interface EnumerateOptions {
  /** The first batch axis for values, negative: left of all plates of the model. */
  firstAvailableDim: number;
  /** The enumerated sites of a guide that the model is run with: their axes stay theirs. */
  taken?: readonly Variable[];
  /** True for an axis of its own for each site, also in `markov` (default false). */
  isApart?: boolean;
}

const optionNames: OptionNames<EnumerateOptions> = {
  firstAvailableDim: true,
  taken: true,
  isApart: true,
};

/** The most batch axes that values lie along at once. */
export const MOST_DIMS = 40;

/** A variable with the steps of chains that it was made in. */
interface Placed {
  readonly variable: Variable;
  readonly frames: readonly { readonly scope: MarkovScope; readonly frame: Frame }[];
}

/** The handler that gives discrete sites all their values. */
export class Enumerator implements Omit<Handler, "label"> {
  readonly #placed: Placed[] = [];
  #loop: { readonly id: number; readonly loop: EnumeratedLoop } | undefined;

  /** Makes the handler. */
  constructor(readonly first: number, taken: readonly Variable[], private readonly isApart: boolean) {
    for (const variable of taken) this.#placed.push({ variable, frames: [] });
  }

  readonly process: Hooks = {
    sample: (message) => {
      const variables = this.visible(), { scanned } = message;
      if (scanned) {
        const loop = this.#loopOf(scanned.loop, variables);
        message.enumerated = { variables, own: undefined, loop, isAsked: isEnumerated(message) };
        return;
      }
      message.enumerated = { variables, own: undefined };
      if (!isEnumerated(message)) return;
      const own = this.#place(message, variables);
      message.value = own.values;
      message.enumerated = { variables: new Map(variables).set(own.dim, own), own };
    },
  };

  /** Returns the variables that a site may depend on here, by their axes. */
  visible(): ReadonlyMap<number, Variable> {
    const active = activeScopes();
    const isSeen = ({ frames }: Placed) =>
      frames.every(({ scope, frame }) => active.includes(scope) && scope.sees(frame));
    return new Map(this.#placed.filter(isSeen).map(({ variable }) => [variable.dim, variable]));
  }

  #place(message: SampleMessage, taken: ReadonlyMap<number, Variable>): Variable {
    const { name, plates } = message;
    checkPlates(name, plates, this.first);
    let dim = this.first;
    while (taken.has(dim)) dim--;
    if (this.first - dim >= MOST_DIMS) {
      throw new Error(
        `Cannot enumerate site "${name}": ${MOST_DIMS} enumerated sites around it have an axis each already; put the ` +
          "steps of a chain in markov, which uses their axes again, or in scan",
      );
    }
    const before = message.distribution.batchShape.at(dim) ?? 1;
    if (before !== 1) {
      throw new Error(
        `Cannot enumerate site "${name}": its distribution has an axis of ${before} values at dim ${dim} already, of a ` +
          "site that it cannot see: one of a step of markov before the history, or after its end; raise history",
      );
    }
    const variable = variableAt(message, dim);
    this.#note(variable);
    return variable;
  }

  #note(variable: Variable): void {
    const frames = this.isApart
      ? []
      : activeScopes().map((scope) => ({ scope, frame: scope.frames.at(-1)! }));
    this.#placed.push({ variable, frames });
  }

  #loopOf(id: number, outer: ReadonlyMap<number, Variable>): EnumeratedLoop {
    if (this.#loop?.id !== id) {
      const base = Math.min(this.first, ...[...outer.keys()].map((dim) => dim - 1));
      this.#loop = { id, loop: new EnumeratedLoop(outer, base, (variable) => this.#note(variable)) };
    }
    return this.#loop.loop;
  }
}

/** Tells whether all values of a site are asked for, and none is given. */
export function isEnumerated({ infer, isObserved, value }: SampleMessage): boolean {
  return infer.enumerate === "parallel" && !isObserved && value === undefined;
}

function checkPlates(name: string, plates: readonly PlateFrame[], first: number): void {
  const far = plates.find(({ dim }) => dim <= first);
  if (!far) return;
  throw new Error(
    `Cannot enumerate site "${name}": plate "${far.name}" has dim ${far.dim}, where values of sites lie; pass a ` +
      `firstAvailableDim left of all plates, ${far.dim - 1} or less`,
  );
}

/**
 * Gives discrete sites that ask for it (`infer: { enumerate: "parallel" }`, see `configEnumerate`)
 * all values of their support at once, as NumPyro's `enum`: each along a batch axis of its own,
 * left of all plates. Traces then hold log densities for all of their combinations that occur.
 * `TraceEnumELBO`, `inferDiscrete` and `enumLogDensity` do this by themselves.
 *
 * @example All values of a coin
 * ```ts
 * import { Bernoulli, configEnumerate, enumerate, sample, trace } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("heads", new Bernoulli(0.25));
 * const run = trace(enumerate(configEnumerate(model), { firstAvailableDim: -1 })).get();
 * assert.deepEqual(run.value("heads").arraySync(), [0, 1]);
 * const [tails] = run.sampleSite("heads").logProb.dataSync();
 * assert(Math.abs(tails - Math.log(0.75)) < 1e-6);
 * ```
 */
export const enumerate: HandlerForms<[options: EnumerateOptions]> = handler("enumerate", (options) => {
  checkOptions("enumerate", options, optionNames);
  const { firstAvailableDim: first, taken = [], isApart = false } = options ?? {};
  if (!(Number.isSafeInteger(first) && first < 0)) {
    throw new Error(`Cannot enumerate: firstAvailableDim is ${shown(first)}, expected a negative integer`);
  }
  return new Enumerator(first, taken, isApart);
});
