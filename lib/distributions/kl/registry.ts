import { broadcastShapes, type Tensor } from "../../tensor/mod.ts";
import type { Distribution } from "../distribution.ts";
import { broadcastTo } from "../shapes.ts";

/** A class of distributions, abstract or not. */
export type DistributionClass<D extends Distribution> = abstract new (...args: any[]) => D;

/** A rule: KL(p || q) for two classes. */
interface Rule {
  readonly p: DistributionClass<Distribution>;
  readonly q: DistributionClass<Distribution>;
  readonly divergence: (p: Distribution, q: Distribution) => Tensor | undefined;
}

const rules: Rule[] = [];

/**
 * Registers a closed form of KL(p || q) for two classes and those derived from them; the newest one
 * wins. It may return undefined for a pair of these classes that it has none for.
 *
 * @example A closed form for a class of one's own
 * ```ts
 * import { klDivergence, Normal, registerKl } from "@pyrosaur/pyrosaur/distributions";
 * import { constant } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * class StandardNormal extends Normal {
 *   constructor() {
 *     super(0, 1);
 *   }
 * }
 * registerKl(StandardNormal, StandardNormal, () => constant(0));
 * assert.equal(klDivergence(new StandardNormal(), new StandardNormal()).dataSync()[0], 0);
 * ```
 */
export function registerKl<P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>,
  q: DistributionClass<Q>,
  divergence: (p: P, q: Q) => Tensor | undefined,
): void {
  rules.unshift({ p, q, divergence: divergence as Rule["divergence"] });
}

function find(p: Distribution, q: Distribution): Rule | undefined {
  // The very classes first, so that a newer rule for base classes does not hide theirs.
  const fits = rules.filter((rule) => p instanceof rule.p && q instanceof rule.q);
  return fits.find((rule) => rule.p === p.constructor && rule.q === q.constructor) ?? fits[0];
}

/** An error for a pair without a closed form, on which callers fall back on samples. */
export class NoClosedForm extends Error {}

/**
 * Returns the Kullback-Leibler divergence KL(p || q) in closed form, of the shape to which the
 * batch shapes broadcast.
 * @throws Error for a pair without a registered form.
 *
 * @example Two normals
 * ```ts
 * import { klDivergence, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const divergence = klDivergence(new Normal(0, 1), new Normal([0, 2], 1));
 * assert.deepEqual([...divergence.dataSync()], [0, 2]);
 * ```
 */
export function klDivergence(p: Distribution, q: Distribution): Tensor {
  const divergence = find(p, q)?.divergence(p, q);
  if (divergence) return broadcastTo(divergence, broadcastShapes(p.batchShape, q.batchShape));
  throw new NoClosedForm(
    `Cannot compute KL(${p.name} || ${q.name}) in closed form: there is none; register one by registerKl, or ` +
      `average p.logProb - q.logProb over samples of p`,
  );
}

/**
 * As `klDivergence`, but undefined for a pair without a closed form, also inside wrappers: one that
 * none is registered for, or whose rule finds none.
 */
export function tryKlDivergence(p: Distribution, q: Distribution): Tensor | undefined {
  try {
    return klDivergence(p, q);
  } catch (error) {
    if (error instanceof NoClosedForm) return undefined;
    throw error;
  }
}
