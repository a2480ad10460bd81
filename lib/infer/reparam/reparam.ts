import { Distribution } from "../../distributions/mod.ts";
import { activePlates, GivenNames, handler, type HandlerForms, type SampleMessage } from "../../ppl/mod.ts";
import { describeNode, isRecord, type Tensor } from "../../tensor/mod.ts";

/** A way to draw a latent site by another. */
export interface Reparam {
  /**
   * Draws the other sites. Returns the site's value, which makes it computed, or the distribution
   * that it is drawn from (or observed by) instead. `outside` are the batch axes of plates around
   * the model, such as those of vectorised particles, which parameters do not have.
   */
  (name: string, distribution: Distribution, outside: readonly number[]): Tensor | Distribution;
  /** True where it takes observed sites too: it then returns a distribution (default false). */
  readonly takesObserved?: boolean;
}

/** The ways by the names of sites, or a function that returns one, or undefined, for a site. */
export type ReparamConfig =
  | Readonly<Record<string, Reparam>>
  | ((site: SampleMessage) => Reparam | undefined);

/** Throws for a site whose distribution a way does not take. */
export function refuse(name: string, distribution: Distribution, expected: string): never {
  throw new Error(
    `Cannot reparameterise site "${name}": found ${distribution.name}, expected ${expected}`,
  );
}

/**
 * Draws latent sites of a model by other sites, as Pyro's `reparam`: the posterior of the values is
 * the same, its geometry another. Observed sites stay as they are, but for ways that take them.
 *
 * @param config the ways by the names of sites, or a strategy such as `autoReparam()`
 * @throws Error for a site within `scan`; around a function, for a name that none of its sites has
 * had.
 *
 * @example Neal's funnel without its neck
 * ```ts
 * import { locScaleReparam, Normal, reparam, sample, seed, trace } from "@pyrosaur/pyrosaur";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const funnel = () => sample("x", new Normal(0, sample("y", new Normal(0, 3)).exp()));
 * const centred = reparam(funnel, { x: locScaleReparam({ centered: 0 }) });
 * const run = trace(seed(centred, random.key(0))).get();
 * assert.deepEqual(run.stochasticSites.map(({ name }) => name), ["y", "x_decentered"]);
 * assert.deepEqual(run.deterministicSites.map(({ name }) => name), ["x"]);
 * ```
 */
export const reparam: HandlerForms<[config: ReparamConfig]> = handler(
  "reparam",
  (config) => {
    checkConfig(config);
    const outside = activePlates().map(({ frame: { dim } }) => dim);
    // A strategy has no say on the sites that its own ways draw.
    let isMaking = false;
    const given = new GivenNames(
      "reparameterise",
      typeof config === "function" ? [] : Object.keys(config),
      "sample",
      "for sites of some runs only, give a function of the site",
    );
    const wayOf = (message: SampleMessage): Reparam | undefined => {
      if (typeof config === "function") return isMaking ? undefined : config(message);
      return Object.hasOwn(config, message.name) ? config[message.name] : undefined;
    };
    return {
      returned: () => given.check(),
      process: {
        any: (message) => given.meet(message),
        sample(message) {
          const { name, distribution, isObserved, value, scanned } = message, way = wayOf(message);
          if (!way || ((isObserved || value !== undefined) && !way.takesObserved)) return;
          if (scanned) {
            throw new Error(
              `Cannot reparameterise site "${name}": it is within a scan; write its other form in the step`,
            );
          }
          const before = isMaking;
          isMaking = true;
          try {
            const made = way(name, distribution, outside);
            if (made instanceof Distribution) return void (message.distribution = made);
            return { type: "deterministic", name, value: made, plates: [], scanned: undefined, stop: false };
          } finally {
            isMaking = before;
          }
        },
      },
    };
  },
);

/** Throws for ways that are none: classes and makers of ways that were not called, objects. */
function checkConfig(config: unknown): void {
  if (typeof config === "function") return;
  const fail = (found: string, expected: string): never => {
    throw new Error(`Cannot reparameterise: found ${found}, expected ${expected}`);
  };
  if (!isRecord(config)) {
    fail(describeNode(config), "ways by the names of sites, or a strategy such as autoReparam()");
  }
  for (const [name, way] of Object.entries(config as object)) {
    if (typeof way !== "function") {
      fail(`${describeNode(way)} for "${name}"`, "a way, such as locScaleReparam()");
    }
  }
}
